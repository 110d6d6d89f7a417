import type { Bps, SettlementE18 } from '@ballast/units';
import { known, notionalUp, quoteValue, venueAccountId, type Perpetual, type Reading } from '@ballast/positions';
import { decideHedge, type HedgeDecision, type HedgeInput, type HedgeLeg, type HedgePolicy, type PlannedOrder, type SentOrder } from '@ballast/policy';
import { brokenInside, jointGrid, JOINT_GRID, type VenueBook } from '@ballast/risk';
import { DERIBIT, HYPERLIQUID, WALL, aDerivativeAccount, aMarket, aPerpPosition, aPerpetual, anInversePerpetual, contracts, e18, ratio, settlement, usd } from '../../../../test/factories/derivatives.js';
import { aHedgeInput, aHedgePolicy, aLedger, aLeg, anExposure } from '../../../../test/factories/hedge.js';

export class ScenarioBroken extends Error {}
export const must = (holds: boolean, what: () => string): void => {
  if (!holds) throw new ScenarioBroken(what());
};

/** One account with one perpetual, in doubles: a check of the product's integers that shares nothing with them. */
export interface SmallAccount {
  readonly name: string;
  readonly instrument: Perpetual;
  readonly isInverse: boolean;
  /** Dollars, or coins of an inverse one. */
  cash: number;
  size: number;
  entry: number;
}

export interface World {
  readonly policy: HedgePolicy;
  readonly accounts: SmallAccount[];
  price: number;
  exposure: number;
  clock: number;
  isFresh: boolean;
  stop: HedgeInput['stop'];
  oracleAway: number;
  levels: number;
  unknownFor: number;
  fills: number;
  lastTrade: HedgeInput['ledger']['lastTrade'];
  orders: SentOrder[];
}

export type Random = (below: number) => number;

export function worldOf(random: Random): World {
  const chance = (): number => random(10_000) / 10_000;
  const inverse = random(3) === 0;
  const lot = [0.001, 0.01, 0.1][random(3)] as number;
  const linear = aPerpetual({ lot: contracts(lot), minContracts: contracts(lot), minNotionalUsdE8: usd([0, 10, 100][random(3)] as number), minNotionalExemptsReduceOnly: random(2) === 0, tiers: { kind: 'tiers', unit: 'usd', rows: [{ from: 0n, maintenanceRate: ratio(0.005 + 0.03 * chance()), initialRate: ratio(0.1), deduction: 0n }] } });
  const price = 1_000 + 3_000 * chance();
  const account = (name: string): SmallAccount => (inverse ? { name, instrument: anInversePerpetual(), isInverse: true, cash: 5 + 60 * chance(), size: 0, entry: price } : { name, instrument: linear, isInverse: false, cash: 1_000 + 200_000 * chance(), size: 0, entry: price });
  return {
    policy: aHedgePolicy({
      mode: { kind: 'full', share: BigInt(2_000 + random(8_001)) as Bps }, maxNotionalUsdE8: usd(2_000 + Math.round(500_000 * chance())), maxLeverage: ratio(0.5 + 2 * chance()), survive: BigInt(2_000 + random(6_000)) as Bps,
      corridor: { downBps: 1_000n as Bps, upBps: BigInt(2_000 + random(5_000)) as Bps }, hysteresis: BigInt(random(5_000)) as Bps, depthShare: BigInt(1_000 + random(9_001)) as Bps, caps: { ordersPerDay: 10_000, notionalPerDayUsdE8: usd(1e9), slicesPerMinute: 100 },
    }),
    accounts: random(2) === 0 ? [account('one')] : [account('one'), account('two')],
    price, exposure: Math.round((chance() * 200 - 50) * 1e6) / 1e6, clock: WALL, isFresh: true, stop: 'none', oracleAway: 0, levels: 1 + random(300), unknownFor: 0, fills: 1, lastTrade: { kind: 'never' }, orders: [],
  };
}

export const equityOf = ({ isInverse, cash, size, entry }: SmallAccount, price: number): number => (isInverse ? cash + size * (1 / entry - 1 / price) : cash + size * (price - entry));
/** What the account does to the exposure. */
export const heldBy = (account: SmallAccount, price: number): number => (account.isInverse ? equityOf(account, price) + account.size / price : account.size);
const rateOf = ({ instrument }: SmallAccount): number => (instrument.tiers.kind === 'tiers' ? Number(instrument.tiers.rows[0]?.maintenanceRate) / 1e18 : NaN);
const notionalOf = ({ isInverse, size }: SmallAccount, price: number): number => (isInverse ? Math.abs(size) : Math.abs(size) * price);
export const marginUseOf = (account: SmallAccount, price: number): number => {
  const kept = (notionalOf(account, price) * rateOf(account)) / (account.isInverse ? price : 1);
  return kept === 0 ? 0 : equityOf(account, price) <= 0 ? Infinity : kept / equityOf(account, price);
};

/** What no scenario changes, made once: a scenario decides some twenty times. */
const [INPUT, LEG, ACCOUNT] = [aHedgeInput(), aLeg(), aDerivativeAccount()];

export function inputOf(world: World): HedgeInput {
  const { price, clock, policy } = world;
  return {
    ...INPUT, policy, now: clock, exposure: anExposure(world.exposure, { isFresh: world.isFresh }), legs: world.accounts.map((account) => legOf(account, world)), oracle: { kind: 'price', usdE8: usd(price * (1 + world.oracleAway)), at: clock },
    stop: world.stop, ledger: aLedger({ lastTrade: world.lastTrade, orders: world.orders.filter(({ at }) => clock - at < 86_400_000) }),
  };
}

function legOf(account: SmallAccount, { price, clock, levels, unknownFor, isFresh }: World): HedgeLeg {
  const place = account.isInverse ? DERIBIT : HYPERLIQUID;
  const id = venueAccountId(place, account.name);
  const use = marginUseOf(account, price) * Math.max(0, equityOf(account, price));
  const read = {
    ...ACCOUNT, ...place, id, settlement: account.instrument.settlement, equity: e18<SettlementE18>(equityOf(account, price)), free: settlement(0), maintenanceMargin: known(e18<SettlementE18>(Number.isFinite(use) ? use : 0), clock),
    positions: account.size === 0 ? [] : [aPerpPosition({ account: id, instrument: account.instrument.id, contracts: contracts(account.size), markUsdE8: known(usd(price), clock) })],
  };
  const reading: Reading<typeof read> = isFresh ? known(read, clock) : { kind: 'stale', value: read, at: clock - 60_000 };
  return {
    ...LEG, id, instrument: account.instrument, account: reading, market: known(aMarket({ priceUsd: price, at: clock, levelContracts: account.isInverse ? levels * 3_000 : levels, instrument: account.instrument.id, openInterest: { kind: 'contracts', contracts: contracts(1e8) } }), clock),
    order: unknownFor > 0 && account.name === 'one' ? { kind: 'unknown', id: 'a'.repeat(32) as never } : { kind: 'none' }, priceApart: 10_000n as Bps, leverage: { kind: 'not-settable' }, maxNotionalUsdE8: usd(1e9),
  };
}

/** Decides, checks what was decided, and lets the venue execute a part of it. */
export function cycle(world: World): HedgeDecision {
  const input = inputOf(world);
  const decision = decideHedge(input);
  if (decision.kind === 'act') for (const order of decision.orders) take(world, input, order);
  return decision;
}

function take(world: World, input: HedgeInput, order: PlannedOrder): void {
  const account = world.accounts.find(({ name, isInverse }) => venueAccountId(isInverse ? DERIBIT : HYPERLIQUID, name) === order.account) as SmallAccount;
  const signed = (Number(order.contracts) / 1e18) * (order.side === 'buy' ? 1 : -1);
  const slip = Number(order.reduceOnly ? world.policy.unwindSlippage : world.policy.slippage) / 1e4;
  const cap = Number(quoteValue(order.priceCap)) / 1e8;
  must(order.contracts % account.instrument.lot === 0n, () => `${order.contracts} is no whole lot`);
  must(order.side === 'buy' ? cap <= world.price * (1 + slip) * 1.0001 : cap >= world.price * (1 - slip) * 0.9999, () => `the cap ${cap} is beyond the slippage at ${world.price}`);
  must(world.stop !== 'cancel-all', () => 'an order beside a stop of everything');
  must(!(world.unknownFor > 0 && account.name === 'one'), () => 'an order beside one that nobody knows of');
  if (order.reduceOnly) must(Math.sign(signed) === -Math.sign(account.size) && Math.abs(signed) <= Math.abs(account.size) + 1e-9, () => `a reduction of ${signed} at ${account.size}`);
  else checkGrowth(world, input, account, order, signed);
  fill(world, account, signed * world.fills, order);
}

function checkGrowth(world: World, input: HedgeInput, account: SmallAccount, order: PlannedOrder, signed: number): void {
  must(world.isFresh && world.stop === 'none' && world.oracleAway === 0, () => 'growth on stale data, on disagreeing prices or beside a stop');
  const after = { ...account, size: account.size + signed };
  const total = world.accounts.reduce((sum, one) => sum + notionalOf(one === account ? after : one, world.price), 0);
  must(total <= Number(world.policy.maxNotionalUsdE8) / 1e8 + 0.01, () => `${total} dollars of notional, and ${Number(world.policy.maxNotionalUsdE8) / 1e8} are allowed`);
  const leverage = Number(world.policy.maxLeverage) / 1e18;
  const equityUsd = equityOf(account, world.price) * (account.isInverse ? world.price : 1);
  must(notionalOf(after, world.price) <= equityUsd * (account.isInverse && after.size < 0 ? 1 + leverage : leverage) + 0.01, () => `leverage above ${leverage}`);
  // In doubles, at both ends of the corridor and what is between.
  const [down, up] = [-Number(world.policy.corridor.downBps) / 1e4, Number(world.policy.corridor.upBps) / 1e4];
  for (let step = 0; step <= 10; step++) {
    const at = world.price * (1 + down + ((up - down) * step) / 10);
    const moved = { ...after, cash: account.isInverse ? equityOf(account, world.price) : equityOf(account, world.price), entry: world.price };
    must(marginUseOf(moved, at) < 1, () => `liquidated at ${at} inside the corridor, ${after.size} held at ${world.price}`);
  }
  const book: VenueBook = { id: order.account, instrument: account.instrument, contracts: contracts(after.size), equity: e18(equityOf(account, world.price)), otherMaintenance: 0n as SettlementE18, markUsdE8: usd(world.price) };
  must(brokenInside(jointGrid([], [book], { ...JOINT_GRID, ...world.policy.corridor, stepBps: 500n }), input.policy.corridor).kind === 'none', () => 'the joint grid breaks inside the corridor');
}

function fill(world: World, account: SmallAccount, wanted: number, order: PlannedOrder): void {
  const lot = Number(account.instrument.lot) / 1e18;
  const signed = Math.trunc(wanted / lot + Math.sign(wanted) * 1e-6) * lot;
  const size = Math.round((account.size + signed) * 1e9) / 1e9;
  // Realise all profit at the price: cash and entry begin anew.
  account.cash = equityOf(account, world.price) - Math.abs(signed) * (account.isInverse ? 1 / world.price : world.price) * 0.0005;
  account.entry = world.price;
  account.size = size;
  world.lastTrade = { kind: 'at', at: world.clock, wasWhole: order.restCoins === 0n && world.fills === 1 };
  world.orders.push({ ...order, at: world.clock, isRejected: false, isUnmatched: false, notionalUsdE8: notionalUp(contracts(Math.abs(signed)), account.instrument, usd(world.price)) });
}

