import type { NoticeData } from '@ballast/notifications';
import type { Differences, Notice, Reconciliation, VenueLedger, VenueOwner, VenueSays } from '@ballast/policy';
import { quoteValue, type VenueAccountId, type VenueFill } from '@ballast/positions';
import { decimalText, exactDecimalText } from '@ballast/units';
import { accountWords, noticeTo, symbolOf } from './words.js';

/** How long an account may be unread before its owner is told: fewer seconds are a venue's hiccup. */
export const UNREAD_PATIENCE_MS = 15_000;

const iso = (ms: number): string => new Date(ms).toISOString();
const size = (contracts: bigint): string => exactDecimalText(contracts < 0n ? -contracts : contracts, 18);

/** What an owner must hear of a look at his account. Each is named by what it tells of: a fill, a difference, the moment since when nothing is read. */
export const noticesOfLook = { back, happened, unreachable, keyRefused };

function unreachable(owner: VenueOwner, account: VenueAccountId, since: number, why: string): Notice {
  const data: NoticeData<'venue.unreachable'> = { ...accountWords(account), since: iso(since), why };
  return noticeTo(owner, `evt_venue_unreachable_${account}_${since}`, 'venue.unreachable', 'critical', data);
}

function back(owner: VenueOwner, account: VenueAccountId, since: number, now: number): Notice {
  const data: NoticeData<'venue.back'> = { ...accountWords(account), since: iso(since), until: iso(now) };
  return noticeTo(owner, `evt_venue_back_${account}_${since}`, 'venue.back', 'info', data);
}

/** Once a day for as long as it lasts, whoever finds it out. */
function keyRefused(owner: VenueOwner, account: VenueAccountId, at: number, why: string): Notice {
  const data: NoticeData<'hedge.key'> = { ...accountWords(account), problem: 'refused', why };
  return noticeTo(owner, `evt_hedge_key_${account}_${iso(at).slice(0, 10)}`, 'hedge.key', 'critical', data);
}

function happened(owner: VenueOwner, says: VenueSays, { countedFills }: Pick<VenueLedger, 'countedFills'>, result: Reconciliation, since: Differences): readonly Notice[] {
  const fresh = says.fills.filter(({ fillId }) => !countedFills.has(fillId));
  return [...taken(owner, says, fresh, 'liquidation', 'venue.liquidated'), ...taken(owner, says, fresh, 'adl', 'venue.deleveraged'), ...differences(owner, says, result, since), ...orphans(owner, says, fresh, result), ...manual(owner, says, fresh)];
}

/** One notice an instrument: a liquidation is often many fills. */
function taken(owner: VenueOwner, { account }: VenueSays, fresh: readonly VenueFill[], cause: VenueFill['cause'], kind: 'venue.liquidated' | 'venue.deleveraged'): readonly Notice[] {
  const fills = fresh.filter((one) => one.cause === cause);
  return [...new Set(fills.map(({ instrument }) => instrument))].flatMap((instrument) => {
    const own = fills.filter((one) => one.instrument === instrument);
    const [first] = own;
    if (first === undefined) return [];
    const left = account.positions.find((one) => one.instrument === instrument)?.contracts ?? 0n;
    const data: NoticeData<'venue.liquidated'> = {
      ...accountWords(account.id), instrument: symbolOf(instrument), position: first.side === 'buy' ? 'short' : 'long', contracts: size(own.reduce<bigint>((sum, { contracts }) => sum + contracts, 0n)),
      price: first.price.unit === 'usd' ? decimalText(quoteValue(first.price), 8, 2, 'nearest') : null, left: exactDecimalText(left, 18), at: iso(first.at),
    };
    return [noticeTo(owner, `evt_${kind.replace('.', '_')}_${account.id}_${first.fillId}`, kind, 'critical', data)];
  });
}

/** Once for each time that one begins, and for each size that it has. */
function differences(owner: VenueOwner, { account }: VenueSays, { alerts, ledger }: Reconciliation, since: Differences): readonly Notice[] {
  return alerts.filter(({ kind }) => kind === 'unexplained').map(({ instrument, contracts }) => {
    const ours = ledger.held.get(instrument) ?? 0n;
    const data: NoticeData<'venue.unexplained'> = { ...accountWords(account.id), instrument: symbolOf(instrument), what: 'unexplained', difference: exactDecimalText(contracts, 18), ours: exactDecimalText(ours, 18), theirs: exactDecimalText(ours + contracts, 18) };
    return noticeTo(owner, `evt_venue_unexplained_${account.id}_${symbolOf(instrument)}_${contracts}_${since.get(instrument) ?? 0}`, 'venue.unexplained', 'critical', data);
  });
}

function orphans(owner: VenueOwner, { account }: VenueSays, fresh: readonly VenueFill[], { alerts }: Reconciliation): readonly Notice[] {
  const orphan = fresh.find(({ cause, clientId, instrument }) => cause === 'order' && clientId.kind === 'ours' && alerts.some((one) => one.kind === 'orphan' && one.instrument === instrument));
  if (orphan === undefined) return [];
  const data: NoticeData<'venue.unexplained'> = { ...accountWords(account.id), instrument: symbolOf(orphan.instrument), what: 'orphan', difference: exactDecimalText(orphan.side === 'buy' ? orphan.contracts : -orphan.contracts, 18) };
  return [noticeTo(owner, `evt_venue_orphan_${account.id}_${orphan.fillId}`, 'venue.unexplained', 'critical', data)];
}

/** Somebody else than Ballast traded: told once a day and account. It is counted, and left alone. */
function manual(owner: VenueOwner, { account }: VenueSays, fresh: readonly VenueFill[]): readonly Notice[] {
  const fill = fresh.find(({ cause, clientId }) => cause === 'order' && clientId.kind === 'foreign');
  if (fill === undefined) return [];
  const data: NoticeData<'venue.unexplained'> = { ...accountWords(account.id), instrument: symbolOf(fill.instrument), what: 'manual', difference: exactDecimalText(fill.side === 'buy' ? fill.contracts : -fill.contracts, 18) };
  return [noticeTo(owner, `evt_venue_manual_${account.id}_${iso(fill.at).slice(0, 10)}`, 'venue.unexplained', 'warning', data)];
}
