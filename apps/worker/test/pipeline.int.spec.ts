import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { ReadFailed } from '@ballast/connectors';
import { applyScenario, freshAccounts, openLoan, pauseReserve, unpauseReserve, type DevAccount } from '@ballast/devchain';
import { TrackedPositions } from '@ballast/readers';
import { positionId } from '@ballast/positions';
import { address } from '@ballast/units';
import { Stage, type Owner, type RunningWorker } from './stage.js';

const [mara, nils, olga, pavel] = freshAccounts(4_201, 4) as [DevAccount, DevAccount, DevAccount, DevAccount];
const CRASH = 2_500;
const START = 3_000;
let stage: Stage;
let workers: RunningWorker[] = [];
let owner: Owner;

beforeAll(async () => {
  stage = await Stage.open({ postgresUrl: inject('postgresUrl'), redisUrl: inject('redisUrl') });
  workers = [await stage.startWorker()];
  owner = await stage.newOwner(mara);
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await stage.close();
});
afterEach(() => vi.restoreAllMocks());

const count = (kinds: readonly string[], kind: string): number => kinds.filter((one) => one === kind).length;
const rescued = async (who: Owner): Promise<boolean> => (await stage.records.intentsOf(who.positionId, 20)).some(({ plan, state }) => plan.kind !== 'ACTIVATE' && state === 'DONE');

describe('a guarded loan', () => {
  it('is armed once its mandate is in force on chain, and its owner is told', async () => {
    await stage.active(owner);
    await stage.decided(owner, 'hold', 'above-trigger');
    expect(await stage.told(owner.address)).toEqual(['mandate.active']);
    expect(await stage.events('Activated', owner.address)).toBe(1);
  });

  it('is told as not protected once for each spell without an allowance, and again when it is protected', async () => {
    for (const spell of [1, 2]) {
      await stage.approve(mara, 0n);
      await stage.decided(owner, 'cannot', 'allowance-missing');
      await stage.blocks(3);
      expect(count(await stage.told(owner.address), 'not-protected')).toBe(spell);
      await stage.approve(mara, 15_000_000_000n);
      await stage.decided(owner, 'hold', 'above-trigger');
      await stage.blocks(2);
      const told = await stage.told(owner.address);
      expect([count(told, 'not-protected'), count(told, 'protected-again')]).toEqual([spell, spell]);
    }
    await stage.until('every notice is mailed', async () => Object.keys(stage.mails(owner)).length === 6);
    expect(Object.values(stage.mails(owner))).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('is not protected while the debt reserve is paused, and says so', async () => {
    await applyScenario(stage.chain, pauseReserve);
    await stage.decided(owner, 'cannot', 'debt-reserve-paused');
    const { rows: [alarm] } = await stage.sql.query<{ severity: string; data: { reason: string; sentence: string } }>('select "severity", "data" from "OutboxEvent" where "kind" = \'not-protected\' order by "createdAt" desc limit 1');
    expect(alarm).toMatchObject({ severity: 'critical', data: { reason: 'debt-reserve-paused', sentence: expect.stringContaining('USDC') } });
    await applyScenario(stage.chain, unpauseReserve);
    await stage.decided(owner, 'hold', 'above-trigger');
  });
});

describe('a node that is out of reach', () => {
  it('is told as a blind spell, and watching and rescuing go on by themselves when it is back', async () => {
    const before = Date.now();
    stage.nodeWire.cut();
    const blind = await stage.until('the chain is blind', async () => (await stage.chains.get(stage.id))?.blind ?? undefined);
    expect(blind.since.getTime()).toBeGreaterThan(before - 5_000);
    expect(blind.since.getTime()).toBeLessThan(Date.now());
    expect(blind.reason).not.toBe('');
    await stage.until('the owner has the mail', async () => Object.keys(stage.mails(owner)).some((id) => id.startsWith('evt_blind_')));
    expect(count(await stage.told(owner.address), 'blind')).toBe(1);

    stage.nodeWire.mend();
    await stage.until('the chain is seen again', async () => (await stage.chains.get(stage.id))?.blind === null);
    const told = await stage.told(owner.address);
    expect([count(told, 'blind'), count(told, 'sighted')]).toEqual([1, 1]);

    await stage.setPrice(CRASH);
    await stage.until('the loan is rescued', () => rescued(owner));
    expect(await stage.events('Executed', owner.address)).toBe(1);
    await stage.until('the rescue is mailed', async () => Object.keys(stage.mails(owner)).some((id) => id.endsWith('_done')));
    await stage.setPrice(START);
  });
});

describe('a Redis that is out of reach', () => {
  it('is a blind spell too, and work goes on by itself when it is back', async () => {
    stage.redisWire.cut();
    const blind = await stage.until('the chain is blind', async () => (await stage.chains.get(stage.id))?.blind ?? undefined);
    expect(blind.reason).toContain('Redis');
    stage.redisWire.mend();
    await stage.until('the chain is seen again', async () => (await stage.chains.get(stage.id))?.blind === null);
    await stage.until('the owner has the mails of both spells', async () => {
      const ids = Object.keys(stage.mails(owner));
      return ['evt_blind_', 'evt_sighted_'].every((kind) => ids.filter((id) => id.startsWith(kind)).length === 2);
    });
  });
});

describe('an owner who revokes on chain', () => {
  it('finds the mandate revoked and is told once that the loan is not protected', async () => {
    const before = count(await stage.told(owner.address), 'not-protected');
    await stage.revokeAll(mara);
    await stage.until('the mandate is revoked', async () => (await stage.mandates.get(owner.mandate.hash))?.status === 'revoked');
    await stage.blocks(3);
    expect(count(await stage.told(owner.address), 'not-protected')).toBe(before + 1);
    expect((await stage.records.latestDecision(owner.positionId))?.decision).toMatchObject({ kind: 'cannot', reason: 'mandate-not-active' });
  });
});

describe('an account that cannot be read', () => {
  it('does not blind the others', async () => {
    const [bad, good] = [address(olga.address), address(pavel.address)];
    for (const account of [olga, pavel]) {
      await openLoan(stage.chain, account);
      await stage.watch(account.address);
    }
    const seenAt = async (account: typeof bad): Promise<bigint> => (await stage.positions.latest(positionId(stage.id, 'aave-v3', account)))?.position.provenance.blockNumber ?? 0n;
    await stage.until('both are read', async () => (await seenAt(bad)) > 0n && (await seenAt(good)) > 0n);
    // What is kept in memory of a loan is told without reading it again, so that all of a look is what fails.
    const read = TrackedPositions.prototype.read;
    vi.spyOn(TrackedPositions.prototype, 'read').mockImplementation(async function (this: TrackedPositions<unknown, unknown>, accounts, block) {
      if (this.protocol === 'aave-v3' && accounts.includes(bad)) throw new ReadFailed('balanceOf', '0x', 'a number');
      return read.call(this, accounts, block);
    });
    const othersPass = async (block: bigint): Promise<void> => {
      await stage.until('the others are read at later blocks', async () => (await seenAt(good)) > block && (await seenAt(owner.address)) > block);
    };
    // What was being read when reading broke is stored yet, on a busy machine some blocks later.
    let stuck = -1n;
    for (let before = await seenAt(bad); stuck !== before; before = await seenAt(bad)) {
      stuck = before;
      await othersPass(before + 2n);
    }
    await othersPass(stuck + 4n);
    expect(await seenAt(bad)).toBe(stuck);
    expect((await stage.chains.get(stage.id))?.blind).toBeNull();
  });
});

describe('two workers at once', () => {
  it('put a mandate in force once, see as one, and rescue once for each intent', async () => {
    workers.push(await stage.startWorker());
    const blindBefore = count(await stage.told(owner.address), 'blind');
    const second = await stage.newOwner(nils);
    await stage.active(second);
    expect(await stage.events('Activated', second.address)).toBe(1);
    await stage.decided(second, 'hold', 'above-trigger');

    await stage.setPrice(CRASH);
    await stage.until('the loan is rescued', () => rescued(second));
    await stage.blocks(4);
    const intents = await stage.records.intentsOf(second.positionId, 20);
    const done = intents.filter(({ plan, state }) => plan.kind === 'REPAY' && state === 'DONE');
    expect(await stage.events('Executed', second.address)).toBe(done.length);
    expect(new Set(done.map(({ receipt }) => receipt?.transactionHash)).size).toBe(done.length);
    expect(await stage.events('Activated', second.address)).toBe(1);
    const told = await stage.told(second.address);
    expect([count(told, 'mandate.active'), count(told, 'action.done'), count(told, 'blind')]).toEqual([1, done.length, 0]);
    expect(count(await stage.told(owner.address), 'blind')).toBe(blindBefore);
    await stage.until('all is mailed', async () => Object.keys(stage.mails(second)).length === told.length + 1);
    expect(Object.values(stage.mails(second)).every((copies) => copies === 1)).toBe(true);
  });
});
