import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { BY_OWNER, BY_SHADOW, type Stop, type WouldHave } from '@ballast/policy';
import { rawAmount, usdE8, wad } from '@ballast/units';
import { USDC, WETH } from '../../../../test/factories/lending-position.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { CHAIN, aNotice, aPlan, onLane, planned, storeLoan } from '../../test/fixture.js';
import { Database, PrismaActionJournal, PrismaOutbox, ShadowStore, Stopped, SwitchStore, forgetChain } from '../index.js';

let made: TestDatabase;
let database: Database;
let store: ShadowStore;
let switches: SwitchStore;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  [store, switches] = [new ShadowStore(database), new SwitchStore(database)];
});
afterAll(async () => {
  await database?.close();
  await made?.drop();
});
beforeEach(() => forgetChain(database, CHAIN));

type Loan = Awaited<ReturnType<typeof storeLoan>>;
const EPOCH = new Date(0);
const would = ({ positionId, mandate }: Loan, given: Partial<WouldHave> = {}): WouldHave => ({
  positionId, mandateHash: mandate.hash, action: 'repay', asset: USDC, amount: rawAmount(2_500_000_000n), trigger: wad(1_200_000_000_000_000_000n), healthBefore: wad(1_100_000_000_000_000_000n),
  costUsdE8: usdE8(300_000_000n), lossAvoidedUsdE8: usdE8(50_000_000_000n), blockNumber: 12n, at: 1_800_000_000n,
  legs: { collaterals: [{ asset: WETH.address, amount: rawAmount(10n ** 19n) }], debts: [{ asset: USDC.address, amount: rawAmount(20_000_000_000n) }] },
  tried: { refusal: null, healthAfter: wad(1_310_000_000_000_000_000n), gasUsed: 412_000n }, ...given,
});
const opened = async (loan: Loan) => (await store.open(CHAIN)).filter(({ positionId }) => positionId === loan.positionId);
const shadowOf = ({ account }: Loan): Stop => ({ scope: { kind: 'owner', chainId: CHAIN, owner: account }, stops: 'all', setBy: BY_SHADOW, reason: 'it only notes what it would have done' });

describe('what would have been done', () => {
  it('comes back as it was noted, its call included', async () => {
    const loan = await storeLoan(database);
    const plan = aPlan(loan, { economics: { healthFactor: wad(1n), lossAvoidedUsdE8: usdE8(5n), coinUsdE8: null, chance: 0.5 } });
    expect(await store.note(would(loan), plan)).toBe(true);
    expect(await opened(loan)).toEqual([{ ...would(loan), id: expect.any(String), account: loan.account, plan, againBlock: null, liquidationTold: false }]);
    expect(await store.hasOpen(loan.positionId)).toBe(true);
  });

  it('is noted once while it is open, also by many at once, and anew after that', async () => {
    const loan = await storeLoan(database);
    const noted = await Promise.all(Array.from({ length: 6 }, (_, index) => store.note(would(loan, { blockNumber: BigInt(index) }), aPlan(loan))));
    expect(noted.filter(Boolean)).toHaveLength(1);
    const [first] = await opened(loan);
    expect(await store.close(first!.id, 'recovered')).toBe(true);
    expect(await store.close(first!.id, 'liquidated')).toBe(false);
    expect([await opened(loan), await store.hasOpen(loan.positionId)]).toEqual([[], false]);
    expect(await store.note(would(loan), aPlan(loan))).toBe(true);
    expect((await store.figures(CHAIN, loan.account, EPOCH)).outcomes).toMatchObject({ recovered: 1, liquidated: 0 });
  });

  it('knows of a liquidation that was told since, and of no other loan\'s', async () => {
    const [loan, other] = [await storeLoan(database), await storeLoan(database)];
    const outbox = new PrismaOutbox(database);
    const told = (who: Loan, id: string) => outbox.tell([aNotice(who.account, id, { kind: 'position.liquidated', positionId: who.positionId })]);
    await told(loan, 'evt_before');
    await new Promise((passed) => setTimeout(passed, 20));
    for (const each of [loan, other]) await store.note(would(each), aPlan(each));
    await told(other, 'evt_since');
    expect([(await opened(loan))[0]?.liquidationTold, (await opened(other))[0]?.liquidationTold]).toEqual([false, true]);
  });

  it('is tried again once', async () => {
    const loan = await storeLoan(database);
    await store.note(would(loan), aPlan(loan));
    const id = (await opened(loan))[0]!.id;
    await store.triedAgain(id, { blockNumber: 15n, refusal: null, gasUsed: 412_100n, gasBps: 3, isMismatch: false });
    await store.triedAgain(id, { blockNumber: 18n, refusal: 'band-violated', gasUsed: null, gasBps: null, isMismatch: true });
    expect((await opened(loan))[0]?.againBlock).toBe(15n);
    expect(await store.figures(CHAIN, loan.account, EPOCH)).toMatchObject({ open: 1, mismatches: 0, repeated: 1, gasP95Bps: 3 });
  });
});

describe('the figures of an owner', () => {
  it('are none where nothing was noted', async () => {
    const { account } = await storeLoan(database);
    expect(await store.figures(CHAIN, account, EPOCH)).toEqual({
      open: 0, outcomes: { recovered: 0, liquidated: 0, 'owner-acted': 0, lasted: 0, 'left-shadow': 0 }, lossAvertedUsdE8: 0n, costUsdE8: 0n, costForNothingUsdE8: 0n, mismatches: 0, repeated: 0, gasP95Bps: null,
    });
  });

  it('sum up what each outcome means, and the gas that 95 in 100 stay within', async () => {
    const loan = await storeLoan(database);
    const refused = { refusal: 'band-violated', healthAfter: null, gasUsed: null };
    for (const [index, outcome] of (['recovered', 'recovered', 'liquidated', 'owner-acted', 'lasted', null] as const).entries()) {
      await store.note(would(loan, { costUsdE8: usdE8(BigInt(index + 1)), lossAvoidedUsdE8: usdE8(BigInt(100 * (index + 1))), ...(outcome === 'lasted' ? { tried: refused } : {}) }), aPlan(loan));
      const id = (await opened(loan))[0]!.id;
      if (outcome !== 'lasted') await store.triedAgain(id, { blockNumber: 15n, refusal: null, gasUsed: 1n, gasBps: 10 * index, isMismatch: false });
      if (outcome !== null) await store.close(id, outcome);
    }
    expect(await store.figures(CHAIN, loan.account, EPOCH)).toEqual({
      open: 1, outcomes: { recovered: 2, liquidated: 1, 'owner-acted': 1, lasted: 1, 'left-shadow': 0 }, lossAvertedUsdE8: 300n, costUsdE8: 21n, costForNothingUsdE8: 3n, mismatches: 1, repeated: 5, gasP95Bps: 50,
    });
    expect(await store.figures(CHAIN, loan.account, new Date(Date.now() + 60_000))).toMatchObject({ open: 0, costUsdE8: 0n });
    expect(await store.figures(CHAIN, (await storeLoan(database)).account, EPOCH)).toMatchObject({ open: 0, costUsdE8: 0n });
  });
});

describe('an owner in shadow mode', () => {
  it('has nothing signed, whatever the owner\'s own switch says, and is kept when a chain is forgotten', async () => {
    const journal = new PrismaActionJournal(database);
    const loan = await storeLoan(database);
    expect(await store.since(CHAIN, loan.account)).toBeNull();
    await switches.stop(shadowOf(loan));
    await switches.stop({ ...shadowOf(loan), setBy: BY_OWNER });
    await switches.release(shadowOf(loan).scope, BY_OWNER);
    const intent = await planned(journal, loan);
    await expect(journal.allocateNonce(intent.id, onLane(loan.account))).rejects.toBeInstanceOf(Stopped);
    const since = await store.since(CHAIN, loan.account);
    expect(Math.abs(Date.now() - (since?.getTime() ?? 0))).toBeLessThan(60_000);
    await forgetChain(database, CHAIN);
    expect(await store.since(CHAIN, loan.account)).toEqual(since);
    await switches.release(shadowOf(loan).scope, BY_SHADOW);
    expect(await store.since(CHAIN, loan.account)).toBeNull();
  });
});
