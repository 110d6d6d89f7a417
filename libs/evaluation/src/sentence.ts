import { commonFall, daysThatMoved, historyOf, type BookHealth, type MarginState, type MovingLeg } from '@ballast/risk';
import { onlyDriver, type OnlyDriver } from './shown-chance.js';

const percent = (share: number): string => {
  const value = share * 100;
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)}%`;
};
const dollars = (value: number): string => `$${value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 4 : 2 })}`;
const PERIODS: Readonly<Record<number, string>> = { 1: 'hourly', 24: 'daily', 168: 'weekly', 720: 'monthly', 8760: 'yearly' };
const moves = ({ hours, sigmas }: Reach): string => (sigmas === null ? '' : `: ${sigmas.toFixed(1)} typical ${PERIODS[hours] ?? `${hours}-hour`} moves`);

/** A distance in standard deviations of a time. */
interface Reach {
  readonly hours: number;
  readonly sigmas: number | null;
}

/** What a borrower understands: what must happen for the position to be liquidated and, where an asset's days are known, how often it did within one. */
export function lendingSentence(legs: readonly MovingLeg[], health: BookHealth, reach: Reach): string {
  return [whatMustHappen(legs, health, reach), ...howOften(legs, health)].join(' ');
}

function howOften(legs: readonly MovingLeg[], health: BookHealth): string[] {
  const driver = health.debtUsd === 0 || health.logHealth <= 0 ? null : onlyDriver(legs);
  const history = driver === null ? null : historyOf(driver.leg.symbol);
  if (driver === null || history === null || driver.barrierUsd === null) return [];
  const { moved, of, atLeast } = daysThatMoved(history, driver.direction, Math.abs(driver.barrierUsd / driver.leg.priceUsd - 1));
  if (atLeast === 0) return [];
  const through = new Date(history.through).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  return [`${driver.leg.symbol} ${driver.direction === 'fall' ? 'fell' : 'rose'} ${(atLeast * 100).toFixed(0)}% or more within a day on ${moved === 0 ? 'none' : moved} of the ${of.toLocaleString('en-US')} days to ${through}.`];
}

function whatMustHappen(legs: readonly MovingLeg[], health: BookHealth, reach: Reach): string {
  if (health.debtUsd === 0) return 'Nothing is owed, so nothing can be liquidated.';
  if (health.logHealth <= 0) return 'The protocol may liquidate this position now.';
  const movers = legs.filter(({ volatility, units }) => volatility > 0 && units > 0);
  const collaterals = [...new Set(movers.flatMap((leg) => (leg.liquidationThreshold === null ? [] : [leg.symbol])))];
  const debts = [...new Set(movers.flatMap((leg) => (leg.liquidationThreshold === null ? [leg.symbol] : [])))];
  const [collateral] = collaterals;
  const [debt] = debts;
  if (collateral === undefined && debt === undefined) return 'Only interest can liquidate this position: no price in it moves.';
  const driver = onlyDriver(legs);
  if (driver !== null) return whatOneMustDo(driver, reach);
  const fall = percent(commonFall(health));
  const rise = percent(health.healthFactor - 1);
  if (debts.length === 0) return `All collateral must fall ${fall} together before the protocol may liquidate${moves(reach)}.`;
  if (collaterals.length === 0) return `All debts must rise together by ${rise} before the protocol may liquidate${moves(reach)}.`;
  return `${collaterals.join(' and ')} must fall ${fall} against ${debts.join(' and ')} before the protocol may liquidate${moves(reach)}.`;
}

function whatOneMustDo({ leg, direction, barrierUsd }: OnlyDriver, reach: Reach): string {
  if (barrierUsd === null) return `No price of ${leg.symbol} liquidates this position; only interest can.`;
  return `${leg.symbol} must ${direction} ${percent(Math.abs(barrierUsd / leg.priceUsd - 1))} before the protocol may liquidate${moves(reach)}.`;
}

/** The same of a margin account: the nearest price of each asset at which the venue may liquidate. */
export function marginSentence(state: Pick<MarginState, 'isLiquidatable'>, assets: readonly { symbol: string; priceUsd: number; downUsd: number | null; upUsd: number | null }[]): string {
  if (state.isLiquidatable) return 'The venue may liquidate this account now.';
  const ways = assets.flatMap(({ symbol, priceUsd, downUsd, upUsd }) => [
    ...(downUsd === null ? [] : [`${symbol} falls ${percent(1 - downUsd / priceUsd)} to ${dollars(downUsd)}`]), ...(upUsd === null ? [] : [`${symbol} rises ${percent(upUsd / priceUsd - 1)} to ${dollars(upUsd)}`]),
  ]);
  return ways.length === 0 ? 'No price of one asset alone liquidates this account.' : `The venue may liquidate this account once ${ways.join(', or ')}.`;
}
