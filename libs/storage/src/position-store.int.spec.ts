import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { usdE8, wad } from '@ballast/units';
import { createTestDatabase, type TestDatabase } from '../../../test/factories/database.js';
import { WETH, aCollateralLeg, aLendingPosition, noPrice, withEthAt } from '../../../test/factories/lending-position.js';
import { aRiskReport } from '../../../test/factories/risk-report.js';
import { CHAIN, anAssessed, freshAccount } from '../test/fixture.js';
import { Database, PositionStore, PrismaPriceHistory, UnreadableValue } from './index.js';

let made: TestDatabase;
let database: Database;
let positions: PositionStore;
let prices: PrismaPriceHistory;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  positions = new PositionStore(database);
  prices = new PrismaPriceHistory(database);
});

afterAll(async () => {
  await database?.close();
  await made?.drop();
});

describe('the latest state', () => {
  it('is read back exactly as it was stored', async () => {
    const account = freshAccount();
    const stored = anAssessed(account);
    expect(await positions.save([stored], [])).toEqual([stored.position.id]);
    expect(await positions.latest(stored.position.id)).toEqual(stored);
    expect(await positions.ofAccount(account)).toEqual([stored]);
  });

  it('keeps no debt, no price and amounts of any size apart', async () => {
    const account = freshAccount();
    const bare = aLendingPosition({ account, debts: [], collaterals: [aCollateralLeg({ price: noPrice, amount: 2n ** 256n - 1n })], eMode: { kind: 'category', id: 1, label: 'ETH' } });
    const stored = { position: bare, report: aRiskReport({ position: bare }) };
    await positions.save([stored], []);
    expect(await positions.latest(bare.id)).toEqual(stored);
    const [sample] = await positions.history(bare.id, 10);
    expect(sample).toMatchObject({ health: null, priceUsdE8: null, liquidationUsdE8: null });
  });

  it('is not moved back by a job that ends late, but the late block’s sample is kept', async () => {
    const account = freshAccount();
    const newer = anAssessed(account, { number: 200n });
    const older = anAssessed(account, { number: 199n });
    await positions.save([newer], []);
    expect(await positions.save([older], [])).toEqual([]);
    expect(await positions.latest(newer.position.id)).toEqual(newer);
    expect((await positions.history(newer.position.id, 10)).map(({ blockNumber }) => blockNumber)).toEqual([199n, 200n]);
  });

  it('follows a chain that was rolled back or restarted once nobody renewed the old state for a minute', async () => {
    const account = freshAccount();
    const before = anAssessed(account, { number: 5_000n, observedAt: 1_800_000_000_000 });
    const restarted = anAssessed(account, { number: 3n, observedAt: 1_800_000_061_000 });
    await positions.save([before], []);
    await positions.save([restarted], []);
    expect((await positions.latest(before.position.id))?.position.provenance.blockNumber).toBe(3n);
  });

  it('of a thousand accounts is stored together, whoever else stores them at the same time', async () => {
    const accounts = Array.from({ length: 1000 }, freshAccount);
    const assessed = accounts.map((account) => anAssessed(account));
    const saved = await Promise.all([positions.save(assessed, []), positions.save([...assessed].reverse(), [])]);
    expect(saved.map(({ length }) => length)).toEqual([1000, 1000]);
    expect(await positions.latest(assessed[999]!.position.id)).toEqual(assessed[999]);
  });

  it('is all or nothing: one value that cannot be stored keeps the whole block out', async () => {
    const [good, bad] = [anAssessed(freshAccount()), anAssessed(freshAccount())];
    const broken = { ...bad, report: { ...bad.report, volatility: { kind: 'assumed' as const, annual: Number.POSITIVE_INFINITY, hourly: 1, reason: '' } } };
    await expect(positions.save([good, broken], [])).rejects.toThrow(UnreadableValue);
    expect(await positions.latest(good.position.id)).toBeNull();
  });
});

describe('history', () => {
  it('thins to the points asked for, keeping both ends and every stretch’s lowest health', async () => {
    const account = freshAccount();
    const healths = Array.from({ length: 100 }, (_, index) => (index === 57 ? 1_010n : 1_500n + BigInt(index)));
    for (const [index, health] of healths.entries()) {
      const { position, report } = anAssessed(account, { number: BigInt(index), timestamp: BigInt(index * 12) });
      await positions.save([{ position, report: { ...report, health: { kind: 'ratio', wad: wad(health) } } }], []);
    }
    const { id } = anAssessed(account).position;
    const thinned = await positions.history(id, 10);
    expect(thinned).toHaveLength(10);
    expect(thinned[0]?.blockNumber).toBe(0n);
    expect(thinned.at(-1)?.blockNumber).toBe(99n);
    expect(thinned.some(({ blockNumber, health }) => blockNumber === 57n && health === 1_010n)).toBe(true);
    expect(thinned.map(({ at }) => at)).toEqual([...thinned.map(({ at }) => at)].sort((a, b) => Number(a - b)));
    expect(await positions.history(id, 100)).toHaveLength(100);
    expect(await positions.history(id, 500)).toHaveLength(100);
    expect(await positions.history(id, 2)).toHaveLength(2);
  });

  it('takes the figures of the block’s own report', async () => {
    const account = freshAccount();
    const position = withEthAt(250_000_000_000n, { account, id: anAssessed(account).position.id });
    const report = { ...aRiskReport({ position }), chances: [{ horizonHours: 24, kind: 'probability' as const, value: 0.25 }] };
    await positions.save([{ position, report }], []);
    const [sample] = await positions.history(position.id, 10);
    expect(sample).toMatchObject({
      priceUsdE8: 250_000_000_000n, chance24h: 0.25, debtUsdE8: report.debtUsdE8, collateralUsdE8: report.collateralUsdE8,
      health: report.health.kind === 'ratio' ? report.health.wad : null,
      liquidationUsdE8: report.liquidationPrice.kind === 'price' ? report.liquidationPrice.usdE8 : null,
    });
  });
});

describe('prices', () => {
  const tick = (at: bigint, price: bigint) => ({ asset: WETH.address, at, usdE8: usdE8(price) });

  it('are stored with the positions of their block, once each, and told oldest first', async () => {
    await positions.save([anAssessed(freshAccount())], [tick(20n, 2n), tick(10n, 1n), tick(20n, 2n)]);
    await prices.append(CHAIN, [tick(20n, 2n), tick(30n, 2n ** 255n)]);
    expect(await prices.since(CHAIN, WETH.address, 11n)).toEqual([tick(20n, 2n), tick(30n, 2n ** 255n)]);
  });

  it('take the newest figure of a second that a reorganisation told differently', async () => {
    await prices.append(CHAIN, [tick(40n, 5n)]);
    await prices.append(CHAIN, [tick(40n, 6n)]);
    expect(await prices.since(CHAIN, WETH.address, 40n)).toEqual([tick(40n, 6n)]);
  });
});
