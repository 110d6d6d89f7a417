import type { LendingPosition, PriceTick } from '@ballast/positions';
import { annualVolatility, assess, type RiskReport, type Volatility } from '@ballast/risk';
import { usdE8, type Address } from '@ballast/units';
import { BLOCK_TIME, WETH, aLendingPosition } from './lending-position.js';

/** A measured volatility of the given hourly figure. */
export const measuredVolatility = (hourly: number): Volatility => ({
  kind: 'measured', model: 'ewma-24h', hourly, annual: annualVolatility(hourly), samples: 240, ageSeconds: 0, raisedToLeast: false,
});

/** Hourly ticks that end at `endAt`: the price alternates so that every hourly log return has the given size. */
export function ticksOf(options: { readonly asset?: Address; readonly hourly?: number; readonly hours?: number; readonly endAt?: bigint; readonly price?: number } = {}): PriceTick[] {
  const { asset = WETH.address, hourly = 0.0068, hours = 240, endAt = BLOCK_TIME, price = 3000 } = options;
  return Array.from({ length: hours + 1 }, (_, index) => ({
    asset,
    usdE8: usdE8(BigInt(Math.round(price * Math.exp(((hours - index) % 2) * hourly) * 1e8))),
    at: endAt - BigInt(hours - index) * 3600n,
  }));
}

/** The report on the position, assessed for real, by default in a calm market (ETH's median hourly volatility). */
export function aRiskReport(given: Partial<RiskReport> & { readonly position?: LendingPosition; readonly hourly?: number } = {}): RiskReport {
  const { position = aLendingPosition(), hourly = 0.0068, ...overrides } = given;
  return { ...assess({ position, ticks: ticksOf({ hourly }) }), ...overrides };
}
