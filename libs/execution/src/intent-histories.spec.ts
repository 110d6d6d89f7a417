import { describe, expect, it } from 'vitest';
import { brokenBy, historyOf, shrunk, written, type Happening } from '../test/histories/history.js';
import { LIFE, type Life } from '../test/histories/runner.js';
import { newestSigned, type Effect } from './intent-life.js';

const HISTORIES = Number(process.env['BALLAST_HISTORIES'] ?? 100_000);
const FIRST_SEED = Number(process.env['BALLAST_HISTORY_SEED'] ?? 1);

const lanesOf = (seed: number): number => 1 + (seed % 3);

interface Found {
  readonly seed: number;
  readonly least: readonly Happening[];
  readonly said: string;
}

/** The first history that breaks, made as small as it goes. */
function firstBroken(from: number, count: number, life: Life = LIFE): Found | null {
  for (let seed = from; seed < from + count; seed++) {
    const [lanes, history] = [lanesOf(seed), historyOf(seed)];
    const broken = brokenBy(history, lanes, life);
    if (broken === null) continue;
    const least = shrunk(history.slice(0, broken.at + 1), (one) => brokenBy(one, lanes, life) !== null);
    return { seed, least, said: `seed ${seed}, ${lanes} lanes: ${broken.what}\nshrunk to ${least.length} happenings (${brokenBy(least, lanes, life)?.what}):\n${written(least)}` };
  }
  return null;
}

describe('the life of intents', () => {
  it(`survives ${HISTORIES.toLocaleString('en-US')} histories of faults`, { timeout: 600_000 }, () => {
    const found = firstBroken(FIRST_SEED, HISTORIES);
    if (found !== null) expect.fail(found.said);
  });
});

/** The effects of a life with something wrong in it. */
const otherwise = (change: (effect: Effect, ...given: Parameters<Life['nextEffect']>) => Effect): Life => ({
  ...LIFE,
  nextEffect: (intent, moment) => {
    const effect = LIFE.nextEffect(intent, moment);
    return effect === null ? null : change(effect, intent, moment);
  },
});

describe('a life with a mistake in it is found out', () => {
  it.each<[string, Life, RegExp]>([
    ['a call is sent after its deadline', otherwise((effect, intent) => {
      const call = intent.transactions.find((tx) => tx.purpose === 'call' && tx.hash !== null);
      return effect.kind === 'sign-cancel' && intent.state === 'SIGNED' && call !== undefined ? { kind: 'broadcast', transaction: call as never } : effect;
    }), /after its deadline/],
    ['a receipt is final at once', { ...LIFE, step: (intent, event, moment) => {
      const made = LIFE.step(intent, event, moment);
      return event.type === 'mined' && made.change !== null ? { ...made, change: { ...made.change, to: 'CONFIRMED' } } : made;
    } }, /before 6 confirmations/],
    ['only the newest hash is looked up', otherwise((effect, intent) => (effect.kind === 'look-up' ? { ...effect, hashes: [newestSigned(intent)?.hash].flatMap((hash) => hash ?? []) } : effect)), /on chain/],
    ['a vanished block is not noticed', { ...LIFE, step: (intent, event, moment) => (event.type === 'vanished' ? { next: intent, change: null, effects: [] } : LIFE.step(intent, event, moment)) }, /still MINED/],
    ['lost bytes are waited for', otherwise((effect) => (effect.kind === 'look-up' ? { ...effect, otherwise: { kind: 'wait' } } : effect)), /still BROADCAST/],
    ['a nonce is forgotten instead of freed', { ...LIFE, step: (intent, event, moment) => (event.type === 'refused' ? LIFE.step({ ...intent, state: 'PLANNED' }, { type: 'dropped', failure: event.failure, notices: [{ id: `evt_${intent.id}` } as never] }, moment) : LIFE.step(intent, event, moment)) }, /ended DROPPED|nonces/],
    ['a replacement takes the place of what it replaces', { ...LIFE, step: (intent, event, moment) => LIFE.step(intent, event.type === 'signed-again' ? { ...event, transaction: { ...event.transaction, id: intent.transactions[0]?.id ?? '' } } : event, moment) }, /written over/],
    ['a call that came too late is left in the pool', otherwise((effect) => (effect.kind === 'look-up' && effect.otherwise.kind === 'sign-cancel' ? { ...effect, otherwise: { kind: 'wait' } } : effect)), /still BROADCAST/],
  ])('%s', (_, life, expected) => {
    const found = firstBroken(1, 3_000, life);
    expect(found?.said).toMatch(expected);
    expect(found?.least.length).toBeLessThanOrEqual(25);
  });
});
