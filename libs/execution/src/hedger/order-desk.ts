import { afterAbsence, nextVenueEffect, venueStep, type VenueEffect, type VenueEvent, type VenueMoment, type VenueStep } from './order-life.js';
import { VENUE_CLOCK_SKEW_MS, VENUE_ORDER_RULES, type Notice, type OrderDropCode, type SendingFacts, type VenueIntent, type VenueJournal, type VenueLease, type VenueOwner } from '@ballast/policy';
import { partsOfVenueAccount, type ClientOrderId, type OrderLookup, type PlaceAnswer, type VenueAccountId, type VenueReader, type VenueTrader } from '@ballast/positions';

/** How one account is spoken with. */
export interface VenueTalk {
  readonly reader: Pick<VenueReader, 'account' | 'order'>;
  readonly trader: VenueTrader;
}

/** Looks at everything that the gate asks once more, and answers with what is asked in the transaction that writes SENT: what speaks against the order. */
export type SendingGate = (intent: VenueIntent) => Promise<(facts: SendingFacts) => readonly OrderDropCode[]>;

export interface OrderDeskParts {
  readonly journal: Pick<VenueJournal, 'order' | 'sending' | 'advance'>;
  /** @throws where nobody may ask it now */
  readonly talk: (account: VenueAccountId) => Promise<VenueTalk>;
  /** What the owner is told of the step that the order takes; `alarm` where something happened that must not. */
  readonly notices: (owner: VenueOwner, next: VenueIntent, alarm: VenueStep['alarm']) => readonly Notice[] | Promise<readonly Notice[]>;
  /** Wall clock in milliseconds. */
  readonly now: () => number;
}

export interface OrderDeskSettings {
  /** An answer that takes longer is not waited for by whoever finds the order later; longer than the client itself waits. */
  readonly answerWithinMs: number;
  readonly clockSkewMs: number;
}

export const ORDER_DESK_SETTINGS: OrderDeskSettings = { answerWithinMs: 15_000, clockSkewMs: VENUE_CLOCK_SKEW_MS };

export interface CarryTerms {
  readonly owner: VenueOwner;
  readonly lease: VenueLease;
  /** `none`: nothing is sent. An order that was never sent is dropped, since what it was decided on is gone, and one that nobody knows of is looked for and not sent again. */
  readonly gate: SendingGate | 'none';
}

/** Steps of one order at one go: more than its longest life has, where nobody else moves it. */
const MOST_STEPS = 12;

/**
 * Carries one order through its life: each step is written against the state that it was made from, before or after the one side effect that it tells of, so whoever carries it may die between any two of them, and two
 * may carry it at once. Which step follows is `order-life.ts`'s to say.
 */
export class OrderDesk {
  constructor(private readonly parts: OrderDeskParts, private readonly settings: OrderDeskSettings = ORDER_DESK_SETTINGS) {}

  /**
   * As far as it goes now: until it is over, or must be waited for. Returns the order as it is stored then; null where there is none.
   * @throws LeaseLost; VenueUnavailable, VenueAnswerInvalid, VenueKeyRefused where the venue could not be asked what became of it
   */
  async carry(id: ClientOrderId, terms: CarryTerms): Promise<VenueIntent | null> {
    let intent = await this.parts.journal.order(id);
    for (let step = 0; intent !== null && step < MOST_STEPS; step += 1) {
      const effect = nextVenueEffect(intent, this.moment(intent));
      if (effect === null || effect.kind === 'wait') return intent;
      const goesOn = await this.perform(intent, effect, terms);
      intent = await this.parts.journal.order(id);
      if (!goesOn) return intent;
    }
    return intent;
  }

  /** Asks the venue again for an order that may be over: fills that came late are written, and its owner is told. @throws as `carry` */
  async lookAgain(id: ClientOrderId, owner: VenueOwner): Promise<void> {
    const intent = await this.parts.journal.order(id);
    if (intent !== null) await this.note(intent, { type: 'looked-up', lookup: await this.lookUp(intent) }, owner);
  }

  /** True where the next step can follow at once. */
  private async perform(intent: VenueIntent, effect: VenueEffect, terms: CarryTerms): Promise<boolean> {
    switch (effect.kind) {
      case 'drop': return this.note(intent, { type: 'dropped', code: effect.code }, terms.owner);
      case 'send': return terms.gate === 'none' ? this.note(intent, { type: 'dropped', code: 'left-behind' }, terms.owner) : this.send(intent, terms.gate, terms);
      case 'note-silence': return this.note(intent, { type: 'silent' }, terms.owner);
      case 'look-up': return this.lookedUp(intent, terms);
      case 'cancel': return this.cancel(intent, terms.owner);
      case 'wait': return false;
    }
  }

  private async send(intent: VenueIntent, gate: SendingGate, terms: CarryTerms): Promise<boolean> {
    const may = await gate(intent);
    // Before SENT is written: an order that cannot even be handed to the venue was not sent, and nobody has to find out what became of it.
    const way = await this.parts.talk(intent.order.account).catch(() => null);
    if (way === null) return this.keptBack(intent, 'venue-not-reached', terms.owner);
    const { next, changed } = venueStep(intent, { type: 'sending', at: this.parts.now() }, this.moment(intent));
    if (!changed) return false;
    const outcome = await this.parts.journal.sending(intent, next, terms.lease, may);
    if (outcome.kind === 'moved-on') return true;
    if (outcome.kind === 'refused') return this.keptBack(intent, outcome.because[0] ?? 'refused', terms.owner);
    // Once, and never twice: what is not an answer leaves it unknown.
    const answer = await way.trader.place(outcome.intent.order).catch((): PlaceAnswer => ({ kind: 'unknown', because: 'network' }));
    await this.answered(outcome.intent, answer, terms.owner);
    return true;
  }

  /** One that was never sent is dropped; one that was, and may be at the venue, stays as it is. */
  private async keptBack(intent: VenueIntent, code: OrderDropCode, owner: VenueOwner): Promise<false> {
    if (intent.state === 'PLANNED') await this.note(intent, { type: 'dropped', code }, owner);
    return false;
  }

  /** The answer tells of this sending, whatever others made of the order meanwhile. */
  private async answered(sent: VenueIntent, answer: PlaceAnswer, owner: VenueOwner): Promise<void> {
    const attempt = sent.sent.kind === 'sent' ? sent.sent.times : 1;
    let stored: VenueIntent | null = sent;
    while (stored !== null && !(await this.wrote(stored, { type: 'answered', answer, attempt }, owner))) stored = await this.parts.journal.order(sent.order.clientId);
  }

  private async lookedUp(intent: VenueIntent, terms: CarryTerms): Promise<boolean> {
    const lookup = await this.lookUp(intent);
    if (await this.note(intent, { type: 'looked-up', lookup }, terms.owner)) return true;
    const mayBeSentAgain = intent.state === 'UNKNOWN' && lookup.kind === 'not-found' && afterAbsence(intent, lookup, this.moment(intent)) === 'resend';
    return mayBeSentAgain && terms.gate !== 'none' ? this.send(intent, terms.gate, terms) : false;
  }

  private async cancel(intent: VenueIntent, owner: VenueOwner): Promise<boolean> {
    const { account, instrument, clientId } = intent.order;
    const { trader } = await this.parts.talk(account);
    const answer = await trader.cancel(account, instrument, clientId);
    const lookup: OrderLookup = answer.kind === 'done' ? { kind: 'found', order: answer.value } : await this.lookUp(intent);
    return this.note(intent, { type: 'looked-up', lookup }, owner);
  }

  private async lookUp({ order: { account, instrument, clientId } }: VenueIntent): Promise<OrderLookup> {
    return (await this.parts.talk(account)).reader.order(account, instrument, clientId);
  }

  /** True where the order moved: by this event, or by somebody else meanwhile. */
  private async note(intent: VenueIntent, event: VenueEvent, owner: VenueOwner): Promise<boolean> {
    const { next, changed, alarm } = venueStep(intent, event, this.moment(intent));
    if (!changed) return false;
    await this.parts.journal.advance(intent, next, event.type, await this.parts.notices(owner, next, alarm));
    return true;
  }

  /** False where somebody else moved it meanwhile: the event is still to be told. */
  private async wrote(intent: VenueIntent, event: VenueEvent, owner: VenueOwner): Promise<boolean> {
    const { next, changed, alarm } = venueStep(intent, event, this.moment(intent));
    return !changed || this.parts.journal.advance(intent, next, event.type, await this.parts.notices(owner, next, alarm));
  }

  private moment({ order }: VenueIntent): VenueMoment {
    return { now: this.parts.now(), rules: VENUE_ORDER_RULES[partsOfVenueAccount(order.account).venue], ...this.settings };
  }
}
