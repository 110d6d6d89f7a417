import fc from 'fast-check';
import {
  BS_USD, PA_COIN, clientOrderId, instrumentId, venueAccountId, venuePositionId, DERIVATIVES_VENUES, VENUE_ENVIRONMENTS,
  type DerivativeAccount, type FundingPayment, type FundingRate, type Instrument, type LeverageSet, type OptionGreeks, type OrderLookup, type OrderRequest, type PlaceAnswer, type Quote, type Reading, type Rejection, type Settlement, type VenueAnswer,
  type VenueCursor, type VenueFill, type VenueMarket, type VenueOrder, type VenuePage, type VenuePlace, type VenuePosition,
} from '@ballast/positions';
import type { VenueKeyRecord } from '@ballast/policy';
import { address, chainId, toJson, type Bps, type CoinE18, type ContractsE18, type SettlementE18, type SignedWad, type UsdE8, type Wad } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  accountOfKey, cancelAnswer, derivativeAccount, fillsPage, fundingPage, instrumentList, keyContent, keyOfAccount, leverageAnswer, listedInstrument, marginAnswer, openedKey, orderLookup, orderRequest, placeAnswer, sealedKey, venueMarket, venueOrder,
  type KeyContent, type OpenedKey, type SealedKey,
} from './index.js';

const big = <T extends bigint>(min = 0n) => fc.bigInt({ min, max: 10n ** 45n }) as unknown as fc.Arbitrary<T>;
const signed = <T extends bigint>() => big<T>(-(10n ** 45n));
const at = fc.integer({ min: 0, max: 2 ** 45 });
const words = fc.string({ maxLength: 40 });
const text = fc.string({ minLength: 1, maxLength: 40 });
const place = fc.record<VenuePlace>({ environment: fc.constantFrom(...VENUE_ENVIRONMENTS), venue: fc.constantFrom(...DERIVATIVES_VENUES) });
const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/);
const account = fc.tuple(place, name).map(([of, called]) => venueAccountId(of, called));
const instrument = fc.tuple(place, name).map(([of, called]) => instrumentId(of, called));
const position = fc.tuple(place, name, name).map(([of, held, traded]) => venuePositionId(venueAccountId(of, held), instrumentId(of, traded)));
const id = fc.stringMatching(/^[0-9a-f]{32}$/).map(clientOrderId);
const reading = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Reading<T>> =>
  fc.oneof(fc.record({ kind: fc.constantFrom('known', 'stale'), value, at }), fc.record({ kind: fc.constant('unknown'), why: words })) as unknown as fc.Arbitrary<Reading<T>>;
const float = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const kind = <K extends string>(of: K) => fc.constant(of);

const quote: fc.Arbitrary<Quote> = fc.oneof(fc.record({ unit: kind('usd'), usdE8: big<UsdE8>() }), fc.record({ unit: kind('coin'), coinE18: signed<CoinE18>() }));
const settlement: fc.Arbitrary<Settlement> = fc.oneof(fc.record({ kind: kind('coin'), underlying: fc.constantFrom('ETH', 'BTC') }), fc.record({ kind: kind('usd'), token: text }));
const whose: fc.Arbitrary<VenueOrder['clientId']> = fc.oneof(fc.record({ kind: kind('ours'), id }), fc.record({ kind: kind('foreign') }));
const side = fc.constantFrom('buy', 'sell');
const tier = fc.record({ from: big<bigint>(), maintenanceRate: big<Wad>(), initialRate: big<Wad>(), deduction: big<bigint>() });
const traded = {
  id: instrument, underlying: fc.constantFrom('ETH', 'BTC', 'USD'), settlement, contract: fc.oneof(fc.record({ kind: kind('linear'), coinE18: big<CoinE18>() }), fc.record({ kind: kind('inverse'), usdE8: big<UsdE8>() })),
  lot: big<ContractsE18>(), minContracts: big<ContractsE18>(), minNotionalUsdE8: big<UsdE8>(), minNotionalExemptsReduceOnly: fc.boolean(), takerFee: big<Wad>(), state: fc.constantFrom('open', 'closed', 'gone'),
  tick: fc.oneof(fc.record({ kind: kind('fixed'), step: quote }), fc.record({ kind: kind('stepped'), rows: fc.array(fc.record({ from: quote, step: quote }), { maxLength: 3 }) }), fc.record({ kind: kind('significant'), figures: fc.nat(9), maxDecimals: fc.nat(9) })),
};
const listed = fc.oneof(
  fc.record({
    ...traded, kind: kind('perpetual'), maxLeverage: big<Wad>(), fundingIntervalSeconds: fc.nat(),
    tiers: fc.oneof(fc.record({ kind: kind('tiers'), unit: fc.constantFrom('usd', 'coin'), rows: fc.array(tier, { maxLength: 3 }) }), fc.record({ kind: kind('unknown'), why: words })),
  }),
  fc.record({ ...traded, kind: kind('option'), type: fc.constantFrom('call', 'put'), strikeUsdE8: big<UsdE8>(), expiresAt: at, settlementWindowSeconds: fc.nat(), feeCapOfPremium: big<Wad>() }),
) as unknown as fc.Arbitrary<Instrument>;
const order = fc.record({
  account, instrument, venueId: text, clientId: whose, side, reduceOnly: fc.boolean(), requested: signed<ContractsE18>(), filled: signed<ContractsE18>(), state: fc.constantFrom('open', 'done', 'rejected'), observedAt: at,
}) as unknown as fc.Arbitrary<VenueOrder>;
const rejection = fc.record({ reason: fc.constantFrom('margin', 'price-band', 'tick-or-lot', 'min-notional', 'reduce-only', 'no-match', 'rate-limit', 'closed', 'key-refused', 'expired', 'other'), code: words, message: words }) as unknown as fc.Arbitrary<Rejection>;
const notDone = [fc.record({ kind: kind('rejected'), rejection }), fc.record({ kind: kind('unknown'), because: fc.constantFrom('timeout', 'network', 'server-error', 'duplicate-id', 'duplicate-nonce', 'unreadable-answer') })] as const;
const done = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<VenueAnswer<T>> => fc.oneof(fc.record({ kind: kind('done'), value }), ...notDone) as unknown as fc.Arbitrary<VenueAnswer<T>>;
const convention = fc.constantFrom(BS_USD, PA_COIN);
const greeks: fc.Arbitrary<OptionGreeks> = fc.record({ convention, delta: float, gamma: float, vega: float, theta: float });
const rate = fc.record({ perInterval: signed<SignedWad>(), intervalSeconds: fc.nat(), basis: fc.constantFrom('realised', 'predicted') }) as unknown as fc.Arbitrary<FundingRate>;
const held = fc.oneof(
  fc.record({
    kind: kind('perpetual'), id: position, instrument, contracts: signed<ContractsE18>(), entryUsdE8: reading(big<UsdE8>()), markUsdE8: reading(big<UsdE8>()), indexUsdE8: reading(big<UsdE8>()),
    liquidation: fc.oneof(fc.record({ kind: kind('price'), usdE8: big<UsdE8>() }), fc.record({ kind: kind('none') }), fc.record({ kind: kind('unknown'), why: words })),
    margin: fc.oneof(fc.record({ kind: kind('isolated'), margin: signed<SettlementE18>(), maintenance: reading(signed<SettlementE18>()) }), fc.record({ kind: kind('cross') })), leverage: reading(big<Wad>()), unrealised: reading(signed<SettlementE18>()), funding: reading(rate),
    adl: fc.oneof(fc.record({ kind: kind('told'), rank: fc.nat(5), of: fc.nat(5) }), fc.record({ kind: kind('estimated'), score: signed<SignedWad>() }), fc.record({ kind: kind('unknown'), why: words })),
  }),
  fc.record({ kind: kind('option'), id: position, instrument, contracts: signed<ContractsE18>(), entry: reading(quote), mark: reading(quote), forwardUsdE8: reading(big<UsdE8>()), markVolatility: reading(float), ownGreeks: reading(greeks), venueGreeks: reading(greeks) }),
) as unknown as fc.Arbitrary<VenuePosition>;
const wholeAccount = fc.tuple(place, fc.record({
  id: account, provenance: fc.record({ observedAt: at, venueTime: reading(at), source: text }), settlement, marginMode: fc.constantFrom('cross', 'isolated', 'portfolio'), positionMode: reading(fc.constantFrom('one-way', 'hedge')), equity: signed<SettlementE18>(),
  free: signed<SettlementE18>(), maintenanceMargin: reading(signed<SettlementE18>()), initialMargin: reading(signed<SettlementE18>()), positions: fc.array(held, { maxLength: 3 }), openOrders: fc.array(order, { maxLength: 2 }),
})).map(([of, rest]) => ({ ...of, ...rest })) as unknown as fc.Arbitrary<DerivativeAccount>;
const price = fc.oneof(fc.record({ kind: kind('price'), usdE8: big<UsdE8>(), at }), fc.record({ kind: kind('no-price') }));
const levels = fc.array(fc.record({ price: quote, contracts: signed<ContractsE18>() }), { maxLength: 3 });
const market = fc.record({
  instrument, observedAt: at, markUsdE8: price, indexUsdE8: price, bids: levels, asks: levels, openInterest: fc.oneof(fc.record({ kind: kind('contracts'), contracts: signed<ContractsE18>() }), fc.record({ kind: kind('unknown'), why: words })), funding: reading(rate),
  option: fc.record({ forwardUsdE8: reading(big<UsdE8>()), markVolatility: reading(float), bidVolatility: reading(float), askVolatility: reading(float), venueGreeks: reading(greeks) }),
}, { requiredKeys: ['instrument', 'observedAt', 'markUsdE8', 'indexUsdE8', 'bids', 'asks', 'openInterest', 'funding'] }) as unknown as fc.Arbitrary<VenueMarket>;
const fill = fc.record({
  account, instrument, fillId: text, venueOrderId: text, clientId: whose, cause: fc.constantFrom('order', 'liquidation', 'adl', 'settlement'), side, contracts: signed<ContractsE18>(), price: quote, fee: signed<SettlementE18>(), at,
}) as unknown as fc.Arbitrary<VenueFill>;
const payment: fc.Arbitrary<FundingPayment> = fc.record({ account, instrument, paymentId: text, amount: signed<SettlementE18>(), at });
const cursor: fc.Arbitrary<VenueCursor> = fc.oneof(fc.record({ kind: kind('since'), at }), fc.record({ kind: kind('after'), cursor: text }));
const page = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<VenuePage<T>> => fc.record({ items: fc.array(item, { maxLength: 3 }), next: cursor, more: fc.boolean() });
const request = fc.record({ account, instrument, clientId: id, side, contracts: signed<ContractsE18>(), priceCap: quote, reduceOnly: fc.boolean(), validUntil: at }) as unknown as fc.Arbitrary<OrderRequest>;
const lookup = fc.oneof(fc.record({ kind: kind('found'), order }), fc.record({ kind: kind('not-found'), searched: fc.constantFrom('open-orders', 'history'), observedAt: at })) as unknown as fc.Arbitrary<OrderLookup>;
const placed = fc.oneof(fc.record({ kind: kind('accepted'), order }), ...notDone) as unknown as fc.Arbitrary<PlaceAnswer>;
const set: fc.Arbitrary<LeverageSet> = fc.record({ asked: big<Wad>(), readBack: big<Wad>() });
const hex = (digits: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`)).map((found) => `0x${found}` as const);
const owner = hex(40).map(address);
const limits = fc.record({ instruments: fc.array(instrument, { minLength: 1, maxLength: 3 }), maxNotionalUsdE8: big<UsdE8>(), turnoverPerDayUsdE8: big<UsdE8>(), maxPriceApart: fc.bigInt({ min: 0n, max: 9_999n }) as unknown as fc.Arbitrary<Bps> });
const credentials = fc.oneof(
  fc.record({ venue: kind('deribit'), clientId: text, clientSecret: text }), fc.record({ venue: kind('hyperliquid'), account: owner, agentKey: hex(64) }), fc.record({ venue: fc.constantFrom('binance-usdm', 'bybit'), apiKey: text, secret: text }),
  fc.record({ venue: kind('okx'), apiKey: text, secret: text, passphrase: text }),
);
const content = fc.record({ credentials, limits }) as unknown as fc.Arbitrary<KeyContent>;
const opened = fc.record({ rights: fc.record({ told: words, expiresAt: reading(fc.oneof(at, fc.constant('never'))) }), limits, accounts: fc.array(account, { maxLength: 3 }) }) as unknown as fc.Arbitrary<OpenedKey>;
const key = fc.tuple(place, fc.record({ chainId: fc.integer({ min: 1, max: 2 ** 40 }).map(chainId), owner, name, sealed: text })).map(([of, rest]) => ({ ...of, ...rest })) as unknown as fc.Arbitrary<SealedKey>;

/** As it is sent and stored: JSON text, whole numbers as decimal text. */
const there = (value: unknown): unknown => JSON.parse(JSON.stringify(toJson(value)));

describe('what crosses the border is the same on the other side', () => {
  const cases: readonly (readonly [string, z.ZodType, fc.Arbitrary<unknown>])[] = [
    ['an account', derivativeAccount, wholeAccount], ['an instrument', listedInstrument, listed], ['a list of instruments', instrumentList, fc.array(listed, { maxLength: 3 })], ['a market', venueMarket, market], ['fills', fillsPage, page(fill)],
    ['funding', fundingPage, page(payment)], ['an order', venueOrder, order], ['what is asked for', orderRequest, request], ['a look-up', orderLookup, lookup], ['what became of an order', placeAnswer, placed], ['a cancelling', cancelAnswer, done(order)],
    ['moved margin', marginAnswer, done(signed<SettlementE18>())], ['a leverage', leverageAnswer, done(set)], ['a key with its limits', keyContent, content], ['an open key', openedKey, opened], ['a sealed key', sealedKey, key],
  ];
  it.each(cases)('%s', (_, schema, arbitrary) => {
    fc.assert(fc.property(arbitrary, (value) => { expect(schema.parse(there(value))).toEqual(value); }), { seed: 20_261_126, numRuns: 100 });
  });

  it('amounts that are no whole numbers and ids of another form are not read', () => {
    const asked = { account: 'paper:hyperliquid:account:main', instrument: 'paper:hyperliquid:instrument:ETH', clientId: 'a'.repeat(32), side: 'buy', contracts: '1', priceCap: { unit: 'usd', usdE8: '1' }, reduceOnly: false, validUntil: 1 };
    expect(orderRequest.safeParse(asked).success).toBe(true);
    for (const wrong of [{ contracts: '1.5' }, { contracts: 1 }, { account: 'main' }, { instrument: 'paper:nowhere:instrument:ETH' }, { clientId: 'A'.repeat(32) }, { side: 'hold' }, { withdraw: true }]) expect(orderRequest.safeParse({ ...asked, ...wrong }).success, JSON.stringify(wrong)).toBe(false);
  });
});

/** What is stored of a key is what the gateway is given. */
export const asStored = (record: VenueKeyRecord): SealedKey => record;

it('an account names its key; where currencies have margins of their own, without the currency', () => {
  const deribit = { environment: 'paper', venue: 'deribit', name: 'v1.main' } as const;
  expect(keyOfAccount(accountOfKey(deribit, { kind: 'coin', underlying: 'ETH' }))).toEqual(deribit);
  expect(accountOfKey(deribit, { kind: 'usd', token: 'USDC' })).toBe('paper:deribit:account:v1.main.USDC');
  const hyperliquid = { environment: 'live', venue: 'hyperliquid', name: 'v1.ETH' } as const;
  expect(keyOfAccount(accountOfKey(hyperliquid, { kind: 'usd', token: 'USDC' }))).toEqual(hyperliquid);
  expect(() => keyOfAccount(venueAccountId(deribit, 'main'))).toThrow(/currency/);
});
