import type { ChainScribe, CrowdBlock, Ending } from './crowd-scribe.js';
import type { GuardedLoan } from './guarded-loans.js';
import { percentilesOf, type Percentiles } from './measure.js';

/** WAD health at the crossing from which on a liquidation is a failure of the keeper. */
export const SAFE_FROM = 1_080_000_000_000_000_000n;
/** Lower ends of the bands of health at the crossing that are told apart. */
const BANDS = [0, 1.06, 1.07, 1.08, 1.1, 1.125] as const;

export interface CrowdBand {
  readonly from: number;
  /** Not in it; null: no end. */
  readonly to: number | null;
  readonly positions: number;
  readonly rescued: number;
  readonly liquidated: number;
  /** Blocks from the crossing to the one that holds the rescue. */
  readonly blocksToRescue: Percentiles;
}

export interface CrowdLiquidation {
  readonly trigger: number;
  readonly healthAtCrossing: number;
  readonly block: number;
}

export interface CrowdResult {
  readonly positions: number;
  readonly blockSeconds: number;
  /** Real time of a block. */
  readonly blockEveryMs: number;
  readonly blockGas: number;
  /** Of all loans at the block in which they crossed; each was below its own trigger. */
  readonly crossed: number;
  /** Blocks after the crossing until each loan was rescued or liquidated. */
  readonly blocksUsed: number;
  readonly rescued: number;
  readonly liquidated: number;
  /** Must be none: liquidated although the health at the crossing was 1.08 or more. */
  readonly liquidatedFromSafe: number;
  /** Neither rescued nor liquidated when the bench ended. */
  readonly open: number;
  /** Rescues of a loan beyond its first. */
  readonly again: number;
  readonly bands: readonly CrowdBand[];
  readonly liquidations: readonly CrowdLiquidation[];
  /** First rescues by the keeper's account. */
  readonly lanes: Readonly<Record<string, number>>;
  readonly transactionsPerBlock: Percentiles;
  readonly blocks: readonly CrowdBlock[];
  /** Of rescues that went the fast way alone: milliseconds from the crossing's block to the bytes being taken. */
  readonly sentMs: Percentiles;
  /** Cores that the keeper's process kept busy from the crossing on. Near 1 the thread is the limit, and not the chain. */
  readonly keeperCores: number;
}

export interface CrowdRun {
  readonly loans: readonly GuardedLoan[];
  readonly scribe: ChainScribe;
  readonly blockSeconds: number;
  readonly blockEveryMs: number;
  readonly blockGas: bigint;
  readonly sentMs: readonly number[];
  readonly keeperCores: number;
}

interface Told {
  readonly trigger: bigint;
  readonly health: bigint;
  readonly ending: Ending | null;
}

/** The figures of a run; reads each loan's health at the crossing, which takes the chain some time. */
export async function crowdResult({ loans, scribe, blockSeconds, blockEveryMs, blockGas, sentMs, keeperCores }: CrowdRun): Promise<CrowdResult> {
  const told: Told[] = [];
  for (const { owner, mandate } of loans) told.push({ trigger: mandate.terms.triggerHf, health: await scribe.healthAtCrossing(owner), ending: scribe.endings.get(owner) ?? null });
  const of = (kind: Ending['kind']): readonly Told[] => told.filter(({ ending }) => ending?.kind === kind);
  const lanes: Record<string, number> = {};
  for (const { ending } of of('rescued')) lanes[ending?.lane ?? 'none'] = (lanes[ending?.lane ?? 'none'] ?? 0) + 1;
  return {
    positions: loans.length, blockSeconds, blockEveryMs, blockGas: Number(blockGas), crossed: told.filter(({ health, trigger }) => health < trigger).length,
    blocksUsed: scribe.blocks.length, rescued: of('rescued').length, liquidated: of('liquidated').length, liquidatedFromSafe: of('liquidated').filter(({ health }) => health >= SAFE_FROM).length,
    open: scribe.open, again: scribe.again, bands: BANDS.map((from, index) => bandOf(told, from, BANDS[index + 1] ?? null)).filter(({ positions }) => positions > 0),
    liquidations: of('liquidated').map(({ trigger, health, ending }) => ({ trigger: number(trigger), healthAtCrossing: number(health), block: ending?.block ?? 0 })).sort((one, other) => one.healthAtCrossing - other.healthAtCrossing),
    lanes, transactionsPerBlock: percentilesOf(scribe.blocks.map(({ transactions }) => transactions)), blocks: scribe.blocks, sentMs: percentilesOf(sentMs), keeperCores: Number(keeperCores.toFixed(2)),
  };
}

function bandOf(told: readonly Told[], from: number, to: number | null): CrowdBand {
  const inside = told.filter(({ health }) => Number(health) / 1e18 >= from && (to === null || Number(health) / 1e18 < to));
  const rescued = inside.filter(({ ending }) => ending?.kind === 'rescued');
  return { from, to, positions: inside.length, rescued: rescued.length, liquidated: inside.filter(({ ending }) => ending?.kind === 'liquidated').length, blocksToRescue: percentilesOf(rescued.map(({ ending }) => ending?.block ?? 0)) };
}

/** A WAD as a number of six decimals, for the record. */
const number = (wad: bigint): number => Number((Number(wad) / 1e18).toFixed(6));
