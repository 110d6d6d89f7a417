import { type Notice, type Reconciliation, type VenueLedger, type VenueOwner, type VenueSays } from '@ballast/policy';
import type { VenueAccountId, VenueFill } from '@ballast/positions';
import { decimalText } from '@ballast/units';
import { accountWords, noticeTo, symbolOf } from './words.js';

/** How long an account may be unread before its owner is told: fewer seconds are a venue's hiccup. */
export const UNREAD_PATIENCE_MS = 15_000;

const amount = (contracts: bigint): string => decimalText(contracts < 0n ? -contracts : contracts, 18, 6, 'up');

/** What an owner must hear of a look at his account. Each is named by what it tells of: a fill, a difference, the moment since when nothing is read. */
export const noticesOfLook = { back, happened, unreachable, keyRefused };

function unreachable(owner: VenueOwner, account: VenueAccountId, since: number, why: string): Notice {
  const words = accountWords(account);
  return noticeTo(owner, `evt_venue_unreachable_${account}_${since}`, 'venue.unreachable', 'critical', {
    ...words, since: new Date(since).toISOString(), reason: why, sentence: `${words.venue} does not answer for your account ${words.name}. Until it does, Ballast can neither add to a hedge there nor make one smaller.`,
  });
}

/** Once a day for as long as it lasts, whoever finds it out. */
function keyRefused(owner: VenueOwner, account: VenueAccountId, at: number, why: string): Notice {
  const words = accountWords(account);
  return noticeTo(owner, `evt_hedge_key_${account}_${new Date(at).toISOString().slice(0, 10)}`, 'hedge.key', 'critical', {
    ...words, what: 'refused', reason: why, sentence: `${words.venue} does not take the trading key of your account ${words.name} any more. Ballast can do nothing there: connect a new key, and look after the positions yourself until then.`,
  });
}

function back(owner: VenueOwner, account: VenueAccountId, since: number): readonly Notice[] {
  const words = accountWords(account);
  return [noticeTo(owner, `evt_venue_back_${account}_${since}`, 'venue.back', 'info', { ...words, since: new Date(since).toISOString(), sentence: `${words.venue} answers again for your account ${words.name}.` })];
}

function happened(owner: VenueOwner, account: VenueAccountId, { fills }: VenueSays, { countedFills }: Pick<VenueLedger, 'countedFills'>, result: Reconciliation): readonly Notice[] {
  const fresh = fills.filter(({ fillId }) => !countedFills.has(fillId));
  return [
    ...ofCause(owner, account, fresh.filter(({ cause }) => cause === 'liquidation'), 'venue.liquidated', (what, venue) => `${venue} liquidated ${what} of your position. What it hedged is not hedged any more.`),
    ...ofCause(owner, account, fresh.filter(({ cause }) => cause === 'adl'), 'venue.deleveraged', (what, venue) => `${venue} closed ${what} of your position against another trader's (automatic deleveraging). The hedge is smaller; Ballast plans it anew.`),
    ...unexplained(owner, account, fresh, result),
  ];
}

/** One notice an instrument: a liquidation is often many fills. */
function ofCause(owner: VenueOwner, account: VenueAccountId, fills: readonly VenueFill[], kind: 'venue.liquidated' | 'venue.deleveraged', sentence: (what: string, venue: string) => string): readonly Notice[] {
  return [...new Set(fills.map(({ instrument }) => instrument))].flatMap((instrument) => {
    const own = fills.filter((one) => one.instrument === instrument);
    const contracts = own.reduce<bigint>((sum, one) => sum + one.contracts, 0n);
    const [first] = own;
    const words = accountWords(account);
    const what = `${amount(contracts)} contracts of ${symbolOf(instrument)}`;
    return first === undefined ? [] : [noticeTo(owner, `evt_${kind.replace('.', '_')}_${account}_${first.fillId}`, kind, 'critical', { ...words, instrument: symbolOf(instrument), contracts: amount(contracts), side: first.side, sentence: sentence(what, words.venue) })];
  });
}

function unexplained(owner: VenueOwner, account: VenueAccountId, fresh: readonly VenueFill[], { alerts }: Reconciliation): readonly Notice[] {
  const words = accountWords(account);
  const differences = alerts.filter(({ kind }) => kind === 'unexplained').map(({ instrument, contracts }) => noticeTo(owner, `evt_venue_unexplained_${account}_${instrument}_${contracts}`, 'venue.unexplained', 'critical', {
    ...words, what: 'position', instrument: symbolOf(instrument), contracts: amount(contracts), sentence: `Your account ${words.name} at ${words.venue} holds ${amount(contracts)} contracts of ${symbolOf(instrument)} ${contracts > 0n ? 'more' : 'less'} than its trades explain. Nothing is added there until that is clear.`,
  }));
  const orphan = fresh.find(({ cause, clientId, instrument }) => cause === 'order' && clientId.kind === 'ours' && alerts.some((one) => one.kind === 'orphan' && one.instrument === instrument));
  const ofOrphan = orphan === undefined ? [] : [noticeTo(owner, `evt_venue_orphan_${account}_${orphan.fillId}`, 'venue.unexplained', 'critical', {
    ...words, what: 'order', instrument: symbolOf(orphan.instrument), contracts: amount(orphan.contracts), sentence: `An order in your account ${words.name} at ${words.venue} carries a name that only Ballast gives, and Ballast never planned it. Nothing is added there; take the key back if you did not do this yourself.`,
  })];
  const [manual] = fresh.filter(({ cause, clientId }) => cause === 'order' && clientId.kind === 'foreign');
  const ofManual = manual === undefined ? [] : [noticeTo(owner, `evt_venue_manual_${account}_${new Date(manual.at).toISOString().slice(0, 10)}`, 'venue.unexplained', 'warning', {
    ...words, what: 'manual', instrument: symbolOf(manual.instrument), contracts: amount(manual.contracts), sentence: `Somebody else than Ballast traded in your account ${words.name} at ${words.venue}. What is held there counts in your exposure, and its margin is shared; Ballast leaves it alone.`,
  })];
  return [...differences, ...ofOrphan, ...ofManual];
}
