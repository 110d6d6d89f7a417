import { VENUE_ORDER_RULES, lastArrival, type MarginMove, type Notice, type VenueJournal, type VenueLease, type VenueOwner } from '@ballast/policy';
import { heldPerpetual, partsOfVenueAccount, type DerivativeAccount, type InstrumentId, type VenueAccountId, type VenueAnswer } from '@ballast/positions';
import type { SettlementE18 } from '@ballast/units';
import { ORDER_DESK_SETTINGS, type OrderDeskSettings, type VenueTalk } from './order-desk.js';

export interface MarginDeskParts {
  readonly journal: Pick<VenueJournal, 'openMoves' | 'sendingMove' | 'advanceMove'>;
  readonly talk: (account: VenueAccountId) => Promise<VenueTalk>;
  /** What the owner is told of a move that has ended. */
  readonly notices: (owner: VenueOwner, move: MarginMove) => readonly Notice[];
  readonly now: () => number;
}

/**
 * What an isolated position was given as margin, without the profit that is not realised: it does not move with the mark. Null where there is no such position, or its profit is not told: nothing is moved there,
 * since nobody could tell later whether it arrived.
 */
export function depositOf(account: DerivativeAccount, instrument: InstrumentId): SettlementE18 | null {
  const position = heldPerpetual(account, instrument);
  if (position === undefined || position.margin.kind !== 'isolated' || position.unrealised.kind === 'unknown') return null;
  return (position.margin.margin - position.unrealised.value) as SettlementE18;
}

/**
 * Carries a move of free balance into an isolated position. It has no id at the venue, so one whose answer was lost is looked for by what the position was given (`depositOf`, which `marginBefore` holds too): half of the
 * amount or more above what it was before, and it arrived; funding that is paid meanwhile takes a small part of it away. Less than that counts once the request could no longer arrive. Nothing is moved there
 * meanwhile. A wrong verdict moves nothing twice: the next move is planned from the margin that is then read.
 */
export class MarginDesk {
  constructor(private readonly parts: MarginDeskParts, private readonly settings: OrderDeskSettings = ORDER_DESK_SETTINGS) {}

  /** A move that was just planned. Returns it as it is stored then. @throws LeaseLost */
  async send(move: MarginMove, lease: VenueLease, owner: VenueOwner): Promise<MarginMove> {
    // Before SENT is written: a move that cannot even be handed to the venue was not sent.
    const way = await this.parts.talk(move.account).catch(() => null);
    if (way === null) return this.to(owner, move, 'DROPPED', 'venue-not-reached');
    const at = this.parts.now();
    const outcome = await this.parts.journal.sendingMove(move, at, lease);
    if (outcome.kind === 'moved-on') return move;
    if (outcome.kind === 'refused') return this.to(owner, move, 'DROPPED', outcome.because[0] ?? 'refused');
    const answer = await way.trader.addIsolatedMargin(move.account, move.instrument, move.amount).catch((): VenueAnswer<SettlementE18> => ({ kind: 'unknown', because: 'network' }));
    const sent: MarginMove = { ...move, state: 'SENT', sentAt: at };
    switch (answer.kind) {
      case 'done': return this.to(owner, sent, 'DONE', null);
      case 'rejected': return this.to(owner, sent, 'REJECTED', answer.rejection.message);
      case 'unknown': return this.to(owner, sent, 'UNKNOWN', answer.because);
    }
  }

  /** Ends what others left open, as far as the account tells. Returns what is still open: nothing further is moved or planned there. */
  async settle(account: DerivativeAccount, owner: VenueOwner): Promise<readonly MarginMove[]> {
    const settled: MarginMove[] = [];
    for (const move of await this.parts.journal.openMoves(account.id)) settled.push(await this.settled(move, account, owner));
    return settled.filter(({ state }) => state === 'SENT' || state === 'UNKNOWN');
  }

  private async settled(move: MarginMove, account: DerivativeAccount, owner: VenueOwner): Promise<MarginMove> {
    if (move.state === 'PLANNED') return this.to(owner, move, 'DROPPED', 'left-behind');
    const { observedAt } = account.provenance;
    const sentAt = move.sentAt ?? observedAt;
    if (move.state === 'SENT' && this.parts.now() - sentAt < this.settings.answerWithinMs && this.parts.now() >= sentAt) return move;
    const deposit = depositOf(account, move.instrument);
    if (deposit !== null && (deposit - move.marginBefore) * 2n >= move.amount) return this.to(owner, move, 'DONE', null);
    const rules = VENUE_ORDER_RULES[partsOfVenueAccount(move.account).venue];
    // A move has no time after which its venue refuses it.
    if (observedAt > lastArrival({ sentAt, validUntil: sentAt }, rules, this.settings.clockSkewMs)) return this.to(owner, move, 'REJECTED', 'never-arrived');
    return move.state === 'SENT' ? this.to(owner, move, 'UNKNOWN', 'no-answer') : move;
  }

  /** Whoever moved it first has told what became of it. */
  private async to(owner: VenueOwner, move: MarginMove, state: MarginMove['state'], why: string | null): Promise<MarginMove> {
    const next: MarginMove = { ...move, state, why };
    await this.parts.journal.advanceMove(move, next, state === 'DONE' || state === 'REJECTED' ? this.parts.notices(owner, next) : []);
    return next;
  }
}
