import { isTerminal } from '../../src/intent-life.js';
import type { LaneClass } from '@ballast/policy';
import { SECONDS_PER_BLOCK, SmallChain } from './chain.js';
import { Broken, NotWritten, SmallJournal, must } from './records.js';
import { LIFE, PATIENCE, Runner, checkEnd, type Delivery, type Life, type Stage } from './runner.js';
import { lotsOf, seeded } from '../seeded.js';

/** One thing that happens: which, and two numbers from 0 to 255 that say how. */
export interface Happening {
  readonly what: keyof typeof HAPPENINGS;
  readonly a: number;
  readonly b: number;
}

const LOANS = 4;
const CLASSES: readonly LaneClass[] = ['critical', 'normal', 'admin'];
const DELIVERIES: readonly Delivery[] = ['lost', 'delayed', 'silent', 'unreachable', 'twice'];
const SKEWS = [0, -3_600_000, 3_600_000, 20_000, -20_000];
const PRICE_MOVES = [0, 0, -1, -2, 0, 3];

interface World extends Stage {
  readonly runners: readonly Runner[];
}

const chosen = <T>(all: readonly T[], n: number): T => all[n % all.length] as T;

/** What may happen, how often beside the others, and how. */
const HAPPENINGS = {
  turn: { weight: 130, happen: ({ runners }: World, a: number, b: number) => chosen(runners, a).turn(a >> 1, b % 16 === 0 ? 2 : b % 8 === 1 ? 1 : 0) },
  crash: { weight: 6, happen: ({ runners }: World, a: number) => chosen(runners, a).crash() },
  plan: { weight: 14, happen: ({ journal, chain }: World, a: number, b: number) => void journal.plan(a % LOANS, chain.tip.time + SECONDS_PER_BLOCK * (1 + (b % 16)), chosen(CLASSES, a >> 2)) },
  block: {
    weight: 28,
    happen: (world: World, a: number, b: number) => {
      world.chain.mine(a % 5, SECONDS_PER_BLOCK, chosen(PRICE_MOVES, b));
      world.clock += SECONDS_PER_BLOCK * 1_000;
    },
  },
  reorg: {
    weight: 6,
    happen: ({ chain }: World, a: number, b: number) => {
      const depth = 1 + (a % 5);
      chain.lose(depth, b % 2 === 0);
      for (let made = 0; made <= depth; made++) chain.mine((b >> 1) % 4, SECONDS_PER_BLOCK, made === 0 ? chosen(PRICE_MOVES, a >> 3) : 0);
    },
  },
  delivery: { weight: 10, happen: (world: World, a: number) => void (world.nextDelivery = chosen(DELIVERIES, a)) },
  arrival: { weight: 5, happen: ({ chain }: World, a: number) => void chain.delayed.splice(a % Math.max(1, chain.delayed.length), 1).forEach((tx) => chain.submit(tx)) },
  forgotten: { weight: 3, happen: ({ chain }: World) => chain.pool.clear() },
  gas: { weight: 4, happen: ({ chain }: World, a: number) => void (chain.baseFee = a % 2 === 0 ? 10n : a % 4 === 1 ? 60n : 1_000n) },
  stop: { weight: 4, happen: ({ journal }: World, a: number) => void (journal.stopped = a % 2 === 1) },
  lease: { weight: 4, happen: ({ journal, runners }: World, a: number) => void (chosen(runners, a).fence = ++journal.fence) },
  disk: { weight: 5, happen: ({ journal }: World, a: number) => void (journal.refuses = a % 3 === 0) },
  skew: { weight: 4, happen: ({ runners }: World, a: number, b: number) => void (chosen(runners, a).skewMs = chosen(SKEWS, b)) },
  wait: { weight: 6, happen: (world: World, a: number) => void (world.clock += a * 100) },
  late: { weight: 8, happen: (world: World, a: number) => comeLate(world, a) },
  thief: { weight: 2, happen: ({ chain, journal }: World, a: number) => chain.steal(a % journal.nextNonce.length) },
  node: { weight: 2, happen: ({ chain }: World, a: number) => void (chain.refusesGaps = a % 2 === 1) },
  coins: { weight: 2, happen: ({ chain }: World, a: number) => void (chain.isBroke = a % 2 === 1) },
} as const;

const LOTS = lotsOf(HAPPENINGS);

/** An event that was meant to be written earlier, once more or only now, to whatever state the intent is in. */
function comeLate(world: World, a: number): void {
  const one = world.written[world.written.length - 1 - (a % 16)];
  const intent = one === undefined ? undefined : world.journal.intents[one.index];
  if (one === undefined || intent === undefined) return;
  const { change } = world.life.step(intent, one.event, { chainTime: 0n, now: 0, ...PATIENCE });
  if (change === null) return;
  world.journal.advance(one.index, intent.state, change);
  checkEnd(world, one.index);
}

/** The same seed makes the same history. */
export function historyOf(seed: number): readonly Happening[] {
  const random = seeded(seed);
  const first: Happening = { what: 'plan', a: random(256), b: random(256) };
  return [first, ...Array.from({ length: 30 + random(90) }, (): Happening => ({ what: LOTS[random(LOTS.length)] as Happening['what'], a: random(256), b: random(256) }))];
}

/** Rounds without a fault within which every intent has to end: its deadline, its cancellation and its confirmations pass well before. */
const QUIET_ROUNDS = 80;
const TURNS_A_ROUND = 4;

/** Lets it all happen, then ends the faults. What was broken, and after how many happenings; null where nothing was. */
export function brokenBy(history: readonly Happening[], lanes: number, life: Life = LIFE): { readonly at: number; readonly what: string } | null {
  const journal = new SmallJournal(lanes);
  const stage: Stage = { life, chain: new SmallChain(lanes, LOANS), journal, written: [], clock: 10_000_000, nextDelivery: 'arrives', signatures: 0 };
  const world: World = Object.assign(stage, { runners: [new Runner(stage), new Runner(stage)] });
  let at = 0;
  // A write that is refused is an everyday thing here, and nobody reads where it was.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    for (const { what, a, b } of history) {
      happen(world, what, a, b);
      at += 1;
      checkActs(world);
    }
    settleDown(world);
    return null;
  } catch (error) {
    if (error instanceof Broken) return { at, what: error.message };
    throw error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function happen(world: World, what: Happening['what'], a: number, b: number): void {
  try {
    HAPPENINGS[what].happen(world, a, b);
  } catch (error) {
    if (!(error instanceof NotWritten)) throw error;
  }
}

function checkActs({ chain, journal }: World): void {
  for (let index = 0; index < journal.intents.length; index++) must(chain.executions(index) <= 1, () => `the guard acted ${chain.executions(index)} times for i${index}`);
}

/** Every fault ends but a stop that is in force. All intents must end, each told once, and every nonce must be used. */
function settleDown(world: World): void {
  const { chain, journal, runners } = world;
  Object.assign(journal, { refuses: false });
  Object.assign(chain, { isBroke: false, baseFee: 10n });
  world.nextDelivery = 'arrives';
  for (const runner of runners) Object.assign(runner, { fence: journal.fence, skewMs: 0 });
  const [runner] = runners as [Runner];
  for (let round = 0; round < QUIET_ROUNDS && journal.intents.some(({ state }) => !isTerminal(state)); round++) {
    const open = journal.intents.filter(({ state }) => !isTerminal(state)).length;
    // Every open intent has several turns between two blocks.
    for (let pick = 0; pick < TURNS_A_ROUND * open; pick++) do runner.turn(pick, 0); while (!runner.isIdle);
    chain.mine(100);
    world.clock += SECONDS_PER_BLOCK * 1_000;
  }
  checkActs(world);
  journal.intents.forEach((intent, index) => {
    must(isTerminal(intent.state), () => `i${index} is still ${intent.state} ${QUIET_ROUNDS} blocks after the last fault`);
    must((intent.state === 'DONE') === (intent.failure === null), () => `i${index} is ${intent.state} and its failure is ${intent.failure?.code ?? 'none'}`);
    must(chain.executions(index) === (intent.state === 'DONE' ? 1 : 0), () => `i${index} is ${intent.state} and the guard acted ${chain.executions(index)} times`);
    for (const { hash } of intent.transactions) must(hash === null || journal.hashes.get(hash) === index, () => `the hash ${hash} of i${index} is not kept`);
  });
  for (const [hash, index] of journal.hashes) must(journal.intents[index]?.transactions.some((tx) => tx.hash === hash) === true, () => `the hash ${hash} of i${index} was forgotten`);
  const ends = [...journal.outbox.keys()].filter((id) => !id.endsWith('stuck')).length;
  must(ends === journal.intents.length, () => `${ends} notices for ${journal.intents.length} ends`);
  journal.nextNonce.forEach((next, lane) => must((chain.tip.counts[lane] ?? 0) >= next, () => `lane ${lane} gave out nonces below ${next} and the chain is at ${chain.tip.counts[lane]}`));
}

/** A smaller history that is broken too: pieces are left out, then numbers set to zero, as long as something still breaks. */
export function shrunk(history: readonly Happening[], isBroken: (history: readonly Happening[]) => boolean): readonly Happening[] {
  let best = history;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < best.length; ) {
      const without = [...best.slice(0, from), ...best.slice(from + size)];
      if (isBroken(without)) best = without;
      else from += size;
    }
  }
  for (let index = 0; index < best.length; index++) {
    for (const simpler of [{ a: 0, b: 0 }, { a: 0 }, { b: 0 }]) {
      const candidate = best.map((one, place) => (place === index ? { ...one, ...simpler } : one));
      if (isBroken(candidate)) best = candidate;
    }
  }
  return best;
}

/** For people, and to be pasted into a test. */
export const written = (history: readonly Happening[]): string => history.map(({ what, a, b }) => `${what}(${a}, ${b})`).join(' ');
