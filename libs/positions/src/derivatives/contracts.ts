import { InvalidInput, WAD, magnitude, mulDivCeil, mulDivDown, mulDivFloor, mulDivUp, type CoinE18, type ContractsE18, type SettlementE18, type UsdE8, type Wad } from '@ballast/units';
import type { Instrument, MarginTier, MarginTiers, Perpetual } from './instrument.js';

/** Dollars with 8 decimals to 18. */
const E8_TO_E18 = 10_000_000_000n;

type Sized = Pick<Instrument, 'contract'>;

function priced(priceUsdE8: UsdE8): UsdE8 {
  if (priceUsdE8 <= 0n) throw new InvalidInput('price', priceUsdE8.toString(), 'dollars above 0');
  return priceUsdE8;
}

/** Contracts as coins at this price, towards minus infinity; signed. @throws InvalidInput when the price is not above zero */
export const coinsFloor = (contracts: ContractsE18, { contract }: Sized, priceUsdE8: UsdE8): CoinE18 =>
  (contract.kind === 'linear' ? mulDivFloor(contracts, contract.coinE18, WAD) : mulDivFloor(contracts, contract.usdE8, priced(priceUsdE8))) as CoinE18;

/** Contracts as coins at this price, towards plus infinity; signed. @throws InvalidInput when the price is not above zero */
export const coinsCeil = (contracts: ContractsE18, sized: Sized, priceUsdE8: UsdE8): CoinE18 => -coinsFloor(-contracts as ContractsE18, sized, priceUsdE8) as CoinE18;

/** The largest size of whole lots that is not above so many coins; the sign stays. @throws InvalidInput when the price is not above zero */
export function contractsTowardsZero(coins: CoinE18, { contract, lot }: Pick<Instrument, 'contract' | 'lot'>, priceUsdE8: UsdE8): ContractsE18 {
  const size = magnitude(coins);
  const contracts = contract.kind === 'linear' ? mulDivDown(size, WAD, contract.coinE18) : mulDivDown(size, priced(priceUsdE8), contract.usdE8);
  const whole = contracts - (contracts % lot);
  return (coins < 0n ? -whole : whole) as ContractsE18;
}

/** The smallest size of whole lots that is not below so many coins; the sign stays. @throws InvalidInput when the price is not above zero */
export function contractsAwayFromZero(coins: CoinE18, { contract, lot }: Pick<Instrument, 'contract' | 'lot'>, priceUsdE8: UsdE8): ContractsE18 {
  const size = magnitude(coins);
  const contracts = contract.kind === 'linear' ? mulDivUp(size, WAD, contract.coinE18) : mulDivUp(size, priced(priceUsdE8), contract.usdE8);
  const whole = mulDivUp(contracts, 1n, lot) * lot;
  return (coins < 0n ? -whole : whole) as ContractsE18;
}

/** What so many contracts are worth, whichever way they point; rounded up. */
export const notionalUp = (contracts: ContractsE18, { contract }: Sized, priceUsdE8: UsdE8): UsdE8 =>
  (contract.kind === 'inverse' ? mulDivUp(magnitude(contracts), contract.usdE8, WAD) : mulDivUp(magnitude(contracts) * contract.coinE18, priced(priceUsdE8), WAD * WAD)) as UsdE8;

/** The same, rounded down. */
export const notionalDown = (contracts: ContractsE18, { contract }: Sized, priceUsdE8: UsdE8): UsdE8 =>
  (contract.kind === 'inverse' ? mulDivDown(magnitude(contracts), contract.usdE8, WAD) : mulDivDown(magnitude(contracts) * contract.coinE18, priced(priceUsdE8), WAD * WAD)) as UsdE8;

/** Coins of the underlying at a price as dollars, towards minus infinity. */
export const coinsInUsdFloor = (coins: CoinE18, priceUsdE8: UsdE8): bigint => mulDivFloor(coins, priced(priceUsdE8), WAD);
/** Coins of the underlying at a price as dollars, towards plus infinity. */
export const coinsInUsdCeil = (coins: CoinE18, priceUsdE8: UsdE8): bigint => mulDivCeil(coins, priced(priceUsdE8), WAD);
/** Dollars as coins at a price, rounded up. For amounts of zero or more. */
export const usdInCoinsUp = (usdE8: bigint, priceUsdE8: UsdE8): CoinE18 => mulDivUp(usdE8, WAD, priced(priceUsdE8)) as CoinE18;

/** The row of the table that a position of this size is in. The table's unit is the caller's to keep. @throws InvalidInput when the table is empty */
export function tierOf({ rows }: Extract<MarginTiers, { kind: 'tiers' }>, size: bigint): MarginTier {
  const row = [...rows].reverse().find(({ from }) => from <= size) ?? rows[0];
  if (row === undefined) throw new InvalidInput('margin table', 'no rows', 'at least one row');
  return row;
}

/**
 * Maintenance margin of so many contracts of a perpetual at a price, by the venue's table: notional x rate less the row's deduction, never under 0; in the
 * settlement currency with 18 decimals, rounded up. `unknown` where the venue tells no table.
 */
export function maintenanceMarginUp(contracts: ContractsE18, perpetual: Perpetual, priceUsdE8: UsdE8): { readonly kind: 'margin'; readonly amount: SettlementE18 } | { readonly kind: 'unknown'; readonly why: string } {
  const { tiers, settlement } = perpetual;
  if (tiers.kind === 'unknown') return tiers;
  const usd = notionalUp(contracts, perpetual, priceUsdE8);
  const coins = magnitude(coinsCeil(magnitude(contracts) as ContractsE18, perpetual, priceUsdE8));
  const size = tiers.unit === 'usd' ? usd : coins;
  const { maintenanceRate, deduction } = tierOf(tiers, size);
  const margin = mulDivUp(size, maintenanceRate, WAD) - deduction;
  if (margin <= 0n) return { kind: 'margin', amount: 0n as SettlementE18 };
  const amount = tiers.unit === 'usd'
    ? (settlement.kind === 'usd' ? margin * E8_TO_E18 : mulDivUp(margin, WAD, priced(priceUsdE8)))
    : (settlement.kind === 'coin' ? margin : mulDivUp(margin, priceUsdE8 * E8_TO_E18, WAD));
  return { kind: 'margin', amount: amount as SettlementE18 };
}

/** Dollars of a dollar-settled amount, or of coins at the price; towards minus infinity. A dollar token counts as a dollar. */
export const settlementInUsdFloor = (amount: SettlementE18, { settlement }: Pick<Instrument, 'settlement'>, priceUsdE8: UsdE8): bigint =>
  settlement.kind === 'usd' ? mulDivFloor(amount, 1n, E8_TO_E18) : mulDivFloor(amount, priced(priceUsdE8), WAD);

/** Dollars as an amount of the settlement currency, rounded up. For amounts of zero or more. */
export const usdInSettlementUp = (usdE8: bigint, { settlement }: Pick<Instrument, 'settlement'>, priceUsdE8: UsdE8): SettlementE18 =>
  (settlement.kind === 'usd' ? usdE8 * E8_TO_E18 : mulDivUp(usdE8, WAD, priced(priceUsdE8))) as SettlementE18;

/** Share of the equity that maintenance margin takes, rounded up. `exhausted`: nothing is left to keep it with. `none`: nothing has to be kept. */
export type MarginUse = { readonly kind: 'none' } | { readonly kind: 'share'; readonly wad: Wad } | { readonly kind: 'exhausted' } | { readonly kind: 'unknown'; readonly why: string };

/** Maintenance margin over equity. */
export function marginUse(maintenance: SettlementE18, equity: SettlementE18): MarginUse {
  if (maintenance <= 0n) return { kind: 'none' };
  return equity <= 0n ? { kind: 'exhausted' } : { kind: 'share', wad: mulDivUp(maintenance, WAD, equity) as Wad };
}
