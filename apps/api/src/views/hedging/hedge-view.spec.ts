import { describe, expect, it } from 'vitest';
import { decideHedge, type HedgeDecision } from '@ballast/policy';
import { between, unbounded } from '@ballast/risk';
import { known, unknown } from '@ballast/positions';
import { WALL, aPerpPosition, aPerpetual, coins, contracts, ratio, settlement, usd } from '../../../../../test/factories/derivatives.js';
import { aHedgeInput, aHedgePolicy, aLeg } from '../../../../../test/factories/hedge.js';
import { aHedgeRecord, aStoredAccount, aStoredPlan } from '../../../../../test/factories/stored-venues.js';
import { hedge as shape } from '../../contract/hedging-schemas.js';
import { fall, hedgeView, lossOf, type HedgeFacts } from './hedge-view.js';

const FRESH_MS = 30_000;
/** With so many ETH long on chain and so many held at the leg. */
const decided = (long: number, held: number): HedgeDecision => decideHedge(aHedgeInput({ exposure: { ...aHedgeInput().exposure, delta: between(coins(long), coins(long)) }, legs: [aLeg({ held })] }));
const held = (size: number) => aStoredAccount({}, {
  maintenanceMargin: known(settlement(600), WALL), positions: [aPerpPosition({ contracts: contracts(-size), liquidation: { kind: 'price', usdE8: usd(3_837.5) }, unrealised: known(settlement(-12.345), WALL) })],
});
const view = (change: Partial<HedgeFacts> = {}) => {
  const plan = aStoredPlan();
  const account = held(10);
  return shape.parse(hedgeView({ plan, decided: aHedgeRecord(decided(10, -10)), accounts: new Map([[account.id, account]]), instruments: [aPerpetual()], costs: [], costsSince: new Date(0), priceUsdE8: usd(3_000), health: null, now: WALL, freshForMs: FRESH_MS, ...change }));
};

describe('how a hedge stands', () => {
  it('is told with the exposure before and after it, its band and what a fall of 1% takes', () => {
    const told = view({ decided: aHedgeRecord(decided(10, -6)) });
    expect(told).toMatchObject({ state: 'trading', reason: 'outside-band', before: { low: '10', high: '10' }, held: { low: '-6', high: '-6' }, after: { low: '4', high: '4' }, target: { low: '-10', high: '-10' }, onePercentFallUsd: { without: '300.00', with: '120.00' }, decidedAt: new Date(WALL).toISOString() });
    expect(Number(told.band?.low)).toBeLessThan(0);
    expect(Number(told.band?.high)).toBeGreaterThan(0);
    expect(view()).toMatchObject({ state: 'in-band', reason: 'inside-band', after: { low: '0', high: '0' } });
  });

  it.each<[string, Partial<HedgeFacts>, object]>([
    ['has ended', { plan: aStoredPlan({ active: false, endedWhy: 'Its owner took the key away.' }) }, { state: 'ended', sentence: 'Its owner took the key away.' }],
    ['was looked at too long ago', { now: WALL + FRESH_MS + 1 }, { state: 'cannot', reason: 'not-looked-at', sentence: expect.stringContaining('Nobody has looked at this hedge since') }],
    ['is new', { decided: undefined, plan: aStoredPlan({ changedAt: new Date(WALL) }) }, { state: 'reading', reason: null, sentence: 'It is looked at for the first time.', before: null, after: null, nearest: null, decidedAt: null }],
    ['was changed since', { plan: aStoredPlan({ policy: aHedgePolicy({ version: 2 }), changedAt: new Date(WALL) }) }, { state: 'reading', target: null, band: null, sentence: 'It is looked at for the first time since you changed it.', held: { low: '-10', high: '-10' } }],
    ['is stopped', { decided: aHedgeRecord({ ...decided(10, 0), kind: 'cannot', reason: 'stopped' } as HedgeDecision) }, { state: 'stopped', sentence: 'All orders are stopped.' }],
    ['may not grow', { decided: aHedgeRecord({ ...decided(10, 0), kind: 'cannot', reason: 'no-growth-allowed' } as HedgeDecision) }, { state: 'stopped', sentence: 'Adding to hedges is stopped; reducing goes on.' }],
    ['cannot be traded', { decided: aHedgeRecord({ ...decided(10, 0), kind: 'cannot', reason: 'margin-too-thin' } as HedgeDecision) }, { state: 'cannot', reason: 'margin-too-thin' }],
    ['is closed', { decided: aHedgeRecord(decideHedge(aHedgeInput({ policy: aHedgePolicy({ mode: { kind: 'none' } }), legs: [aLeg({ held: -10 })] }))) }, { state: 'unwinding', reason: 'no-policy', sentence: 'The hedge is being closed. No hedge is wanted any more.' }],
    ['has nothing to do', { decided: aHedgeRecord(decided(0, 0)) }, { state: 'idle', reason: 'nothing-to-hedge' }],
  ])('where it %s', (_, change, expected) => expect(view(change)).toMatchObject(expected));

  it('does not invent what nobody knows', () => {
    const blind = { ...decided(10, -10), held: unbounded('503') } as HedgeDecision;
    expect(view({ decided: aHedgeRecord(blind) })).toMatchObject({ held: null, after: null, onePercentFallUsd: null, before: { low: '10', high: '10' } });
    expect(view({ priceUsdE8: null }).onePercentFallUsd).toBeNull();
  });
});

describe('a leg of a hedge', () => {
  it('tells its size, what liquidates it and its margin, rounded towards danger', () => {
    expect(view().legs).toMatchObject([{ venueName: 'Hyperliquid', instrument: 'ETH', side: 'short', coins: '10', entryUsd: '3000', markUsd: '3000', resultUsd: '-12.35', liquidation: { kind: 'price', usd: '3837.5', distancePercent: '27.9' }, marginRatio: '100.0', freshness: 'fresh' }]);
  });

  it('is flat where nothing is held, and unknown where it was not read', () => {
    const flat = aStoredAccount();
    expect(view({ accounts: new Map([[flat.id, flat]]) }).legs).toMatchObject([{ side: 'flat', coins: '0', marginRatio: null, liquidation: { kind: 'none' } }]);
    const unread = aStoredAccount({ reading: unknown('It was not read yet.') });
    for (const accounts of [new Map(), new Map([[unread.id, unread]])]) expect(view({ accounts }).legs).toMatchObject([{ side: 'unknown', coins: null, freshness: 'unknown', liquidation: { kind: 'unknown', usd: null } }]);
    expect(view({ now: WALL + FRESH_MS + 1 }).legs).toMatchObject([{ side: 'short', freshness: 'stale' }]);
  });

  it('tells the margin of its own where that is isolated', () => {
    const account = aStoredAccount({}, { marginMode: 'isolated', positions: [aPerpPosition({ margin: { kind: 'isolated', margin: settlement(3_000), maintenance: known(settlement(700), WALL) } })] });
    expect(view({ accounts: new Map([[account.id, account]]) }).legs).toMatchObject([{ marginRatio: '4.2' }]);
  });
});

describe('what a hedge cost', () => {
  const account = aStoredAccount().id;
  const usdc = { kind: 'usd', token: 'USDC' } as const;
  const cost = (fees: number, funding: number, of: HedgeFacts['costs'][number]['settlement'] = usdc) => ({ account, settlement: of, fees: settlement(fees), funding: settlement(funding) });

  it('is fees and funding against the budget, paid rounded up', () => {
    expect(view({ costs: [cost(13.5, -4.001), cost(1, 0)] }).costs).toMatchObject({ feesUsd: '14.50', fundingUsd: '4.01', totalUsd: '18.51', budgetUsd: '5000.00', budgetUsedPercent: '0.4' });
    expect(view({ costs: [cost(1, 20)] }).costs).toMatchObject({ fundingUsd: '-20.00', totalUsd: '-19.00', budgetUsedPercent: '0.0' });
    // 6.942 and 0.187 received: what is shown adds up, to the cent.
    expect(view({ costs: [cost(6.942, 0.187)] }).costs).toMatchObject({ feesUsd: '6.95', fundingUsd: '-0.18', totalUsd: '6.77' });
    expect(view().costs).toMatchObject({ totalUsd: '0.00' });
  });

  it('counts coins at the price of now, and is unknown where nothing tells one', () => {
    const inCoins = [cost(0.001, 0, { kind: 'coin', underlying: 'ETH' })];
    expect(view({ costs: inCoins }).costs).toMatchObject({ feesUsd: '3.00' });
    expect(view({ costs: inCoins, priceUsdE8: null }).costs).toBeNull();
    expect(view({ costs: [cost(1, 0, null)] }).costs).toBeNull();
    expect(view({ costs: [cost(0, 0, null)] }).costs).toMatchObject({ totalUsd: '0.00' });
  });
});

describe('the rest of a hedge', () => {
  it('gives back the request as its owner made it', () => {
    const policy = aHedgePolicy({ mode: { kind: 'above-hf', share: 7_550n as never, below: ratio(1.6), fullAt: ratio(1.25) } });
    expect(view({ plan: aStoredPlan({ policy }) }).request).toMatchObject({ environment: 'paper', mode: { kind: 'above-hf', sharePercent: '75.5', belowHealth: '1.6', fullAtHealth: '1.25' }, maxNotionalUsd: '1000000.00', fundingBudgetUsd: '5000.00', maxLeverage: '1.8', survivePercent: '50', slippagePercent: '0.3', minIntervalSeconds: 60, legs: [{ instrument: 'ETH', maxNotionalUsd: '60000.00' }] });
  });

  it('says what is liquidated first, and that only the owner can withdraw', () => {
    const told: HedgeDecision = { ...decided(10, -10), nearest: { down: { kind: 'at', priceBps: -1_930n, of: 'loan', what: 'loan' }, up: { kind: 'at', priceBps: 2_500n, of: 'leg', what: 'venue' } }, tells: [{ kind: 'withdrawal-helps', account: aStoredAccount().id, amount: settlement(1_250.129), currency: 'USDC' }] };
    const { nearest, withdrawal } = view({ decided: aHedgeRecord(told) });
    expect(nearest).toEqual({ down: 'A fall of 19.3% liquidates a loan first.', up: 'A rise of 25% liquidates the hedge first.' });
    expect(withdrawal?.replace(/\s/g, ' ')).toBe('Only you can withdraw 1,250.12 USDC and repay with it: the key that Ballast holds cannot.');
    expect(view()).toMatchObject({ nearest: { down: expect.stringMatching(/^No fall that was looked at/) }, withdrawal: null });
  });
});

describe('what a fall of 1% takes', () => {
  const exact = (value: number) => between(coins(value), coins(value));
  it('rounds a loss up and a gain down, at the larger exposure', () => {
    expect(lossOf(exact(10), usd(3_000.001))).toBe('300.01');
    expect(lossOf(exact(-10), usd(3_000.001))).toBe('-300.00');
    expect(lossOf(between(coins(1), coins(2)), usd(3_000))).toBe('60.00');
    expect(lossOf(exact(10), null)).toBeNull();
    expect(fall(exact(10), unbounded('503'), usd(3_000))).toBeNull();
  });
});
