import type { Call, ChainBook, ReadClient } from '@ballast/connectors';
import type { BlockRef, LendingPosition } from '@ballast/positions';
import { TrackedAave, type AaveAccount } from '@ballast/readers';
import { WAD, address, bps, hash32, usdE8, type Address } from '@ballast/units';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aLendingPosition } from '../../../../test/factories/lending-position.js';
import { VenueBook } from './venue-book.js';

const RAY = 10n ** 27n;
const ASSETS = [{ decimals: 18, usdE8: 300_000_000_000n, threshold: 8_300n }, { decimals: 8, usdE8: 6_000_000_000_000n, threshold: 7_800n }, { decimals: 6, usdE8: 100_000_000n, threshold: 7_700n }] as const;
const tokenAt = (index: number): Address => address(`0x${String(index + 1).repeat(40)}`);
const accountAt = (index: number): Address => address(`0x${(index + 1).toString(16).padStart(40, 'a')}`);
const blockAt = (number: number): BlockRef => ({ number: BigInt(number), hash: hash32(`0x${number.toString(16).padStart(64, '0')}`), timestamp: BigInt(1_700_000_000 + number) });

/** What a block says of each asset: its price, or none, and the growth of what is supplied and owed since the first block. */
interface Quote {
  readonly usdE8: bigint | null;
  readonly income: bigint;
  readonly debt: bigint;
}
interface Scaled {
  readonly supplied: readonly (readonly [number, bigint])[];
  readonly owed: readonly (readonly [number, bigint])[];
}

/** Aave's own arithmetic over made figures. */
function aaveWith(quotes: Map<string, readonly Quote[]>) {
  const reserves = (hash: string) => ASSETS.map(({ decimals, threshold }, id) => {
    const price = quotes.get(hash)?.[id]?.usdE8 ?? null;
    return {
      id, asset: { chainId: 31337, address: tokenAt(id), symbol: `T${id}`, decimals }, aToken: tokenAt(id), debtToken: tokenAt(id),
      configuration: { decimals, ltv: bps(7_000n), liquidationThreshold: bps(threshold), liquidationBonus: bps(500n), liquidationProtocolFee: bps(1_000n), state: { active: true, frozen: false, paused: false } },
      price: price === null ? { kind: 'no-price', source: tokenAt(id) } : { kind: 'price', usdE8: usdE8(price), updatedAt: null, source: tokenAt(id) },
    };
  });
  const word = (value: bigint): { kind: 'ok'; data: `0x${string}` } => ({ kind: 'ok', data: `0x${value.toString(16).padStart(64, '0')}` });
  const client = {
    chainId: 31337,
    multicall: async (block: BlockRef, calls: readonly Call[]) => calls.map((_, index) => {
      const quote = quotes.get(block.hash)?.[Math.floor(index / 2)] as Quote;
      return word(index % 2 === 0 ? quote.income : quote.debt);
    }),
  } as unknown as ReadClient;
  const source = { at: async (block: { hash: string }) => reserves(block.hash), asset: async () => null } as never;
  return new TrackedAave(client, { aaveV3: { pool: tokenAt(7) } } as unknown as ChainBook, null as never, () => 0, source);
}

async function loanOf(aave: TrackedAave, account: Address, { supplied, owed }: Scaled, block: BlockRef): Promise<LendingPosition> {
  const base = aLendingPosition({ account });
  const [collateral, debt] = [base.collaterals[0] as LendingPosition['collaterals'][number], base.debts[0] as LendingPosition['debts'][number]];
  const asset = (id: number) => ({ ...collateral.asset, address: tokenAt(id) });
  const position: LendingPosition = {
    ...base, account, id: `31337-aave-v3-${account}` as never, eMode: { kind: 'none' },
    collaterals: supplied.map(([id]) => ({ ...collateral, asset: asset(id), enabled: true })), debts: owed.map(([id]) => ({ ...debt, asset: asset(id) })),
  };
  const part: AaveAccount = { position, supplied: supplied.map(([, amount]) => amount), owed: owed.map(([, amount]) => amount), isExact: true };
  return aave.compose(part, await aave.market([part], block))?.[0] ?? position;
}

const quotesAt = fc.tuple(...ASSETS.map((asset) => fc.record({
  usdE8: fc.oneof({ weight: 20, arbitrary: fc.bigInt({ min: asset.usdE8 / 3n, max: asset.usdE8 * 2n }) }, { weight: 1, arbitrary: fc.constant(null) }),
  income: fc.bigInt({ min: RAY, max: (RAY * 13n) / 10n }), debt: fc.bigInt({ min: RAY, max: (RAY * 15n) / 10n }),
})));
const share = fc.oneof(fc.bigInt({ min: 1n, max: 1_000n }), fc.bigInt({ min: 1n, max: 10n ** 12n }));
/** Up to some million dollars, down to single units. */
const amountOf = (id: number) => share.map((part) => (part * 10n ** BigInt(ASSETS[id]?.decimals ?? 0)) / 10n ** 6n || 1n);
const legs = fc.uniqueArray(fc.nat(ASSETS.length - 1), { minLength: 1, maxLength: ASSETS.length }).chain((ids) => fc.tuple(...ids.map((id) => amountOf(id).map((amount) => [id, amount] as const))));
const loans = fc.array(fc.record({ supplied: legs, owed: legs }), { minLength: 1, maxLength: 8 });

describe('a book of one protocol’s loans', () => {
  it('names every guarded loan that exact arithmetic finds below what is signed, at any later prices and indices', async () => {
    let [acted, named] = [0, 0];
    await fc.assert(fc.asyncProperty(loans, quotesAt, quotesAt, fc.double({ min: 0.9999, max: 1.0001, noNaN: true }), async (made, first, then, nudge) => {
      const [read, later] = [blockAt(1), blockAt(2)];
      const quotes = new Map([[read.hash as string, first as readonly Quote[]]]);
      const aave = aaveWith(quotes);
      const book = new VenueBook('aave-v3', aave);
      const accounts = made.map((_, index) => accountAt(index));
      book.track(accounts);
      book.reprice(read, await book.factors(read));
      const before = await Promise.all(made.map((loan, index) => loanOf(aave, accountAt(index), loan, read)));
      book.learn(accounts, before, read, 1);
      quotes.set(later.hash, then as readonly Quote[]);
      const after = await Promise.all(made.map((loan, index) => loanOf(aave, accountAt(index), loan, later)));
      // Triggers right at the health that the loan will have, a hair above or under it: nothing is as hard to tell.
      const triggers = after.map(({ reported: { health } }) => (health.kind === 'ratio' && health.wad > 0n ? BigInt(Math.round(Number(health.wad) * nudge)) : WAD));
      book.guard(new Map(accounts.map((account, index) => [account, (Number(triggers[index]) / Number(WAD)) * (1 + 1e-12)])));
      book.reprice(later, await book.factors(later));
      const crossed = new Set(book.crossed());
      named += crossed.size;
      after.forEach(({ reported: { health } }, index) => {
        if (health.kind !== 'ratio' || health.wad >= (triggers[index] as bigint)) return;
        acted += 1;
        expect(crossed.has(accountAt(index)), `health ${health.wad} under ${triggers[index]}`).toBe(true);
      });
    }), { seed: 20_261_126, numRuns: 400 });
    expect(acted).toBeGreaterThan(300);
    expect(named).toBeGreaterThanOrEqual(acted);
  });

  it('leaves those alone who are well above, and whoever is not guarded', async () => {
    const quotes = new Map([[blockAt(1).hash as string, ASSETS.map(({ usdE8: price }) => ({ usdE8: price, income: RAY, debt: RAY }))]]);
    const aave = aaveWith(quotes);
    const book = new VenueBook('aave-v3', aave);
    const [ann, ben, cyd] = [0, 1, 2].map(accountAt) as [Address, Address, Address];
    book.track([ann, ben, cyd]);
    book.guard(new Map([[ann, 1.1], [ben, 1.1]]));
    book.reprice(blockAt(1), await book.factors(blockAt(1)));
    expect(new Set(book.crossed())).toEqual(new Set([ann, ben])); // never read
    // One ether against 2,000 and 2,300 dollars: healths of 1.245 and 1.083.
    const loan = (dollars: bigint) => ({ supplied: [[0, 10n ** 18n]], owed: [[2, dollars * 10n ** 6n]] }) as const;
    book.learn([ann, ben, cyd], await Promise.all([loanOf(aave, ann, loan(2_000n), blockAt(1)), loanOf(aave, ben, loan(2_300n), blockAt(1)), loanOf(aave, cyd, loan(2_300n), blockAt(1))]), blockAt(1), 1);
    book.reprice(blockAt(1), await book.factors(blockAt(1)));
    expect(book.crossed()).toEqual([ben]);
    expect(book.near(0.2)).toEqual([ann, ben]);
    // Touched, it is looked at whatever its health was; what was read before that is not believed any more.
    book.touch([ann], blockAt(2));
    expect(book.crossed()[0]).toBe(ann);
    book.learn([ann], [await loanOf(aave, ann, loan(2_000n), blockAt(1))], blockAt(1), 1);
    expect(book.crossed()[0]).toBe(ann);
  });

  it('names all of its guarded loans where it cannot price them', () => {
    const book = new VenueBook('venus', null);
    book.track([accountAt(0), accountAt(1)]);
    book.guard(new Map([[accountAt(0), 1.1]]));
    book.learn([accountAt(0), accountAt(1)], [], blockAt(1), 1);
    book.reprice(blockAt(1), new Map());
    expect(book.crossed()).toEqual([accountAt(0)]);
  });
});
