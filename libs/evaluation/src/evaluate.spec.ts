import { InvalidInput } from '@ballast/units';
import { chanceFromHistory, expectedLoss, historyOf, hitProbability, inversePerpState, pairChance, SeededRandom, type AssetHistory } from '@ballast/risk';
import { describe, expect, it } from 'vitest';
import { evaluate, readRiskRequest, riskAnswer, RiskRequestInvalid, type InversePerpAnswer, type LendingAnswer, type MarginAnswer } from './index.js';

const NOW = new Date('2026-11-25T12:00:00Z');
const ask = (request: object): ReturnType<typeof evaluate> => evaluate(readRiskRequest(JSON.stringify(request)), NOW);
const ETH = { symbol: 'ETH', units: 10, priceUsd: 2500, liquidationThreshold: 0.83, volatility: 0.7, supplyRate: 0.02 };
const USDC = { symbol: 'USDC', units: 17_000, priceUsd: 1, borrowRate: 0.05 };
const lending = (change: object = {}): object => ({ kind: 'lending', collateral: [ETH], debt: [USDC], ...change });
const askLending = (change: object = {}): LendingAnswer => ask(lending(change)) as LendingAnswer;
const MARGIN = {
  kind: 'margin', cashUsd: 4_000, perps: [{ asset: 'ETH', size: -4, entryUsd: 2_600, maintenanceRate: 0.02 }],
  assets: [{ symbol: 'ETH', priceUsd: 2_500, volatility: 0.65 }], horizonsHours: [720],
};

/** What is wrong with a request, by field. */
function problemsOf(request: unknown): Record<string, string> {
  try {
    readRiskRequest(typeof request === 'string' ? request : JSON.stringify(request));
  } catch (error) {
    if (error instanceof RiskRequestInvalid) return Object.fromEntries(error.errors.map(({ field, expected }) => [field, expected]));
    throw error;
  }
  return {};
}

describe('a loan', () => {
  it('of one collateral and one debt is told by the closed forms', () => {
    const { horizons, health, distance } = askLending({ horizonsHours: [168] });
    const pair = {
      collateralUnits: 10, collateralPrice: 2_500, liquidationThreshold: 0.83, debtUnits: 17_000, debtPrice: 1,
      collateralVolatility: 0.7, debtVolatility: 0, correlation: 0, collateralDrift: 0, debtDrift: 0, supplyRate: 0.02, borrowRate: 0.05,
    };
    const { hit, greeks } = pairChance(pair, 168 / 8760);
    const [week] = horizons;
    expect(health).toEqual({ kind: 'ratio', value: 1.2205882 });
    expect(week?.chance).toMatchObject({ kind: 'probability', model: 'one motion', error: 0 });
    expect(week?.chance.value).toBeCloseTo(hit.probability, 8);
    expect(week?.greeks.assets[0]?.delta).toBeCloseTo(greeks.deltaCollateral, 8);
    expect(week?.greeks.assets[0]?.vega).toBeCloseTo(greeks.vegaCollateral, 5);
    expect(week?.expectedLossUsd).toBeCloseTo(expectedLoss(pair, { closeFactor: 0.5, penalty: 0.05, discountRate: 0 }, 168 / 8760).usd, 5);
    expect(distance.assets[0]).toEqual({ symbol: 'ETH', liquidationPriceUsd: 2048.1928, change: -0.18072289 });
  });

  it('is told in one sentence', () => {
    expect(askLending().sentence).toBe('ETH must fall 18% before the protocol may liquidate: 5.4 typical daily moves. ETH fell 18% or more within a day on 19 of the 2,000 days to 31 December 2024.');
    expect(askLending({ debt: [] }).sentence).toBe('Nothing is owed, so nothing can be liquidated.');
    expect(askLending({ debt: [{ ...USDC, units: 21_000 }] }).sentence).toBe('The protocol may liquidate this position now.');
    const short = { collateral: [{ symbol: 'USDC', units: 30_000, priceUsd: 1, liquidationThreshold: 0.78 }], debt: [{ symbol: 'ETH', units: 8, priceUsd: 2_500, volatility: 0.7 }] };
    expect(askLending(short).sentence).toBe('ETH must rise 17% before the protocol may liquidate: 4.3 typical daily moves. ETH rose 17% or more within a day on 13 of the 2,000 days to 31 December 2024.');
    const unknown = askLending({ collateral: [{ ...ETH, symbol: 'LINK' }] });
    expect(unknown.sentence).toBe('LINK must fall 18% before the protocol may liquidate: 5.4 typical daily moves.');
    const still = askLending({ collateral: [{ symbol: 'USDC', units: 1_000, priceUsd: 1, liquidationThreshold: 0.78 }], debt: [{ symbol: 'DAI', units: 700, priceUsd: 1, borrowRate: 0.1 }] });
    expect(still.sentence).toBe('Only interest can liquidate this position: no price in it moves.');
    expect(still.distance.yearsByInterestAlone).toBeCloseTo(Math.log(780 / 700) / 0.1, 6);
  });

  it('has a chance of 1 under a health of 1 and of 0 without debt, and Greeks of 0', () => {
    expect(askLending({ debt: [{ ...USDC, units: 21_000 }] }).horizons[0]).toMatchObject({ chance: { kind: 'probability', value: 1, model: 'edge' }, sigmas: null, greeks: { thetaPerYear: 0 } });
    expect(askLending({ debt: [] })).toMatchObject({ health: { kind: 'no-debt' }, horizons: [{ chance: { value: 0, model: 'edge' }, expectedLossUsd: 0 }, {}, {}] });
  });

  it('of a token against its staked form goes by the volatility of their ratio', () => {
    const loop = askLending({
      collateral: [{ ...ETH, symbol: 'wstETH', units: 20, liquidationThreshold: 0.95 }], debt: [{ ...ETH, units: 18, liquidationThreshold: undefined, supplyRate: undefined }],
      correlations: [{ between: ['ETH', 'wstETH'], ratioVolatility: 0.05 }], horizonsHours: [720],
    });
    const years = 720 / 8760;
    const exact = hitProbability({ logDistance: Math.log(19 / 18), volatility: 0.05, drift: 0.02, years }).probability;
    expect(loop.horizons[0]?.chance.value).toBeCloseTo(exact, 7);
    expect(() => askLending({
      collateral: [{ ...ETH, symbol: 'wstETH', volatility: 0.8 }], debt: [{ ...ETH, units: 5, liquidationThreshold: undefined, supplyRate: undefined }], correlations: [{ between: ['ETH', 'wstETH'], ratioVolatility: 0.05 }],
    })).toThrow(InvalidInput);
  });

  it('never shows a diffusion’s own figure under 1% within three days', () => {
    const random = new SeededRandom(8);
    for (let round = 0; round < 200; round += 1) {
      const symbol = round % 2 === 0 ? 'ETH' : 'LINK';
      const units = 20_750 / (1.01 + random.uniform());
      for (const { chance, hours } of askLending({ collateral: [{ ...ETH, symbol }], debt: [{ ...USDC, units }], horizonsHours: [1, 24, 72, 168] }).horizons) {
        if (hours > 72 || chance.value >= 0.01) continue;
        expect(chance.model).not.toBe('one motion');
        expect(chance.value).toBeGreaterThanOrEqual(chance.model === 'volatility mixture' ? 0.001 : 1 / (historyOf('ETH') as AssetHistory).days - 1e-9);
      }
    }
  });

  it('of an asset whose days are known has the day’s chance from them, with how far they reach', () => {
    const eth = historyOf('ETH') as AssetHistory;
    const day = (symbol: string) => askLending({ collateral: [{ ...ETH, symbol }], horizonsHours: [24] }).horizons[0]?.chance;
    const found = chanceFromHistory(eth, 'har', 'fall', Math.log(20_750 / 17_000), 0.7 / Math.sqrt(8_760));
    expect(found.kind).toBe('probability');
    if (found.kind === 'probability') expect(day('WETH')?.value).toBeCloseTo(found.probability, 8);
    expect(day('WETH')).toMatchObject({ kind: 'probability', model: 'filtered historical simulation', dataThrough: eth.through });
    expect(day('LINK')).toMatchObject({ model: 'volatility mixture', dataThrough: null });
    expect(day('wstETH')).toMatchObject({ dataThrough: null });
    // Further than it ever went: less than one of the days that are known.
    expect(askLending({ debt: [{ ...USDC, units: 1_000 }], horizonsHours: [24] }).horizons[0]?.chance).toMatchObject({ kind: 'below', value: Number((1 / eth.days).toPrecision(8)) });
  });

  it('beside coins that do not move is told by what its own price must do', () => {
    // 8.3 x ETH + 7,800 = 17,000: at 1,108 dollars, 56% down, though the health is 1.68.
    const mixed = askLending({ collateral: [ETH, { symbol: 'DAI', units: 10_000, priceUsd: 1, liquidationThreshold: 0.78 }], horizonsHours: [24] });
    expect(mixed.sentence).toMatch(/^ETH must fall 56% before the protocol may liquidate: .* ETH fell 55% or more within a day on none of the 2,000 days/);
    expect(mixed.horizons[0]?.chance).toMatchObject({ kind: 'below', model: 'filtered historical simulation' });
    const owed = askLending({ collateral: [{ symbol: 'USDC', units: 40_000, priceUsd: 1, liquidationThreshold: 0.78 }], debt: [{ symbol: 'ETH', units: 4, priceUsd: 2_500, volatility: 0.7 }, { symbol: 'DAI', units: 10_000, priceUsd: 1 }], horizonsHours: [24] });
    // 31,200 less 10,000 buys 4 ETH at 5,300: 112% up.
    expect(owed.sentence).toMatch(/^ETH must rise 112% before/);
    const covered = askLending({ collateral: [ETH, { symbol: 'DAI', units: 30_000, priceUsd: 1, liquidationThreshold: 0.78 }], horizonsHours: [24] });
    expect(covered.sentence).toBe('No price of ETH liquidates this position; only interest can.');
  });

  it('tells no longer time a lesser chance than a day, and no shorter one a greater', () => {
    for (let units = 9_000; units < 20_750; units += 250) {
      const { horizons } = askLending({ debt: [{ ...USDC, units }], horizonsHours: [6, 24, 36, 96] });
      const [short, day, long, longer] = horizons.map(({ chance }) => (chance.kind === 'below' ? 0 : chance.value)) as [number, number, number, number];
      expect(short <= day || horizons[1]?.chance.kind === 'below').toBe(true);
      expect(long).toBeGreaterThanOrEqual(day);
      expect(longer).toBeGreaterThanOrEqual(day);
    }
  });

  it('says what it assumed and how old its prices are', () => {
    const { notes, volatilities, pricesAgeSeconds } = askLending({ collateral: [{ ...ETH, volatility: undefined }], pricesAt: '2026-11-25T11:59:00Z' });
    expect(volatilities).toEqual([{ symbol: 'ETH', annual: 1.422642, source: 'assumed' }, { symbol: 'USDC', annual: 0, source: 'dollar coin' }]);
    expect(notes[0]).toBe('No volatility was given for ETH: a high one stands in.');
    expect(pricesAgeSeconds).toBe(60);
    expect(askLending().pricesAgeSeconds).toBeNull();
  });
});

describe('a margin account', () => {
  it('has its nearest prices, chances and Greeks', () => {
    const answer = ask(MARGIN) as MarginAnswer;
    // Short 4 from 2,600 with 4,000 of cash: (4 x 2600 + 4000) / (4 x 1.02).
    expect(answer.assets[0]?.liquidation).toEqual({ downUsd: null, upUsd: 3529.4118 });
    expect(answer).toMatchObject({ equityUsd: 4_400, maintenanceMarginUsd: 200, marginRatio: 22, isLiquidatable: false });
    expect(answer.sentence).toBe('The venue may liquidate this account once ETH rises 41% to $3,529.41.');
    expect(answer.assets[0]?.chances[0]?.chance.value).toBeCloseTo(hitProbability({ logDistance: Math.log(3529.4117647 / 2500), drift: 0.65 ** 2 / 2, volatility: 0.65, years: 720 / 8760 }).probability, 7);
    expect(ask({ ...MARGIN, cashUsd: -5_000 })).toMatchObject({ isLiquidatable: true, sentence: 'The venue may liquidate this account now.', assets: [{ chances: [{ chance: { value: 1 } }] }] });
    expect(ask({ ...MARGIN, perps: [] })).toMatchObject({ marginRatio: null, sentence: 'No price of one asset alone liquidates this account.', assets: [{ chances: [{ chance: { value: 0 } }] }] });
  });
});

describe('an inverse perpetual', () => {
  const REQUEST = { kind: 'inverse-perp', symbol: 'BTC', contractsUsd: 100_000, side: 'long', entryUsd: 60_000, markUsd: 58_000, cashCoin: 0.5, maintenanceRate: 0.01, volatility: 0.5, horizonsHours: [720] } as const;

  it('is told by its closed form, to both sides', () => {
    const state = inversePerpState(REQUEST, 58_000);
    const answer = ask(REQUEST) as InversePerpAnswer;
    expect(answer.liquidationPriceUsd).toBeCloseTo(state.liquidationPriceUsd as number, 3);
    expect(answer.chances[0]?.chance.value).toBeCloseTo(hitProbability({ logDistance: Math.log(58_000 / (state.liquidationPriceUsd as number)), drift: -0.125, volatility: 0.5, years: 720 / 8760 }).probability, 7);
    const short = ask({ ...REQUEST, side: 'short' }) as InversePerpAnswer;
    expect(short.liquidationPriceUsd).toBeGreaterThan(58_000);
    expect(ask({ ...REQUEST, side: 'short', cashCoin: 2 })).toMatchObject({ liquidationPriceUsd: null, chances: [{ chance: { value: 0, model: 'edge' } }] });
    expect(ask({ ...REQUEST, cashCoin: 0 })).toMatchObject({ isLiquidatable: true, chances: [{ chance: { value: 1 } }] });
  });
});

describe('a request', () => {
  it('that is wrong has every wrong field named', () => {
    expect(problemsOf('')).toEqual({ '(request)': 'a position as JSON, see docs/evaluating.md' });
    expect(problemsOf({ kind: 'spot' })).toHaveProperty('kind');
    expect(problemsOf(lending({ collateral: [{ ...ETH, units: -1, foo: 1 }] }))).toEqual({ 'collateral.0.units': 'a number from 0 to 1000000000000000', 'collateral.0': 'Unrecognized key: "foo"' });
    expect(problemsOf(lending({ collateral: [ETH, { ...ETH, symbol: 'SOL' }] }))).toEqual({ correlations: 'a correlation of ETH and SOL' });
    expect(problemsOf(lending({ collateral: [ETH, { ...ETH, priceUsd: 2 }] }))).toEqual({ 'collateral.1': 'the same price, volatility and drift for ETH everywhere' });
    expect(problemsOf(lending({ correlations: [{ between: ['ETH', 'ETH'], rho: 1 }] }))).toEqual({ 'correlations.0.between': 'two different symbols of the position' });
    expect(problemsOf(lending({ correlations: [{ between: ['ETH', 'USDC'] }] }))).toEqual({ 'correlations.0': 'either rho or ratioVolatility' });
    expect(problemsOf({ ...MARGIN, assets: [{ symbol: 'BTC', priceUsd: 1 }] })).toEqual({ 'perps.0.asset': 'one of the symbols in assets: BTC' });
    expect(problemsOf(lending({ horizonsHours: [0] }))).toEqual({ 'horizonsHours.0': 'hours above 0 and at most 26280' });
  });

  it('that is right has an answer of the schema, with finite numbers alone', () => {
    const random = new SeededRandom(9);
    const below = (most: number): number => most * random.uniform();
    const leg = (symbol: string): object => ({ symbol, units: random.uniform() < 0.2 ? 0 : below(10), priceUsd: below(100) + 1e-3, volatility: random.uniform() < 0.3 ? 0 : below(3), drift: below(2) - 1 });
    const rate = (): number => (random.uniform() < 0.5 ? 0 : below(0.5));
    for (let round = 0; round < 150; round += 1) {
      const request = {
        kind: 'lending', collateral: ['A', 'B'].map((symbol) => ({ ...leg(symbol), liquidationThreshold: below(1), supplyRate: rate() })), debt: ['C', 'D'].slice(round % 3).map((symbol) => ({ ...leg(symbol), borrowRate: rate() })),
        correlations: [] as object[], horizonsHours: [below(1_000) + 0.01],
      };
      const symbols = [...request.collateral, ...request.debt].map((one) => (one as unknown as { symbol: string }).symbol);
      symbols.forEach((one, index) => symbols.slice(index + 1).forEach((other) => request.correlations.push({ between: [one, other], rho: below(2) - 1 })));
      const answer = ask(request);
      expect(riskAnswer.parse(JSON.parse(JSON.stringify(answer)))).toEqual(answer);
    }
  });
});
