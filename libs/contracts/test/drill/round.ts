import type { TokenSymbol } from '@ballast/devchain';
import type { Dice } from './dice.js';
import { gwei, poolAbi, type Actor, type Field, type MinedMove, type Move } from './field.js';
import { equity, executedIn, holdingsOf, worth, type GuardFill, type Holdings, type Prices } from './holdings.js';
import { fund, outFor, planRescue, roomOf, type Rescue } from './honest.js';
import { openLoan, priceForHealth, succeed, type Loan } from './owner.js';
import { thievery } from './thief.js';

/** How far the market is from the oracle when the thief chooses the moment. */
export const MOMENTS = [
  { name: 'oracle at the market', lag: 0 },
  { name: 'calm day, 0.7% behind', lag: 0.007 },
  { name: 'crash day, 1.6% behind', lag: 0.016 },
  { name: 'jumps, 3% behind', lag: 0.03 },
  { name: 'anything up to 10%', lag: 0.1 },
] as const;
export type Moment = (typeof MOMENTS)[number];

export interface Cast {
  readonly keeper: Actor;
  readonly first: Actor;
  readonly second: Actor;
  readonly stranger: Actor;
}

/** What one block of the drill came to. Values in USD with 26 decimals. */
export interface BlockResult {
  readonly moment: Moment;
  readonly thiefCalls: number;
  readonly thiefFills: number;
  /** Of all that the thief's calls did in the block: loss of the owner's equity at market prices, and what the formula allows for it. */
  readonly loss: bigint;
  readonly allowed: bigint;
  /** Debt repaid by fills, at market prices: what loss and bound are measured against. */
  readonly repaid: bigint;
  /** The published rate for this case, as a fraction: (1 + c) x (collateral market / oracle) x (debt oracle / market) - 1. */
  readonly rate: number;
  /** `impossible`: it would fail without the thief as well. */
  readonly rescue: 'none' | 'done' | 'not needed' | 'drawn on before' | 'impossible' | 'delayed by a drain' | 'blocked';
  readonly note: string | null;
}

const UNIT_ROUNDING = 3n;

/** One loan through some blocks, each of which is compared with the same block without anybody in it. */
export const playRound = (field: Field, cast: Cast, dice: Dice, round: number): Promise<BlockResult[]> => field.andBack(() => play(field, cast, dice, round));

async function play(field: Field, cast: Cast, dice: Dice, round: number): Promise<BlockResult[]> {
  let oracle = await setPrices(field, { WETH: 300_000_000_000n, wstETH: 360_000_000_000n, WBTC: 6_000_000_000_000n, USDC: 100_000_000n, DAI: 100_000_000n, CRV: 50_000_000n });
  const loan = await openLoan(field, dice, round, oracle);
  await capital(field, cast, loan);
  const results: BlockResult[] = [];
  for (let block = dice.whole(3, 6); block > 0; block--) {
    await settleStranger(field, cast.stranger);
    if (dice.chance(0.3)) await field.market.passTime(dice.whole(600, 2 * 86_400));
    const trigger = Number(loan.mandate.triggerHf) / 1e18;
    if ((await holdingsOf(field, loan.owner.address)).debtValue === 0n) break;
    oracle = await setPrices(field, { ...oracle, [loan.collateral]: await priceForHealth(field, loan, oracle, dice.between(0.985, trigger + 0.01)) });
    results.push(await playBlock(field, cast, dice, loan, oracle, dice.pick(MOMENTS)));
  }
  return results;
}

/** The thief picks where the market is; the oracle says otherwise by up to the moment's lag, for either asset. */
function marketPrices(dice: Dice, loan: Loan, oracle: Prices, moment: Moment): Prices {
  const moved = (symbol: TokenSymbol, by: number): bigint => (oracle[symbol] * BigInt(Math.round((1 + by) * 1e6))) / 1_000_000n;
  const lag = moment.lag * (dice.chance(0.5) ? 1 : dice.between(0, 1));
  return dice.chance(0.7) ? { ...oracle, [loan.collateral]: moved(loan.collateral, lag) } : { ...oracle, [loan.debt]: moved(loan.debt, -lag) };
}

async function playBlock(field: Field, { keeper, first, second, stranger }: Cast, dice: Dice, loan: Loan, oracle: Prices, moment: Moment): Promise<BlockResult> {
  const market = marketPrices(dice, loan, oracle, moment);
  const seen = await holdingsOf(field, loan.owner.address);
  const room = await roomOf(field, loan);
  const now = await field.market.now();
  const honestTip = 30n * gwei;
  const rescue = planRescue(field, loan, seen, room, oracle, { first, second }, now + 300, honestTip);
  const own = rescue?.moves ?? [];
  const moves: Move[] = [...thievery({ field, dice, keeper, stranger, honest: first, loan, seen, room, prices: oracle, now, honestTip }), ...own];

  const at = now + dice.whole(1, 24);
  const control = await rehearsed(field, [], at, () => holdingsOf(field, loan.owner.address));
  const alone = await rehearsed(field, own, at, async (mined) => mined.some(({ succeeded }) => succeeded));
  const mined = await field.block(moves, at);
  const after = await holdingsOf(field, loan.owner.address);

  const fills = mined.flatMap((move) => executedIn(field, move.logs));
  const byThief = mined.filter(({ by }) => by === keeper).flatMap((move) => executedIn(field, move.logs));
  const loss = equity(field, control, market) - equity(field, after, market);
  const thiefCalls = mined.filter(({ by }) => by === keeper || by === stranger).length;
  const verdict = rescue === null ? ({ rescue: 'none', note: null } as const) : await judgeRescue(field, loan, rescue, mined, after, alone);
  return {
    moment, thiefCalls, loss, ...verdict,
    thiefFills: byThief.filter(({ action }) => action === 4).length,
    allowed: allowedLoss(field, loan, fills, oracle, market),
    repaid: fills.reduce((sum, fill) => sum + (fill.action === 4 ? worth(field, loan.debt, fill.repaid, market) : 0n), 0n),
    rate: publishedRate(loan, oracle, market),
  };
}

/**
 * What a block with only these moves would come to; the chain is as before afterwards. With none: interest runs alike, so the difference to
 * the real block is what the calls in that did.
 */
function rehearsed<T>(field: Field, moves: readonly Move[], at: number, look: (mined: readonly MinedMove[]) => Promise<T>): Promise<T> {
  return field.andBack(async () => look(await field.block(moves, at)));
}

/** Sum over the fills of what the formula lets each cost, and three units of each token a call for Aave's own rounding. */
function allowedLoss(field: Field, loan: Loan, actions: readonly GuardFill[], oracle: Prices, market: Prices): bigint {
  return actions.reduce((sum, { action, repaid }) => {
    const rounding = worth(field, loan.collateral, UNIT_ROUNDING, market) + worth(field, loan.debt, UNIT_ROUNDING, market);
    if (action !== 4) return sum + rounding;
    const out = outFor(field, loan, repaid, oracle, BigInt(loan.mandate.maxCostBps));
    return sum + rounding + worth(field, loan.collateral, out, market) - worth(field, loan.debt, repaid, market);
  }, 0n);
}

function publishedRate({ mandate, collateral, debt }: Loan, oracle: Prices, market: Prices): number {
  const ratio = (above: bigint, below: bigint): number => Number((above * 10n ** 12n) / below) / 1e12;
  return (1 + Number(mandate.maxCostBps) / 10_000) * ratio(market[collateral], oracle[collateral]) * ratio(oracle[debt], market[debt]) - 1;
}

/** Whether the honest keeper's call did its work, and if not, whether something had taken its place. */
async function judgeRescue(field: Field, loan: Loan, rescue: Rescue, mined: readonly MinedMove[], after: Holdings, alone: boolean): Promise<Pick<BlockResult, 'rescue' | 'note'>> {
  const own = mined.filter(({ data }) => rescue.moves.some((move) => move.data === data));
  if (own.some(({ succeeded }) => succeeded)) return { rescue: 'done', note: null };
  if (!alone) return { rescue: 'impossible', note: null };
  if (after.healthFactor >= loan.mandate.minHf) return { rescue: 'not needed', note: null };
  const room = await roomOf(field, loan);
  const wallet = rescue.action === 'repay' ? await walletLeft(field, loan) : room.budgetLeft;
  if (wallet === 0n || (rescue.action === 'fill' && room.maxOut === 0n)) return { rescue: 'drawn on before', note: null };
  // Above the trigger nothing may act: an exempt action of the thief's lifted the health there, with all that it could draw on.
  if (own.every(({ refusal }) => refusal === 'NotTriggered')) return { rescue: 'not needed', note: null };
  // Without the reserve's liquidity there is no flash loan and no withdrawal; what is left is the keeper with capital of its own.
  const drained = mined.some(({ succeeded, what }) => succeeded && what === 'drain a reserve');
  return { rescue: drained ? 'delayed by a drain' : 'blocked', note: `${rescue.action}: ${own.map(({ refusal }) => refusal).join(', ')}` };
}

async function walletLeft(field: Field, loan: Loan): Promise<bigint> {
  const [balance, allowance] = await Promise.all([
    field.market.erc20(loan.debt).getFunction('balanceOf')(loan.owner.address) as Promise<bigint>,
    field.market.erc20(loan.debt).getFunction('allowance')(loan.owner.address, field.guard) as Promise<bigint>,
  ]);
  return balance < allowance ? balance : allowance;
}

async function setPrices(field: Field, prices: Prices): Promise<Prices> {
  const { feeds, mining } = field.market.chain;
  const now = await field.market.now();
  for (const symbol of feeds.settable) await feeds.set(symbol, prices[symbol], now);
  await mining.mine();
  return prices;
}

/** The thief and the second keeper both have the debt token; how they came by it is not the guard's concern. */
async function capital(field: Field, { keeper, second }: Cast, loan: Loan): Promise<void> {
  const owed = (await holdingsOf(field, loan.owner.address)).owed[loan.debt] ?? 0n;
  for (const actor of [keeper, second]) {
    await field.market.give(loan.debt, actor.address, owed * 6n);
    await succeed(field, [fund(field, loan.debt, actor, owed * 100n, gwei)]);
  }
}

/** Whoever drained a reserve pays it back a block later. */
async function settleStranger(field: Field, stranger: Actor): Promise<void> {
  const { owed } = await holdingsOf(field, stranger.address);
  const moves = [...field.reserves.values()].filter(({ symbol }) => (owed[symbol] ?? 0n) > 0n).map(({ asset, symbol }): Move => ({
    by: stranger, to: field.pool, data: poolAbi.encodeFunctionData('repay', [asset, (owed[symbol] ?? 0n) * 2n, 2, stranger.address]), what: 'pay back', tip: gwei,
  }));
  if (moves.length > 0) await field.block(moves);
}
