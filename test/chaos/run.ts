import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ChaosStage } from './chaos-stage.js';
import { FAULT_KINDS, type FaultKind } from './faults.js';
import { protectLoan, releaseLoan, waitFor, type ChaosLoan } from './loans.js';
import { poolLook } from './pool-look.js';
import { Dice } from './random.js';
import { faultsFound, unrest } from './verdict.js';

/** Rounds on one stage; the chain grows slower the longer it is. */
const ROUNDS_A_STAGE = 20;
const BLOCKS_OF_FALL = 14;
/** A price at which every rule acts and the protocol does not liquidate yet: where the health is between these two. */
const LOWEST_HEALTH = 1.006;
const HIGHEST_HEALTH = 1.015;
const CALM = 3_000;
const RECOVERY_LIMIT_MS = 90_000;
/** These two change the same part: not both in one round. */
const APART: readonly (readonly string[])[] = [['clock', 'leaders', 'kill'], ['postgres', 'disk']];

export interface RoundResult {
  readonly round: number;
  readonly seed: number;
  readonly kinds: readonly string[];
  readonly said: readonly string[];
  /** From the end of the last fault to quiet and safety. */
  readonly recoverySeconds: number;
  readonly actions: number;
  readonly problems: readonly string[];
}

export interface ChaosOptions {
  readonly rounds: number;
  /** The first round to play, 0 where it is left out: a failed one can be played again alone. */
  readonly first?: number;
  readonly seed: number;
  /** Only these kinds of fault; all where it is left out. */
  readonly only?: readonly string[];
  readonly say: (text: string) => void;
}

export interface ChaosOutcome {
  readonly results: readonly RoundResult[];
  /** Whether the full disk was a real one. */
  readonly disk: 'tmpfs' | 'proxy';
}

/** Plays so many rounds, each from a seed of its own that is printed with it. */
export async function runChaos({ rounds, first = 0, seed, only, say }: ChaosOptions): Promise<ChaosOutcome> {
  const results: RoundResult[] = [];
  let disk: ChaosOutcome['disk'] = 'proxy';
  const kinds = FAULT_KINDS.filter(({ name }) => only === undefined || only.includes(name));
  for (let round = first; round < first + rounds; ) {
    const stage = await ChaosStage.open(new Dice(seed + round));
    disk = stage.disk === null ? 'proxy' : 'tmpfs';
    try {
      // A failed round leaves its parts as they are; the next begins on fresh ones.
      for (let played = 0, whole = true; whole && played < ROUNDS_A_STAGE && round < first + rounds; played += 1, round += 1) {
        const result = await playRound(stage, new Dice(seed * 1_000 + round), round, seed * 1_000 + round, kinds);
        results.push(result);
        whole = result.problems.length === 0;
        say(`round ${round + 1}: ${result.said.join('; ')}: ${result.actions} actions, whole again after ${result.recoverySeconds.toFixed(1)} s${whole ? '' : `\n    FAILED (seed ${result.seed}): ${result.problems.join('\n    ')}`}`);
        if (!whole) say(lastLines(stage));
      }
    } finally {
      await stage.close();
    }
  }
  return { results, disk };
}

function chosen(dice: Dice, round: number, kinds: readonly FaultKind[]): readonly FaultKind[] {
  const first = kinds[round % kinds.length] as FaultKind;
  const picked: FaultKind[] = [first];
  for (const kind of dice.some(kinds, dice.pick([0, 1, 1, 2]))) {
    const clashes = APART.some((group) => group.includes(kind.name) && picked.some(({ name }) => group.includes(name)));
    if (!clashes && !picked.includes(kind)) picked.push(kind);
  }
  return picked;
}

async function playRound(stage: ChaosStage, dice: Dice, round: number, seed: number, kinds: readonly FaultKind[]): Promise<RoundResult> {
  stage.dice = new Dice(seed + 500_000_000);
  const faults = chosen(dice, round, kinds);
  const said: string[] = [];
  let loans: ChaosLoan[] = [];
  try {
    stage.blocks.setPrice(CALM);
    await stage.blocks.more(3);
    loans = await Promise.all(Array.from({ length: dice.whole(1, 3) }, () => protectLoan(stage)));
    await waitFor('every loan is under protection', 40_000, async () => {
      const rows = await stage.rows('SELECT DISTINCT "positionId" FROM "Decision" WHERE "positionId" = ANY($1) AND "reason" IN (\'above-trigger\', \'stopped-by-breaker\')', [loans.map(({ positionId }) => positionId)]);
      return rows.length === loans.length;
    });
    // Deeper than any reorganisation: what was made ready stays.
    await stage.blocks.more(6);
    const falling = fall(stage, dice);
    await Promise.all(faults.map(async (fault) => {
      await pause(dice.between(0, BLOCKS_OF_FALL * 250));
      said.push(await fault.strike(stage, loans.map(({ positionId }) => positionId)));
    }));
    await falling;
    const healed = Date.now();
    const recoverySeconds = await recovered(stage, loans, healed);
    // A reorganisation may still take back what was just seen: asked after the chain has settled.
    await stage.blocks.more(4);
    const problems = await faultsFound(stage, loans);
    const [{ count } = { count: '0' }] = await stage.rows<{ count: string }>('SELECT count(*) FROM "Intent" WHERE "positionId" = ANY($1)', [loans.map(({ positionId }) => positionId)]);
    stage.blocks.setPrice(CALM);
    for (const loan of loans) await releaseLoan(stage, loan);
    return { round, seed, kinds: faults.map(({ name }) => name), said, recoverySeconds, actions: Number(count), problems };
  } catch (error) {
    stage.blocks.setPrice(CALM);
    return { round, seed, kinds: faults.map(({ name }) => name), said: said.length === 0 ? faults.map(({ name }) => name) : said, recoverySeconds: RECOVERY_LIMIT_MS / 1_000, actions: 0, problems: [(error as Error).message] };
  }
}

/** The price falls in uneven steps to where everybody must be saved, and stays there. */
async function fall(stage: ChaosStage, dice: Dice): Promise<void> {
  // 10 WETH against 20,000 USDC at a liquidation threshold of the local market's: the health at the calm price is read, not assumed.
  const end = dice.between(LOWEST_HEALTH, HIGHEST_HEALTH);
  const steps = Array.from({ length: BLOCKS_OF_FALL }, () => dice.between(0.2, 1));
  const whole = steps.reduce((sum, step) => sum + step, 0);
  const lowest = (CALM * end) / CALM_HEALTH;
  let gone = 0;
  for (const step of steps) {
    gone += step;
    stage.blocks.setPrice(CALM - ((CALM - lowest) * gone) / whole);
    await stage.blocks.more(1);
  }
}

/** Health of every loan at the calm price: 10 x 3,000 x 0.83 / 20,000. */
const CALM_HEALTH = 1.245;

async function recovered(stage: ChaosStage, loans: readonly ChaosLoan[], healed: number): Promise<number> {
  const since = BigInt(await stage.chain.provider.getBlockNumber());
  let why: string | null = 'nothing was seen yet';
  for (;;) {
    why = await unrest(stage, loans, since).catch((error: Error) => error.message);
    if (why === null) return (Date.now() - healed) / 1_000;
    if (Date.now() - healed > RECOVERY_LIMIT_MS) throw new Error(`not whole again within ${RECOVERY_LIMIT_MS / 1_000} s: ${why}; health ${(await Promise.all(loans.map(async ({ owner }) => Number((await poolLook(stage, owner)).health) / 1e18))).join(', ')}`);
    await pause(100);
  }
}

function lastLines(stage: ChaosStage): string {
  return stage.workers.map(({ name }) => {
    try {
      return readFileSync(join(stage.home, `${name}.log`), 'utf8').trimEnd().split('\n').slice(-25).map((line) => `    ${name}: ${line}`).join('\n');
    } catch {
      return `    ${name}: no log`;
    }
  }).join('\n');
}
