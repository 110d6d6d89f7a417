import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Interface, type JsonFragment } from 'ethers';
import { parseAddressBook } from '@ballast/connectors';
import { keepersAbi } from '@ballast/contracts';
import { freshAccounts, type DevAccount } from '@ballast/devchain';
import { GUARDS, structOf } from '@ballast/execution/planner';
import { ExecutionWatchStore, LaneRemovalStore, PrismaOutbox, SwitchStore } from '@ballast/storage';
import { address } from '@ballast/units';
import { ForeignExecutions } from '../src/breakers/foreign-executions.js';
import { Stage, type Owner, type RunningWorker } from './stage.js';

const OPERATOR = 'operator@example.org';
const LOW = 2_500;
const START = 3_000;
/** Repaid at a price of 2,500, this brings the story's loan to a health of 1.3, inside the signed band. */
const RESCUE = 4_135_000_000n;
const keepers = new Interface(keepersAbi as readonly JsonFragment[]);
const [restored, saved, robbed, later] = freshAccounts(47_001, 4) as [DevAccount, DevAccount, DevAccount, DevAccount];

let stage: Stage;
let worker: RunningWorker;
let switches: SwitchStore;
let removals: LaneRemovalStore;
beforeAll(async () => {
  stage = await Stage.open({ postgresUrl: inject('postgresUrl'), redisUrl: inject('redisUrl') });
  [switches, removals] = [new SwitchStore(stage.database), new LaneRemovalStore(stage.database)];
  worker = await stage.startWorker({ OPERATOR_EMAILS: OPERATOR });
});
afterAll(async () => {
  await worker?.stop();
  await stage?.close();
});

const lane = (): string => stage.chain.accounts.keeper.address;
async function isKeeper(account: string): Promise<boolean> {
  const data = keepers.encodeFunctionData('isKeeper', [account]) as `0x${string}`;
  return keepers.decodeFunctionResult('isKeeper', await stage.reads.callAt(await stage.reads.head(), address(stage.chain.book.ballast.keepers), data))[0] as boolean;
}

/** A rescue as anybody could send it who holds a listed key: the guard takes it. */
async function rescueWith(key: DevAccount, { mandate }: Owner): Promise<string> {
  const deadline = (await stage.reads.head()).timestamp + 3_600n;
  const call = { to: mandate.guard, abi: GUARDS.AaveGuard, method: 'repay', args: [structOf(mandate), 1n, RESCUE, deadline] };
  const sender = stage.chain.sender(key);
  const hash = await sender.send(call, { gasLimit: 1_500_000n });
  await stage.chain.mining.flush();
  await sender.mined(hash, call);
  return hash;
}

/** An owner whose loan the worker leaves alone, so that somebody else is the first. */
async function leftAlone(account: DevAccount): Promise<Owner> {
  const owner = await stage.newOwner(account);
  await stage.active(owner);
  await switches.stop({ scope: { kind: 'owner', chainId: stage.id, owner: owner.address }, stops: 'all', setBy: 'operator', reason: 'somebody else is to be the first' });
  await stage.decided(owner, 'cannot', 'stopped-by-operator');
  return owner;
}

describe('a database that was restored from before', () => {
  it('knows nothing of a rescue of ours; the signer does, so the lane stays and nothing is stopped', async () => {
    const owner = await stage.newOwner(restored);
    await stage.active(owner);
    await stage.setPrice(LOW);
    const { receipt } = await stage.settled(owner, 'REPAY');
    await stage.setPrice(START);
    await worker.stop();
    const hash = receipt!.transactionHash;
    await stage.sql.query('DELETE FROM "IntentTransaction" WHERE "hash" = $1', [hash]);
    await stage.sql.query('UPDATE "ExecutionWatch" SET "blockNumber" = "sinceBlock"');

    const book = parseAddressBook({ [stage.chain.chainId]: stage.chain.book }, stage.chain.chainId);
    const watch = new ExecutionWatchStore(stage.database);
    const asked: string[] = [];
    const signed = { has: async (one: string) => asked.push(one) > 0 };
    const executions = new ForeignExecutions({ reads: stage.reads, book, lanes: [address(lane())], watch, signed, removals, mandates: stage.mandates, outbox: new PrismaOutbox(stage.database) });
    await executions.look(await stage.reads.head());
    expect(asked).toEqual([hash]);
    expect([await removals.all(), await switches.inForce(), await isKeeper(lane())]).toEqual([[], [], true]);
    expect((await watch.lookedUntil(stage.id))!.block).toBeGreaterThan(receipt!.blockNumber);

    // A signer that does not answer: nothing is known, and the same blocks are looked through again.
    await stage.sql.query('UPDATE "ExecutionWatch" SET "blockNumber" = "sinceBlock"');
    const silent = new ForeignExecutions({ reads: stage.reads, book, lanes: [address(lane())], watch, signed: { has: () => Promise.reject(new Error('no answer')) }, removals, mandates: stage.mandates, outbox: new PrismaOutbox(stage.database) });
    await expect(silent.look(await stage.reads.head())).rejects.toThrow('no answer');
    expect((await watch.lookedUntil(stage.id))!.block).toBeLessThan(receipt!.blockNumber);
    expect(await removals.all()).toEqual([]);
    await stage.sql.query('UPDATE "ExecutionWatch" SET "blockNumber" = $1', [(await stage.reads.head()).number.toString()]);
    await stage.sql.query('UPDATE "ExecutionWatch" SET "sinceBlock" = "blockNumber"');
    worker = await stage.startWorker({ OPERATOR_EMAILS: OPERATOR });
  });
});

describe("a backup keeper's rescue", () => {
  it('is told to its owner as that, and stops nothing', async () => {
    const owner = await leftAlone(saved);
    await stage.setPrice(LOW);
    await rescueWith(stage.chain.accounts.backupKeeper, owner);
    await stage.until('it is mailed', async () => stage.inbox.messages().find((mail) => mail.to.includes(owner.email) && mail.subject.startsWith('Saved by the backup keeper')) !== undefined);
    expect((await stage.told(owner.address)).filter((kind) => kind === 'rescue.by-backup')).toHaveLength(1);
    expect([await removals.all(), (await switches.inForce()).filter(({ setBy }) => setBy === 'key-theft')]).toEqual([[], []]);
    await stage.setPrice(START);
  });
});

describe("a thief with a lane's key", () => {
  it('is found out by his first rescue: everything on the chain stops, operators are called, and the lane takes itself off the list', async () => {
    const owner = await leftAlone(robbed);
    await stage.setPrice(LOW);
    expect(await isKeeper(lane())).toBe(true);
    const hash = await rescueWith(stage.chain.accounts.keeper, owner);

    const stop = await stage.until('the chain is stopped', async () => (await switches.inForce()).find(({ setBy }) => setBy === 'key-theft'));
    expect(stop).toMatchObject({ scope: { kind: 'chain', chainId: stage.id }, stops: 'all', reason: expect.stringContaining(hash) });
    await stage.until('the lane is off the list', async () => !(await isKeeper(lane())));
    const removal = await stage.until('the removal is settled', async () => (await removals.all()).find(({ state }) => state === 'removed'));
    expect(removal).toMatchObject({ lane: lane(), because: hash });
    const { rows } = await stage.sql.query<{ hash: string }>('SELECT "hash" FROM "LaneRemovalTransaction"');
    expect(rows.length).toBeGreaterThan(0);
    expect(await isKeeper(stage.chain.accounts.backupKeeper.address)).toBe(true);

    const subjects = (): readonly string[] => stage.inbox.messages().filter((mail) => mail.to.includes(OPERATOR)).map(({ subject }) => subject);
    await stage.until('operators are mailed', async () => subjects().some((subject) => subject.includes('a key of ours was used by somebody else')) && subjects().some((subject) => subject.includes('off the list of keepers')));
    expect(subjects().filter((subject) => subject.includes('used by somebody else'))).toHaveLength(1);
    await stage.until('the owner is told', async () => (await stage.told(owner.address)).filter((kind) => kind === 'stop.set').length === 2);
  });

  it('leaves a chain on which nothing is signed any more, before and after a restart, until an operator takes the stop away', async () => {
    await worker.stop();
    worker = await stage.startWorker({ OPERATOR_EMAILS: OPERATOR });
    await stage.setPrice(START);
    const owner = await stage.newOwner(later).catch((error: Error) => error);
    if (owner instanceof Error) throw owner;
    await stage.blocks(4);
    const intents = await stage.records.intentsOf(owner.positionId, 10);
    expect(intents.flatMap(({ transactions }) => transactions).filter((one) => one.raw !== null)).toEqual([]);
    expect((await switches.inForce()).map(({ setBy }) => setBy)).toContain('key-theft');
    expect(await switches.releaseForOperator({ kind: 'chain', chainId: stage.id }, 'key-theft')).toBe(true);
    // A process that begins anew looks through the newest blocks again: what an operator has judged stays judged.
    await stage.sql.query('UPDATE "ExecutionWatch" SET "blockNumber" = "sinceBlock"');
    await worker.stop();
    worker = await stage.startWorker({ OPERATOR_EMAILS: OPERATOR });
    await stage.blocks(3);
    expect((await switches.inForce()).map(({ setBy }) => setBy)).not.toContain('key-theft');
  });
});
