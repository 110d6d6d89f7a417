import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput, WAD, address, chainId, rawAmount, usdE8, wad } from '@ballast/units';
import { UNDERLYINGS, inUnderlyingDown, inUnderlyingUp, portfolioOf, tokenKey, type Asset, type PortfolioLeg, type PortfolioPosition, type TokenRate } from './index.js';

const at = (digit: string) => address(`0x${digit.repeat(40)}`);
const asset = (digit: string, symbol: string, decimals = 18, chain = 1): Asset => ({ chainId: chainId(chain), address: at(digit), symbol, decimals });
const [WETH, WSTETH, RETH, WBTC, USDC, DAI, LINK] = [asset('1', 'WETH'), asset('2', 'wstETH'), asset('3', 'rETH'), asset('4', 'WBTC', 8), asset('5', 'USDC', 6), asset('6', 'DAI'), asset('7', 'LINK')] as const;
const rate = (underlying: 'ETH' | 'BTC' | 'USD', rateE18: bigint): TokenRate => ({ kind: 'rate', underlying, rateE18 });
const RATES = new Map<string, TokenRate>([
  [tokenKey(WETH), rate('ETH', WAD)], [tokenKey(WSTETH), rate('ETH', 1_234_567_890_123_456_789n)], [tokenKey(RETH), { kind: 'no-rate', underlying: 'ETH' }],
  [tokenKey(WBTC), rate('BTC', WAD)], [tokenKey(USDC), rate('USD', WAD)], [tokenKey(DAI), rate('USD', WAD)], [tokenKey(LINK), { kind: 'own' }],
]);
const leg = (side: PortfolioLeg['side'], of: Asset, amount: bigint, dollars: bigint): PortfolioLeg => ({ side, asset: of, amount: rawAmount(amount), usdE8: usdE8(dollars * 10n ** 8n) });
const position = (id: string, owner: string, health: bigint | null, ...legs: PortfolioLeg[]): PortfolioPosition => ({ id, owner: at(owner), legs, health: health === null ? { kind: 'no-debt' } : { kind: 'ratio', wad: wad(health) } });
const eth = (whole: number): bigint => BigInt(whole) * WAD;

describe('amounts in an underlying', () => {
  it('have 18 decimals, what is owned rounded down and what is owed up', () => {
    expect(inUnderlyingDown(150_000_000n, 8, WAD)).toBe((3n * WAD) / 2n);
    expect([inUnderlyingDown(1n, 18, 1_234_567_890_123_456_789n), inUnderlyingUp(1n, 18, 1_234_567_890_123_456_789n)]).toEqual([1n, 2n]);
    expect(inUnderlyingUp(0n, 18, 3n)).toBe(0n);
    expect(() => inUnderlyingDown(-1n, 18, WAD)).toThrow(InvalidInput);
  });

  it('are known for staked ether by the token’s own word, for the rest one for one', () => {
    expect(UNDERLYINGS.get('wstETH')).toEqual({ underlying: 'ETH', rate: 'stEthPerToken' });
    expect(UNDERLYINGS.get('rETH')).toEqual({ underlying: 'ETH', rate: 'getExchangeRate' });
    expect(UNDERLYINGS.get('cbETH')).toEqual({ underlying: 'ETH', rate: 'exchangeRate' });
    expect(['WETH', 'stETH', 'WBTC', 'cbBTC', 'USDC'].map((symbol) => UNDERLYINGS.get(symbol))).toEqual(['ETH', 'ETH', 'BTC', 'BTC', 'USD'].map((underlying) => ({ underlying, rate: 'one-for-one' })));
    expect(UNDERLYINGS.get('LINK')).toBeUndefined();
  });
});

describe('a portfolio', () => {
  it('adds what is owned and owed of one underlying over all positions and tokens', () => {
    const [mine] = portfolioOf([
      position('aave', 'a', 1_300_000_000_000_000_000n, leg('collateral', WSTETH, eth(10), 37_037n), leg('debt', WETH, eth(8), 24_000n), leg('debt', USDC, 5_000_000_000n, 5_000n)),
      position('comet', 'a', 1_150_000_000_000_000_000n, leg('collateral', WBTC, 50_000_000n, 30_000n), leg('debt', DAI, eth(12_000), 12_001n)),
    ], RATES);
    expect(mine).toMatchObject({ owner: at('a'), collateralUsdE8: 67_037n * 10n ** 8n, debtUsdE8: 41_001n * 10n ** 8n, weakest: { id: 'comet' }, withoutRate: [] });
    expect(mine?.deltas.map(({ of, netE18 }) => [of.kind === 'underlying' ? of.underlying : of.asset.symbol, netE18])).toEqual([
      ['ETH', 12_345_678_901_234_567_890n - eth(8)], ['USD', -eth(17_000)], ['BTC', WAD / 2n],
    ]);
  });

  it('keeps apart what has no underlying, and says which rates it misses', () => {
    const other = asset('7', 'LINK', 18, 8453);
    const [mine] = portfolioOf([position('x', 'a', null, leg('collateral', LINK, eth(5), 70n), leg('collateral', other, eth(6), 84n), leg('collateral', RETH, eth(2), 6_600n), leg('collateral', asset('8', 'NEW'), eth(1), 1n))], RATES);
    expect(mine?.deltas.map(({ of, netE18 }) => [of.kind === 'token' ? tokenKey(of.asset) : of.underlying, netE18])).toEqual([[tokenKey(LINK), eth(5)], [tokenKey(other), eth(6)], [tokenKey(RETH), eth(2)], [`1:${at('8')}`, eth(1)]]);
    expect(mine?.withoutRate).toEqual([RETH]);
    expect(mine?.weakest).toBeNull();
  });

  it('is each owner’s own, the weakest position the one with the least health', () => {
    const all = portfolioOf([position('1', 'a', 2n * WAD, leg('debt', USDC, 1n, 1n)), position('2', 'b', WAD, leg('debt', USDC, 1n, 1n)), position('3', 'a', 2n * WAD), position('4', 'a', null)], RATES);
    expect(all.map(({ owner, weakest }) => [owner, weakest?.id])).toEqual([[at('a'), '1'], [at('b'), '2']]);
    expect(portfolioOf([], RATES)).toEqual([]);
  });

  const assets = [WETH, WSTETH, RETH, WBTC, USDC, DAI, LINK];
  const legs = fc.array(fc.record({ side: fc.constantFrom('collateral' as const, 'debt' as const), asset: fc.constantFrom(...assets), amount: fc.bigInt({ min: 0n, max: 10n ** 30n }).map(rawAmount), usdE8: fc.bigInt({ min: 0n, max: 10n ** 20n }).map(usdE8) }), { maxLength: 6 });
  const positions = fc.array(fc.record({ owner: fc.constantFrom(at('a'), at('b'), at('c')), legs, health: fc.option(fc.bigInt({ min: 0n, max: 10n ** 20n }), { nil: null }) }), { maxLength: 8 })
    .map((list) => list.map((one, index): PortfolioPosition => ({ ...one, id: String(index), health: one.health === null ? { kind: 'no-debt' } : { kind: 'ratio', wad: wad(one.health) } })));

  it('loses and invents nothing: sums over all owners are the sums of the legs', () => {
    fc.assert(fc.property(positions, (list) => {
      const all = portfolioOf(list, RATES);
      const every = list.flatMap(({ legs: of }) => of);
      const dollars = (side: string): bigint => every.filter((one) => one.side === side).reduce((sum, one) => sum + one.usdE8, 0n);
      expect(all.reduce((sum, one) => sum + one.collateralUsdE8, 0n)).toBe(dollars('collateral'));
      expect(all.reduce((sum, one) => sum + one.debtUsdE8, 0n)).toBe(dollars('debt'));
      for (const { deltas } of all) for (const { longE18, shortE18, netE18 } of deltas) expect(netE18).toBe(longE18 - shortE18);
      // Tokens one for one: exact. Bitcoin has 8 decimals, so each unit is 1e10.
      const bitcoin = every.filter((one) => one.asset === WBTC).reduce((sum, one) => sum + (one.side === 'collateral' ? one.amount : -one.amount) * 10n ** 10n, 0n);
      expect(all.flatMap(({ deltas }) => deltas).filter(({ of }) => of.kind === 'underlying' && of.underlying === 'BTC').reduce((sum, one) => sum + one.netE18, 0n)).toBe(bitcoin);
    }));
  });

  it('never tells more of an underlying than there is, and less by at most a unit a leg', () => {
    fc.assert(fc.property(positions, (list) => {
      for (const { owner, deltas } of portfolioOf(list, RATES)) {
        const mine = list.filter((one) => one.owner === owner).flatMap(({ legs: of }) => of).filter(({ asset: of }) => of === WETH || of === WSTETH);
        const exactE36 = mine.reduce((sum, one) => sum + (one.side === 'collateral' ? 1n : -1n) * one.amount * (one.asset === WETH ? WAD : 1_234_567_890_123_456_789n), 0n);
        const told = deltas.find(({ of }) => of.kind === 'underlying' && of.underlying === 'ETH')?.netE18 ?? 0n;
        expect(told * WAD <= exactE36 && exactE36 - told * WAD < BigInt(mine.length + 1) * WAD).toBe(true);
      }
    }));
  });

  it('names as weakest one that no other is weaker than', () => {
    fc.assert(fc.property(positions, (list) => {
      for (const { owner, weakest } of portfolioOf(list, RATES)) {
        const ratios = list.filter((one) => one.owner === owner).flatMap(({ health }) => (health.kind === 'ratio' ? [health.wad] : []));
        expect(weakest?.health.wad ?? null).toBe(ratios.length === 0 ? null : ratios.reduce((least, one) => (one < least ? one : least)));
      }
    }));
  });
});
