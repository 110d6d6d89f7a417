import { unseen, wrongWithBeat, wrongWithChains, wrongWithHedging, type Finding } from './contradictions.js';
import type { Limits, Look } from './look.js';
import type { Spell, ToldEvent, WatchState } from './state.js';

export interface Judged {
  readonly state: WatchState;
  readonly tell: readonly ToldEvent[];
}

/** A pause in looking longer than this is a gap: what happened meanwhile was not seen. */
const GAP_MS = 60_000;
/** So many looks in a row without a newer heartbeat are believed even where a gap lies between any two. */
const LOOKS_TO_BELIEVE = 3;

const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * Judges one look: whether the service is silent, contradicts the chain or its own past, or is well, and what is to be told of it. Pure: the
 * same state and look always give the same.
 */
export function judge(before: WatchState, look: Look, limits: Limits): Judged {
  const { now, beat } = look;
  const isGap = before.lookedAt === null || now < before.lookedAt || now - before.lookedAt > Math.max(GAP_MS, limits.silentMs / 2);
  const ownHeads = risen(before.ownHeads, look);
  const findings = findingsOf(before, look, ownHeads, limits, isGap);
  const heard = hear(before, look, isGap);
  const wrong = findings.filter(({ of }) => of === 'service');
  const unsure = findings.filter(({ of }) => of === 'own');
  const late = findings.filter(({ of }) => of === 'hedging');

  const isSilent = now - heard.advancedAt > limits.silentMs && (now - heard.resumedAt >= Math.min(limits.patienceMs, limits.silentMs) || (isGap && heard.stale >= LOOKS_TO_BELIEVE));
  const complaint = wrong[0] === undefined ? (beat.kind === 'missed' ? before.complaint : null) : { since: Math.min(before.complaint?.since ?? now, now), reason: wrong[0].says };
  const isWell = beat.kind === 'read' && wrong.length === 0 && !isSilent;
  const wellSince = isWell ? Math.min(before.wellSince ?? now, now) : beat.kind === 'missed' && !isSilent ? before.wellSince : null;
  const unsureNow = unsure[0] === undefined ? null : { since: Math.min(before.unsure?.since ?? now, now), reason: unsure[0].says };
  const sureSince = unsureNow === null ? Math.min(before.sureSince ?? now, now) : null;
  // Only a heartbeat that can be read tells of hedges.
  const hedging = beat.kind !== 'read' ? before.hedging : late[0] === undefined ? null : { since: Math.min(before.hedging?.since ?? now, now), reason: late[0].says };
  const hedgedSince = beat.kind !== 'read' ? before.hedgedSince : hedging === null ? Math.min(before.hedgedSince ?? now, now) : null;

  const state: WatchState = { ...heard, lookedAt: now, complaint, wellSince, ownHeads, unsure: unsureNow, sureSince, spell: before.spell, unsureSpell: before.unsureSpell, hedging, hedgedSince, hedgingSpell: before.hedgingSpell };
  const main = stepSpell(before.spell, now, limits, isSilent ? { cause: 'silent', since: heard.advancedAt, reason: silenceOf(state, now) } : lasting(complaint, 'contradicts', now, limits.patienceMs), wellSince);
  const side = stepSpell(before.unsureSpell, now, limits, lasting(unsureNow, 'unsure', now, limits.silentMs), sureSince);
  const hedges = stepSpell(before.hedgingSpell, now, limits, lasting(hedging, 'hedging', now, limits.patienceMs), hedgedSince);
  return { state: { ...state, spell: main.spell, unsureSpell: side.spell, hedgingSpell: hedges.spell }, tell: [...main.tell, ...side.tell, ...hedges.tell].map((told) => eventOf(told, state, look, limits)) };
}

function findingsOf(before: WatchState, look: Look, ownHeads: WatchState['ownHeads'], limits: Limits, isGap: boolean): readonly Finding[] {
  const { beat } = look;
  if (beat.kind === 'missed') return unseen(look);
  if (beat.kind === 'refused') return [{ of: 'service', says: `What is served as its heartbeat cannot be believed: ${beat.why}` }, ...unseen(look)];
  return [...wrongWithBeat(before, look, beat.body, limits, isGap), ...wrongWithChains(ownHeads, look, beat.body, limits), ...wrongWithHedging(beat.body, limits), ...unseen(look)];
}

/** What the look says of heartbeats alone. A newer one counts as having come now; after a gap only as having come when it was signed. */
function hear(before: WatchState, { now, beat }: Look, isGap: boolean): Pick<WatchState, 'resumedAt' | 'lastBeat' | 'advancedAt' | 'stale' | 'staleWhy'> {
  const resumedAt = isGap ? now : before.resumedAt;
  if (beat.kind === 'read' && (before.lastBeat === null || beat.body.sequence > before.lastBeat.sequence)) {
    const { sequence, issuedAt, chains } = beat.body;
    const signedAt = Date.parse(issuedAt);
    return { resumedAt, lastBeat: { sequence, issuedAt: signedAt, names: chains.map(({ name }) => name).join(', ') }, advancedAt: isGap ? Math.min(now, signedAt) : now, stale: 0, staleWhy: null };
  }
  const staleWhy = beat.kind !== 'read' ? beat.why : beat.body.sequence === before.lastBeat?.sequence ? 'it is the same as before' : 'it is an older one than before';
  return { resumedAt, lastBeat: before.lastBeat, advancedAt: Math.min(before.advancedAt, now), stale: before.stale + 1, staleWhy };
}

function risen(before: WatchState['ownHeads'], { now, chains }: Look): WatchState['ownHeads'] {
  return Object.fromEntries([...chains].flatMap(([chainId, seen]) => {
    const known = before[String(chainId)];
    if (seen.kind === 'unseen') return known === undefined ? [] : [[String(chainId), known]];
    // A lower head than before is news too: the chain went another way.
    return [[String(chainId), known !== undefined && known.number === seen.head.number.toString() ? { ...known, risenAt: Math.min(known.risenAt, now) } : { number: seen.head.number.toString(), risenAt: now }]];
  }));
}

function silenceOf({ advancedAt, staleWhy, lastBeat }: WatchState, now: number): string {
  const span = `${Math.round((now - advancedAt) / 1000)} s`;
  return `${lastBeat === null ? `No heartbeat came since I look for one, ${span} ago` : `No newer heartbeat came for ${span}`}${staleWhy === null ? '' : `; at the last look: ${staleWhy}`}`;
}

interface Trouble {
  readonly cause: Spell['cause'];
  readonly since: number;
  readonly reason: string;
}

const lasting = (found: { readonly since: number; readonly reason: string } | null, cause: Spell['cause'], now: number, patienceMs: number): Trouble | null =>
  found !== null && now - found.since >= patienceMs ? { cause, since: found.since, reason: found.reason } : null;

type Told = { readonly spell: Spell; readonly isOver: boolean };

/** Begins, goes on with or ends a spell: told once when it begins, again at every interval, and once when all was well for long enough. */
function stepSpell(spell: Spell | null, now: number, limits: Limits, trouble: Trouble | null, wellSince: number | null): { readonly spell: Spell | null; readonly tell: readonly Told[] } {
  if (spell === null) {
    if (trouble === null) return { spell: null, tell: [] };
    const begun: Spell = { ...trouble, toldAt: now, tellings: 1 };
    return { spell: begun, tell: [{ spell: begun, isOver: false }] };
  }
  if (trouble === null && wellSince !== null && now - wellSince >= limits.wellMs) return { spell: null, tell: [{ spell, isOver: true }] };
  const renewed = trouble === null ? spell : { ...spell, cause: trouble.cause, reason: trouble.reason };
  // Our own clock may have been set back: a telling that lies ahead was just now.
  const toldAt = Math.min(spell.toldAt, now);
  if (now - toldAt < limits.repeatMs) return { spell: { ...renewed, toldAt }, tell: [] };
  const again = { ...renewed, toldAt: now, tellings: spell.tellings + 1 };
  return { spell: again, tell: [{ spell: again, isOver: false }] };
}

function eventOf({ spell, isOver }: Told, state: WatchState, { now, chains }: Look, { repeatMs }: Limits): ToldEvent {
  const isOwn = spell.cause === 'unsure';
  const isHedging = spell.cause === 'hedging';
  const span = { since: iso(spell.since), until: iso(now) };
  const id = `evt_${isOwn ? 'unsure' : isHedging ? 'hedging' : 'silent'}_${spell.since}_${isOver ? 'over' : spell.tellings}`;
  const againInMinutes = Math.round(repeatMs / 60_000);
  if (isOwn) {
    return isOver
      ? { id, kind: 'watchdog.sure', severity: 'info', audience: 'operators', at: now, data: span }
      : { id, kind: 'watchdog.unsure', severity: 'warning', audience: 'operators', at: now, data: { reason: spell.reason, since: span.since, againInMinutes } };
  }
  const chainName = state.lastBeat?.names ?? [...chains.keys()].map((chain) => `chain ${chain}`).join(', ');
  if (isHedging) {
    return isOver
      ? { id, kind: 'hedging.back', severity: 'info', audience: 'operators', at: now, data: { chainName, ...span } }
      : { id, kind: 'hedging.late', severity: 'critical', audience: 'operators', at: now, data: { chainName, reason: spell.reason, since: span.since, againInMinutes } };
  }
  if (isOver) return { id, kind: 'silent.over', severity: 'info', audience: 'everybody', at: now, data: { chainName, ...span } };
  return {
    id, kind: 'silent', severity: 'critical', audience: 'everybody', at: now,
    data: { chainName, cause: spell.cause, reason: spell.reason, since: span.since, lastHeartbeatAt: state.lastBeat === null ? null : iso(state.lastBeat.issuedAt), againInMinutes, telling: spell.tellings },
  };
}
