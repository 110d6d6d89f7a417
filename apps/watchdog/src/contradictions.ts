import type { HeartbeatBody } from '@ballast/heartbeat';
import type { ChainSeen, Limits, Look } from './look.js';
import type { WatchState } from './state.js';

/** `own`: what may be wrong is our own node. `hedging`: loans are watched, and what lies at derivatives venues is not. */
export interface Finding {
  readonly of: 'service' | 'own' | 'hedging';
  readonly says: string;
}

const service = (says: string): Finding => ({ of: 'service', says });
const own = (says: string): Finding => ({ of: 'own', says });
const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
const moment = (ms: number): string => new Date(ms).toISOString();

/** What is wrong with the heartbeat's own numbers: its sequence and its clock. `before` is the state that the look before left. */
export function wrongWithBeat(before: WatchState, { now }: Look, body: HeartbeatBody, { skewMs }: Limits, isGap: boolean): readonly Finding[] {
  const { sequence } = body;
  const issuedAt = Date.parse(body.issuedAt);
  const last = before.lastBeat;
  const findings: Finding[] = [];
  if (last !== null && sequence < last.sequence) findings.push(service(`Its heartbeats went back, from number ${last.sequence} to ${sequence}: an old one is being served, or two services sign`));
  else if (last !== null && sequence === last.sequence && issuedAt !== last.issuedAt) findings.push(service(`It signed two different heartbeats with the number ${sequence}`));
  if (issuedAt - now > skewMs) findings.push(service(`Its clock is ahead of mine by ${seconds(issuedAt - now)}: it says ${moment(issuedAt)}, mine ${moment(now)}`));
  // One that came since the look before was signed since then: it cannot be older than that, unless the clocks differ or something holds it up.
  const came = last !== null && sequence > last.sequence && !isGap;
  if (came && now - issuedAt > skewMs + (now - (before.lookedAt ?? now))) findings.push(service(`A heartbeat that came just now says that it is ${seconds(now - issuedAt)} old: its clock is behind mine, or it is held up on its way`));
  return findings;
}

/** Hedges and guarded accounts that were not looked after lately, by the signer's own clock. A heartbeat that says nothing of hedging is of an older service. */
export function wrongWithHedging({ issuedAt, chains }: HeartbeatBody, { hedgingMs }: Limits): readonly Finding[] {
  return chains.flatMap(({ name, hedging }): readonly Finding[] => {
    if (hedging === undefined || hedging.plans + hedging.guarded === 0) return [];
    const what = `${hedging.plans} hedges and ${hedging.guarded} guarded accounts of owners on ${name}`;
    if (hedging.roundAt === null) return [{ of: 'hedging', says: `It never looked after the ${what}` }];
    const age = Date.parse(issuedAt) - Date.parse(hedging.roundAt);
    return age <= hedgingMs ? [] : [{ of: 'hedging', says: `It looked after the ${what} ${seconds(age)} ago for the last time, at ${hedging.roundAt}` }];
  });
}

/** Chains that we cannot look at ourselves. */
export function unseen({ chains }: Look): readonly Finding[] {
  return [...chains].flatMap(([chainId, seen]) => (seen.kind === 'unseen' ? [own(`My own node of chain ${chainId} does not answer: ${seen.why}`)] : []));
}

/** Where the heartbeat and our own nodes differ. */
export function wrongWithChains(ownHeads: WatchState['ownHeads'], look: Look, body: HeartbeatBody, limits: Limits): readonly Finding[] {
  return [...look.chains].flatMap(([chainId, seen]) => (seen.kind === 'unseen' ? [] : compare(chainId, seen, ownHeads[String(chainId)]?.risenAt ?? look.now, look, body, limits)));
}

function compare(chainId: number, { head, hashAtBeat }: Extract<ChainSeen, { kind: 'seen' }>, risenAt: number, { now }: Look, body: HeartbeatBody, { lagMs, lagBlocks, silentMs, patienceMs }: Limits): readonly Finding[] {
  const beat = body.chains.find((chain) => chain.chainId === chainId);
  if (beat === undefined) return [service(`Its heartbeat says nothing of chain ${chainId}`)];
  const itself = beat.blindSince === null ? '' : `; it says itself that it is blind since ${beat.blindSince}`;
  if (beat.head === null) return [service(`It has seen no block of ${beat.name} yet, and my own node has block ${head.number}${itself}`)];
  const number = BigInt(beat.head.number);
  if (number - head.number > BigInt(lagBlocks)) {
    // A node that stopped falls behind too. One that did not rise for the patience is not believed, so that it never makes a contradiction that lasts.
    if (now - risenAt >= patienceMs) return [own(`My own node of ${beat.name} stands at block ${head.number} for ${seconds(now - risenAt)}, while Ballast speaks of block ${number}`)];
    return [service(`It speaks of block ${number} of ${beat.name}, and my own node knows none after ${head.number}`)];
  }
  const age = Math.min(Math.max(0, now - Date.parse(body.issuedAt)), silentMs);
  const behindMs = (head.timestamp - beat.head.timestamp) * 1000 - age;
  if (head.number - number > BigInt(lagBlocks) && behindMs > lagMs) return [service(`It is ${head.number - number} blocks behind ${beat.name}: it watched block ${number} last, and my own node has ${head.number}${itself}`)];
  if (hashAtBeat !== null && hashAtBeat.toLowerCase() !== beat.head.hash) return [service(`It watched another block ${number} of ${beat.name} than my own node has: ${beat.head.hash} there, ${hashAtBeat.toLowerCase()} here`)];
  // It watches, and says itself that nobody would act.
  return beat.isLed ? [] : [service(`None of its workers may act on ${beat.name}: nobody holds the lease under which rescues are signed`)];
}
