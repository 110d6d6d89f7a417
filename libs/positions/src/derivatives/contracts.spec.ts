import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput, WAD, type CoinE18, type ContractsE18, type SettlementE18, type UsdE8, type Wad } from '@ballast/units';
import { aged, coinsCeil, coinsFloor, contractsAwayFromZero, contractsTowardsZero, instrumentId, known, maintenanceMarginUp, marginUse, notionalDown, notionalUp, onTickDown, onTickUp, partsOfInstrument, partsOfVenueAccount, partsOfVenuePosition, quoteValue, unknown, usdQuote, venueAccountId, venuePositionId, clientOrderId, type MarginTiers, type Perpetual, type TickRule } from '../index.js';

const place = { environment: 'paper', venue: 'deribit' } as const;
const usd = (dollars: number): UsdE8 => BigInt(Math.round(dollars * 1e8)) as UsdE8;
const e18 = <T extends bigint>(value: number): T => (BigInt(Math.round(value * 1e6)) * 1_000_000_000_000n) as T;

const perpetual = (change: Partial<Perpetual> = {}): Perpetual => ({
  kind: 'perpetual', id: instrumentId(place, 'ETH-PERPETUAL'), underlying: 'ETH', settlement: { kind: 'coin', underlying: 'ETH' }, contract: { kind: 'inverse', usdE8: usd(1) },
  lot: e18(1), minContracts: e18(1), minNotionalUsdE8: usd(0), minNotionalExemptsReduceOnly: false, tick: { kind: 'fixed', step: usdQuote(usd(0.05)) }, takerFee: e18(0.0005), state: 'open',
  tiers: { kind: 'unknown', why: 'not asked' }, maxLeverage: e18(50), fundingIntervalSeconds: 28_800, ...change,
});
const linear = perpetual({ settlement: { kind: 'usd', token: 'USDC' }, contract: { kind: 'linear', coinE18: e18(0.1) }, lot: e18(1) });

describe('ids of venues', () => {
  it('carry the environment, and come apart again', () => {
    const account = venueAccountId(place, 'main.ETH');
    const instrument = instrumentId(place, 'BTC-27SEP24-40000-C');
    expect(account).toBe('paper:deribit:account:main.ETH');
    expect(partsOfVenueAccount(account)).toEqual({ ...place, name: 'main.ETH' });
    expect(partsOfInstrument(instrument)).toEqual({ ...place, symbol: 'BTC-27SEP24-40000-C' });
    expect(partsOfVenuePosition(venuePositionId(account, instrument))).toEqual({ account, instrument });
  });

  it('never mix what is paper and what is live', () => {
    const paper = venueAccountId(place, 'main');
    expect(() => venuePositionId(paper, instrumentId({ ...place, environment: 'live' }, 'ETH-PERPETUAL'))).toThrow(InvalidInput);
    expect(() => venuePositionId(paper, instrumentId({ ...place, venue: 'okx' }, 'ETH-USDT-SWAP'))).toThrow(InvalidInput);
    expect(() => venueAccountId(place, 'a:b')).toThrow(InvalidInput);
    expect(() => partsOfVenueAccount('test:deribit:account:main' as never)).toThrow(InvalidInput);
    expect(() => clientOrderId('0x12')).toThrow(InvalidInput);
  });
});

describe('a reading', () => {
  it('grows stale with age and with a clock that ran ahead, and never fresh again', () => {
    expect(aged(known(1, 1_000), 6_000, 5_000).kind).toBe('known');
    expect(aged(known(1, 1_000), 6_001, 5_000)).toEqual({ kind: 'stale', value: 1, at: 1_000 });
    // A clock of ours that is behind the one that read it.
    expect(aged(known(1, 3_000), 1_000, 5_000).kind).toBe('known');
    expect(aged(known(1, 3_001), 1_000, 5_000).kind).toBe('stale');
    expect(aged({ kind: 'stale', value: 1, at: 1_000 }, 1_000, 5_000).kind).toBe('stale');
    expect(aged(unknown('no answer'), 0, 1)).toEqual({ kind: 'unknown', why: 'no answer' });
  });
});

describe('contracts', () => {
  it('are fewer coins the higher the price where they are dollars, and as many where they are coins', () => {
    expect(coinsFloor(e18<ContractsE18>(-30_000), perpetual(), usd(3_000))).toBe(e18(-10));
    expect(coinsFloor(e18<ContractsE18>(-30_000), perpetual(), usd(6_000))).toBe(e18(-5));
    expect(coinsFloor(e18<ContractsE18>(-100), linear, usd(6_000))).toBe(e18(-10));
    expect(notionalUp(e18<ContractsE18>(-100), linear, usd(3_000))).toBe(usd(30_000));
    expect(notionalUp(e18<ContractsE18>(30_000), perpetual(), usd(3_000))).toBe(usd(30_000));
    expect(() => coinsFloor(e18<ContractsE18>(1), perpetual(), usd(0))).toThrow(InvalidInput);
  });

  it('of whole lots hold the coins between them', () => {
    const numbers = fc.record({ coins: fc.bigInt({ min: -(10n ** 22n), max: 10n ** 22n }), price: fc.bigInt({ min: usd(1), max: usd(100_000) }), inverse: fc.boolean() });
    fc.assert(fc.property(numbers, ({ coins, price, inverse }) => {
      const of = inverse ? perpetual() : linear;
      const [inner, outer] = [contractsTowardsZero(coins as CoinE18, of, price as UsdE8), contractsAwayFromZero(coins as CoinE18, of, price as UsdE8)];
      expect([inner % of.lot, outer % of.lot]).toEqual([0n, 0n]);
      const size = (contracts: ContractsE18): bigint => (coins < 0n ? -coinsCeil(contracts, of, price as UsdE8) : coinsFloor(contracts, of, price as UsdE8));
      const wanted = coins < 0n ? -coins : coins;
      expect(size(inner) <= wanted && wanted <= size(outer) + 1n).toBe(true);
      expect((coins < 0n ? inner - outer : outer - inner) <= of.lot).toBe(true);
      const spread = coinsCeil(inner, of, price as UsdE8) - coinsFloor(inner, of, price as UsdE8);
      expect(spread === 0n || spread === 1n).toBe(true);
      expect(notionalUp(inner, of, price as UsdE8) - notionalDown(inner, of, price as UsdE8) <= 1n).toBe(true);
    }));
  });

  it('need the margin of their row of the table, with its deduction', () => {
    // Binance's ETHUSDT, as its table has it: 0.4% up to 50,000, 0.5% less 50 dollars above.
    const tiers: MarginTiers = { kind: 'tiers', unit: 'usd', rows: [{ from: 0n, maintenanceRate: e18(0.004), initialRate: e18(0.008), deduction: 0n }, { from: usd(50_000), maintenanceRate: e18(0.005), initialRate: e18(0.01), deduction: usd(50) }] };
    const of = { ...linear, tiers };
    expect(maintenanceMarginUp(e18<ContractsE18>(-100), of, usd(3_000))).toEqual({ kind: 'margin', amount: e18(120) });
    expect(maintenanceMarginUp(e18<ContractsE18>(-200), of, usd(3_000))).toEqual({ kind: 'margin', amount: e18(250) });
    expect(maintenanceMarginUp(e18<ContractsE18>(1), linear, usd(3_000))).toEqual({ kind: 'unknown', why: 'not asked' });
    const coins: MarginTiers = { kind: 'tiers', unit: 'coin', rows: [{ from: 0n, maintenanceRate: e18(0.01), initialRate: e18(0.02), deduction: 0n }] };
    expect(maintenanceMarginUp(e18<ContractsE18>(-30_000), perpetual({ tiers: coins }), usd(3_000))).toEqual({ kind: 'margin', amount: e18(0.1) });
    expect(maintenanceMarginUp(e18<ContractsE18>(-30_000), perpetual({ tiers: coins, settlement: { kind: 'usd', token: 'USDC' } }), usd(3_000))).toEqual({ kind: 'margin', amount: e18(300) });
  });

  it('use a share of the equity, rounded up, or all of it', () => {
    expect(marginUse(e18<SettlementE18>(1), e18<SettlementE18>(3))).toEqual({ kind: 'share', wad: 333_333_333_333_333_334n as Wad });
    expect(marginUse(0n as SettlementE18, 0n as SettlementE18)).toEqual({ kind: 'none' });
    expect(marginUse(e18<SettlementE18>(1), 0n as SettlementE18)).toEqual({ kind: 'exhausted' });
  });
});

describe('a price on its tick', () => {
  it('is rounded inwards: down for a purchase, up for a sale', () => {
    const tick: TickRule = { kind: 'fixed', step: usdQuote(usd(0.05)) };
    expect(onTickDown(tick, usdQuote(usd(1_550.77)))).toEqual(usdQuote(usd(1_550.75)));
    expect(onTickUp(tick, usdQuote(usd(1_550.77)))).toEqual(usdQuote(usd(1_550.8)));
    expect(() => onTickDown(tick, usdQuote(usd(0.01)))).toThrow(InvalidInput);
    expect(() => onTickDown(tick, { unit: 'coin', coinE18: WAD as bigint as CoinE18 })).toThrow(InvalidInput);
  });

  it('has steps that grow with the price of an option', () => {
    const coin = (value: number) => ({ unit: 'coin', coinE18: e18<CoinE18>(value) }) as const;
    const tick: TickRule = { kind: 'stepped', rows: [{ from: coin(0), step: coin(0.0001) }, { from: coin(0.005), step: coin(0.0005) }] };
    expect(onTickDown(tick, coin(0.00234))).toEqual(coin(0.0023));
    expect(onTickUp(tick, coin(0.0062))).toEqual(coin(0.0065));
  });

  it('has five significant figures at Hyperliquid, and whole dollars always pass', () => {
    const tick: TickRule = { kind: 'significant', figures: 5, maxDecimals: 2 };
    expect(onTickDown(tick, usdQuote(usd(1_234.56)))).toEqual(usdQuote(usd(1_234.5)));
    expect(onTickUp(tick, usdQuote(usd(123_456.7)))).toEqual(usdQuote(usd(123_457)));
    expect(onTickDown({ ...tick, maxDecimals: 6 }, usdQuote(usd(0.0123456)))).toEqual(usdQuote(usd(0.012345)));
    expect(quoteValue(onTickUp({ ...tick, maxDecimals: 6 }, usdQuote(usd(9.99999))))).toBe(usd(10));
  });
});
