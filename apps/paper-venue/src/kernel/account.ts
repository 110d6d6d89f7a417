import {
  E8, absolute, larger, mulDivCeil, mulDivFloor, notionalUp, smaller, tieredMarginUp, worthCeil, worthFloor, type CashE8, type Instrument, type PriceE8, type SizeE8,
} from './instrument.js';

/** Whole multiples, and whether losses may reach the rest of the account. */
export interface MarginMode {
  readonly kind: 'cross' | 'isolated';
  readonly leverage: bigint;
}

export interface Position {
  readonly instrument: string;
  readonly sizeE8: SizeE8;
  /** What the size was worth when it was taken on: its worth at today's mark minus this is the unrealised profit. */
  readonly costE8: CashE8;
  readonly mode: MarginMode;
  /** Cash set aside for an isolated position; always zero for a cross one. */
  readonly isolatedE8: CashE8;
  /** Funding received since it was opened; below zero when paid. */
  readonly fundingE8: CashE8;
}

export interface Account {
  readonly id: string;
  readonly settlesIn: string;
  /** Deposits, realised profit, fees and funding; without what is set aside for isolated positions. */
  readonly cashE8: CashE8;
  readonly positions: Readonly<Record<string, Position>>;
  /** Chosen leverage by instrument, kept while there is no position. */
  readonly modes: Readonly<Record<string, MarginMode>>;
}

/** Marks and instruments: what an account is valued by. */
export interface Valuation {
  readonly instruments: Readonly<Record<string, Instrument>>;
  readonly marks: Readonly<Record<string, PriceE8>>;
}

export interface MarginState {
  readonly equityE8: CashE8;
  readonly maintenanceE8: CashE8;
  readonly initialE8: CashE8;
}

export const newAccount = (id: string, settlesIn: string): Account => ({ id, settlesIn, cashE8: 0n, positions: {}, modes: {} });

const MOST_LEVERAGE = 1_000n;
export const modeOf = (account: Account, instrument: string): MarginMode => account.modes[instrument] ?? { kind: 'cross', leverage: MOST_LEVERAGE };

/** Unrealised profit at the price, rounded down. */
export const profitFloor = (instrument: Instrument, position: Position, price: PriceE8): CashE8 => worthFloor(instrument, position.sizeE8, price) - position.costE8;

/** The average entry price, rounded to the nearest 1e-8; for an inverse perpetual the harmonic mean of the fills. */
export function entryPriceNearest(instrument: Instrument, { sizeE8, costE8 }: Position): PriceE8 {
  const [over, under] = instrument.kind === 'linear' ? [absolute(costE8), absolute(sizeE8)] : [absolute(sizeE8), absolute(costE8)];
  return under === 0n ? 0n : (2n * over * E8 + under) / (2n * under);
}

/** The initial margin of a size at the price under a chosen leverage, rounded up: never less than the instrument's table asks. */
export function initialMarginUp(instrument: Instrument, size: SizeE8, price: PriceE8, leverage: bigint): CashE8 {
  const notional = notionalUp(instrument, size, price);
  return larger(tieredMarginUp(instrument, notional, 'initialRateE12'), mulDivCeil(notional, 1n, leverage));
}

export const maintenanceUp = (instrument: Instrument, size: SizeE8, price: PriceE8): CashE8 => tieredMarginUp(instrument, notionalUp(instrument, size, price), 'maintenanceRateE12');

/** Equity (rounded down) and margins (rounded up) of what backs the position: its own cash where isolated, all cross positions otherwise. */
export function marginOf(account: Account, valuation: Valuation, scope: 'cross' | Position): MarginState {
  const positions = scope === 'cross' ? Object.values(account.positions).filter((position) => position.mode.kind === 'cross') : [scope];
  let equityE8 = scope === 'cross' ? account.cashE8 : scope.isolatedE8;
  let [maintenanceE8, initialE8] = [0n, 0n];
  for (const position of positions) {
    const { instrument, mark } = valued(valuation, position.instrument);
    equityE8 += profitFloor(instrument, position, mark);
    maintenanceE8 += maintenanceUp(instrument, position.sizeE8, mark);
    initialE8 += initialMarginUp(instrument, position.sizeE8, mark, position.mode.leverage);
  }
  return { equityE8, maintenanceE8, initialE8 };
}

/** Everything the account is worth: cross equity and what backs isolated positions, rounded down. */
export const accountValueFloor = (account: Account, valuation: Valuation): CashE8 =>
  Object.values(account.positions).reduce(
    (sum, position) => (position.mode.kind === 'isolated' ? sum + marginOf(account, valuation, position).equityE8 : sum),
    marginOf(account, valuation, 'cross').equityE8,
  );

/** Liquidated as soon as the equity falls below the maintenance margin. */
export const liquidatable = ({ equityE8, maintenanceE8 }: MarginState): boolean => maintenanceE8 > 0n && equityE8 < maintenanceE8;

export type LiquidationPrice = { readonly kind: 'price'; readonly priceE8: PriceE8 } | { readonly kind: 'none' };

const HIGHEST_PRICE: PriceE8 = 10n ** 20n;

/**
 * The price of this instrument, to 1e-8, at which the maintenance margin is reached while every other mark stays: the highest such price
 * for a long, the lowest for a short. `none` where no price up to 1e12 does it. Found by halving, so that it holds across margin steps.
 */
export function liquidationPrice(account: Account, valuation: Valuation, position: Position): LiquidationPrice {
  const dies = (priceE8: PriceE8): boolean =>
    liquidatable(marginOf(account, { ...valuation, marks: { ...valuation.marks, [position.instrument]: priceE8 } }, position.mode.kind === 'cross' ? 'cross' : position));
  const long = position.sizeE8 > 0n;
  if (!dies(long ? 1n : HIGHEST_PRICE)) return { kind: 'none' };
  if (dies(long ? HIGHEST_PRICE : 1n)) return { kind: 'price', priceE8: valued(valuation, position.instrument).mark };
  let [low, high] = [1n, HIGHEST_PRICE];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (dies(middle) === long) low = middle;
    else high = middle;
  }
  return { kind: 'price', priceE8: long ? low : high };
}

/** The account's exposure in coins as Deribit counts it: the sum of -size / mark over inverse positions, signed, long above zero; linear ones by their size. Without options, whose delta no engine knows. */
export const deltaNearest = (account: Account, valuation: Valuation): SizeE8 =>
  Object.values(account.positions).reduce((sum, { instrument: name, sizeE8 }) => {
    const { instrument, mark } = valued(valuation, name);
    if (instrument.option !== undefined) return sum;
    return sum + (instrument.kind === 'linear' ? sizeE8 : mulDivFloor(2n * sizeE8 * E8 + mark, 1n, 2n * mark));
  }, 0n);

export interface Traded {
  readonly account: Account;
  readonly realisedE8: CashE8;
}

/**
 * Adds a signed size that cost `costE8` (worth at the fill's price; the counterparty books the exact opposite). A part against the held
 * side realises profit; what goes through zero opens anew. Nothing is lost to rounding: the account's cash minus its costs changes by
 * exactly -costE8.
 */
export function trade(account: Account, instrument: Instrument, size: SizeE8, costE8: CashE8): Traded {
  const held = account.positions[instrument.name];
  const mode = held?.mode ?? modeOf(account, instrument.name);
  if (held === undefined || held.sizeE8 > 0n === size > 0n) {
    const before = held ?? { instrument: instrument.name, sizeE8: 0n, costE8: 0n, mode, isolatedE8: 0n, fundingE8: 0n };
    const set = mode.kind === 'isolated' ? initialMarginOfCost(instrument, costE8, mode.leverage) : 0n;
    const position = { ...before, sizeE8: before.sizeE8 + size, costE8: before.costE8 + costE8, isolatedE8: before.isolatedE8 + set };
    return { account: withPosition({ ...account, cashE8: account.cashE8 - set }, position), realisedE8: 0n };
  }
  const closing = smaller(absolute(size), absolute(held.sizeE8));
  const closesAll = closing === absolute(held.sizeE8);
  const closeCost = mulDivFloor(costE8, closing, absolute(size));
  const costShare = closesAll ? held.costE8 : mulDivFloor(held.costE8, closing, absolute(held.sizeE8));
  const realisedE8 = -closeCost - costShare;
  const released = closesAll ? held.isolatedE8 : mulDivFloor(held.isolatedE8, closing, absolute(held.sizeE8));
  // A loss beyond what is released stays with the isolated position, not with the account.
  const credited = held.mode.kind === 'isolated' && !closesAll ? larger(released + realisedE8, 0n) : released + realisedE8;
  const left: Position = {
    ...held, sizeE8: held.sizeE8 + (size > 0n ? closing : -closing), costE8: held.costE8 - costShare, isolatedE8: held.isolatedE8 + realisedE8 - credited,
  };
  const after = withPosition({ ...account, cashE8: account.cashE8 + credited }, left);
  const rest = size > 0n ? size - closing : size + closing;
  return rest === 0n ? { account: after, realisedE8 } : { account: trade(after, instrument, rest, costE8 - closeCost).account, realisedE8 };
}

/** Cost of a fill for the one who takes it: its worth rounded up, so that a fraction goes to the other side. */
export const fillCostUp = (instrument: Instrument, size: SizeE8, price: PriceE8): CashE8 => worthCeil(instrument, size, price);

const initialMarginOfCost = (instrument: Instrument, cost: CashE8, leverage: bigint): CashE8 =>
  larger(tieredMarginUp(instrument, absolute(cost), 'initialRateE12'), mulDivCeil(absolute(cost), 1n, leverage));

/** Replaces a position; one of size zero is dropped and what it held of isolated cash returns to the account. */
export function withPosition(account: Account, position: Position): Account {
  if (position.sizeE8 !== 0n) return { ...account, positions: { ...account.positions, [position.instrument]: position } };
  const { [position.instrument]: _gone, ...positions } = account.positions;
  return { ...account, cashE8: account.cashE8 + position.isolatedE8 - position.costE8, positions };
}

/** The instrument and its mark. @throws RangeError never for instruments of this venue: each is listed with a first mark */
export function valued(valuation: Valuation, name: string): { readonly instrument: Instrument; readonly mark: PriceE8 } {
  const [instrument, mark] = [valuation.instruments[name], valuation.marks[name]];
  if (instrument === undefined || mark === undefined) throw new RangeError(`no instrument or mark: ${name}`);
  return { instrument, mark };
}
