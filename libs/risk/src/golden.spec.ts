import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WAD, bps, parseDecimal, usdE8 } from '@ballast/units';
import { WBTC, WETH, aCollateralLeg, aDebtLeg, aLendingPosition } from '../../../test/factories/lending-position.js';
import { exactPriceAtHealth, healthFactor, hitProbability, logDistanceOf, pairGreeks, ratioDrift, ratioVolatility, type PairDynamics } from './index.js';

type Tolerance = { readonly rel?: number; readonly abs?: number };
interface SingleCase {
  readonly id: string;
  readonly type: string;
  readonly inputs: Readonly<Record<string, number>>;
  readonly expected: Readonly<Record<string, number | string | null>>;
  readonly tolerance: Readonly<Record<string, Tolerance>>;
}

const FILE = resolve(process.env['BALLAST_DATA'] ?? '../shared', 'golden/shared.json');
const GREEKS = ['deltaCollateral', 'deltaDebt', 'gammaCollateral', 'gammaDebt', 'vegaCollateral', 'vegaDebt', 'corrSens', 'thetaPerYear'];
/** Held by the golden command's own test, which runs every type of case. */
const NOT_COMPUTED = ['expectedLossUsd', 'lossDeltaCollateral', 'lossThetaPerYear', 'lossVegaCollateral'];

const known = existsSync(FILE);
const cases: SingleCase[] = known
  ? (JSON.parse(readFileSync(FILE, 'utf8')) as { cases: SingleCase[] }).cases.filter((entry) => entry.type === 'single')
  : [];

describe.skipIf(!known)(`golden values of ${FILE}`, () => {
  it('has the single-asset cases', () => expect(cases.length).toBeGreaterThan(30));

  it.each(cases.map((entry) => [entry.id, entry] as const))('%s: health, distances, chance and Greeks', (_, entry) => {
    const found = measure(entry.inputs);
    const missing = Object.keys(entry.expected).filter((key) => !(key in found) && !NOT_COMPUTED.includes(key));
    expect(missing).toEqual([]);
    for (const [key, expected] of Object.entries(entry.expected)) {
      if (expected === null || NOT_COMPUTED.includes(key)) continue;
      const tolerance = entry.tolerance[toleranceOf(key)] ?? entry.tolerance['default'] ?? {};
      expect(misses(found[key] ?? NaN, Number(expected), tolerance), `${key}: got ${found[key]}, expected ${expected}`).toBe(false);
    }
  });
});

const toleranceOf = (key: string): string => (GREEKS.includes(key) ? 'greeks' : key);

function misses(found: number, expected: number, { rel = 0, abs = 0 }: Tolerance): boolean {
  return found !== expected && !(Math.abs(found - expected) <= Math.max(abs, rel * Math.abs(expected)));
}

/** Everything that a case may expect, from our own functions. */
function measure(inputs: SingleCase['inputs']): Record<string, number> {
  const given = (name: string): number => inputs[name] ?? NaN;
  const pair: PairDynamics = {
    collateralVolatility: given('volCollateral'), debtVolatility: given('volDebt'), correlation: given('rho'),
    collateralDrift: given('driftCollateral'), debtDrift: given('driftDebt'), supplyRate: given('supplyRate'), borrowRate: given('borrowRate'),
  };
  const position = positionOf(given);
  const [leg] = position.collaterals;
  if (leg?.price.kind !== 'price') throw new Error('no priced collateral');
  const driver = { kind: 'collateral', leg, price: leg.price.usdE8 } as const;
  const health = healthFactor(position);
  const ratio = health.kind === 'ratio' ? Number(health.wad) / 1e18 : Infinity;
  const exact = health.kind === 'ratio' ? exactPriceAtHealth(position, driver, WAD) : { numerator: 0n, denominator: 1n };
  if (exact === null) throw new Error('no liquidation price');
  const logDistance = health.kind === 'ratio' ? logDistanceOf(position, driver) : Infinity;
  const volatility = ratioVolatility(pair);
  const drift = ratioDrift(pair);
  const years = given('horizonYears');
  const scale = volatility * Math.sqrt(years);
  const hit = hitProbability({ logDistance, drift, volatility, years });
  const greeks = pairGreeks(hit, pair, given('collateralPriceUsd'), given('debtPriceUsd'));
  const now = driver.price * exact.denominator;
  return {
    ...greeks,
    corrSens: greeks.correlationSensitivity,
    healthFactor: ratio,
    logHealthFactor: logDistance,
    ratioVol: volatility,
    ratioLogDrift: drift,
    distanceDownFrac: Number(now - exact.numerator) / Number(now),
    distanceUpDebtFrac: health.kind === 'ratio' ? Number(now - exact.numerator) / Number(exact.numerator) : Infinity,
    distanceSigmas: logDistance / scale,
    driftAdjDistanceSigmas: (logDistance + drift * years) / scale,
    liqPriceCollateralUsd: Number(exact.numerator) / Number(exact.denominator) / 1e8,
    hitProb: hit.probability,
  };
}

function positionOf(given: (name: string) => number): ReturnType<typeof aLendingPosition> {
  const scaled = (name: string, decimals: number): bigint => parseDecimal(given(name).toFixed(Math.min(decimals, 12)), decimals);
  return aLendingPosition({
    collaterals: [aCollateralLeg({
      asset: WETH, amount: scaled('collateralUnits', 18), liquidationThreshold: bps(BigInt(Math.round(given('liquidationThreshold') * 10_000))),
      price: { kind: 'price', usdE8: usdE8(scaled('collateralPriceUsd', 8)), updatedAt: null, source: WETH.address },
    })],
    debts: [aDebtLeg({
      asset: { ...WBTC, decimals: 18 }, amount: scaled('debtUnits', 18),
      price: { kind: 'price', usdE8: usdE8(scaled('debtPriceUsd', 8)), updatedAt: null, source: WBTC.address },
    })],
  });
}
