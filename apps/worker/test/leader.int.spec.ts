import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RemoteKeeperSigner } from '@ballast/connectors/signer';
import { freshAccounts, keeperLanes, type DevAccount } from '@ballast/devchain';
import { freePort } from '@ballast/embedded';
import { isActionKind } from '@ballast/policy';
import { Database, LeaseStore, keeperLease } from '@ballast/storage';
import { encryptKeystoreJsonSync } from 'ethers';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { sourceProcess } from '../../../test/factories/source-process.js';
import { Stage, type Owner } from './stage.js';

const TOKEN = 'the token of this test';
const START = 3_000;
const CRASH = 2_500;
/** Short, so that a death costs the test little. */
const LEASE = { LEADER_LEASE_MS: '2000', LEADER_RENEW_MS: '400' };
const accounts = freshAccounts(6_120, 12);
let used = 0;

const folder = mkdtempSync(join(tmpdir(), 'ballast-leader-'));
const order = join(folder, 'order');
const signatures = join(folder, 'signatures.jsonl');
let stage: Stage;
let signer: Child;
let remote: RemoteKeeperSigner;
let leases: LeaseStore;
let database: Database;
const workers = new Map<number, Child>();

interface Child {
  readonly process: ChildProcess;
  readonly ended: Promise<void>;
  said(): string;
}

/** Runs a source file as a process of its own, with nothing of our environment. */
async function run(file: string, env: Readonly<Record<string, string>>): Promise<Child> {
  const { PATH, HOME } = process.env as Record<string, string>;
  const child = spawn(process.execPath, [await sourceProcess(file)], { env: { PATH: PATH ?? '', HOME: HOME ?? '', NO_COLOR: '1', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const log = process.env['BALLAST_TEST_LOG'] === undefined ? null : createWriteStream(process.env['BALLAST_TEST_LOG'], { flags: 'a' });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => {
    text += data.toString();
    log?.write(`${child.pid} ${data.toString()}`);
  });
  return { process: child, ended: new Promise((resolve) => child.once('exit', () => resolve())), said: () => text };
}

async function startSigner(): Promise<void> {
  const files = keeperLanes(stage.chain.accounts).map(({ address, privateKey }, at) => {
    const file = join(folder, `${at}.json`);
    writeFileSync(file, encryptKeystoreJsonSync({ address, privateKey }, 'hunter2', { scrypt: { N: 2 } }));
    return file;
  });
  for (const [name, text] of [['password', 'hunter2'], ['token', TOKEN]] as const) writeFileSync(join(folder, name), text, { mode: 0o600 });
  const url = `http://127.0.0.1:${await freePort()}`;
  signer = await run('apps/signer/src/main.ts', {
    CHAIN_ID: String(stage.id), ADDRESS_BOOK: stage.env['ADDRESS_BOOK'] ?? '', SIGNER_LISTEN: new URL(url).host, SIGNER_TOKEN_FILE: join(folder, 'token'), SIGNER_KEYSTORES: files.join(','), SIGNER_PASSWORD_FILE: join(folder, 'password'),
    SIGNER_LOG: signatures, SIGNER_MOST_COINS_PER_HOUR: '1000',
  });
  remote = await stage.until('the signer answers', () => RemoteKeeperSigner.connect({ at: { url }, token: TOKEN, chainId: stage.id }).catch(() => undefined));
  const { KEEPER_PRIVATE_KEY: _key, ALLOW_PLAIN_KEEPER_KEY: _allowed, ...env } = stage.env;
  workerEnv = { ...env, ...LEASE, SIGNER_URL: url, SIGNER_TOKEN_FILE: join(folder, 'token'), FAULT_FILE: order, BLIND_AFTER_SECONDS: '60' };
}
let workerEnv: Readonly<Record<string, string>> = {};

async function startWorker(): Promise<number> {
  const child = await run('apps/worker/test/worker-child.ts', workerEnv);
  const pid = child.process.pid as number;
  workers.set(pid, child);
  await stage.until('a worker runs', async () => {
    if (child.process.exitCode !== null) throw new Error(child.said());
    return child.said().includes('Worker runs') || undefined;
  });
  return pid;
}

const lease = () => leases.holderOf(keeperLease(stage.id));
/** The process that holds the lease. */
const leader = (): Promise<number> => stage.until('somebody leads', async () => {
  const [, pid] = ((await lease())?.holder ?? '').split(':');
  return pid !== undefined && pid !== '' && workers.has(Number(pid)) ? Number(pid) : undefined;
});

/** Has whoever comes to this point die or freeze there; resolves to who it was. */
async function fault(at: string, signal: 'SIGKILL' | 'SIGSTOP'): Promise<() => Promise<number>> {
  rmSync(order, { force: true });
  writeFileSync(order, `${at} ${signal}`);
  return () => stage.until(`a worker came to ${at}`, async () => {
    const done = readdirSync(folder).find((name) => name.startsWith('order.done-by-'));
    if (done === undefined) return undefined;
    rmSync(join(folder, done));
    return Number(done.split('-').at(-1));
  });
}

async function newOwner(): Promise<Owner> {
  await stage.setPrice(START);
  const owner = await stage.newOwner(accounts[used++] as DevAccount);
  await stage.active(owner);
  await stage.until('the mandate is in force and nothing is under way', async () => (await stage.records.intentsOf(owner.positionId, 20)).every(({ closedAt }) => closedAt !== null) || undefined);
  return owner;
}

const actions = async (owner: Owner) => (await stage.records.intentsOf(owner.positionId, 20)).filter(({ plan }) => isActionKind(plan.kind));

/** The loan was saved, once for each intent, and every transaction that acted is in the journal and in the signer's log. */
async function savedOnce(owner: Owner): Promise<void> {
  await stage.until('the loan is saved', async () => (await actions(owner)).some(({ state }) => state === 'DONE') || undefined);
  await stage.until('nothing is under way', async () => (await actions(owner)).every(({ closedAt }) => closedAt !== null) || undefined);
  const done = (await actions(owner)).filter(({ state }) => state === 'DONE');
  expect(await stage.events('Executed', owner.address)).toBe(done.length);
  const hashes = done.map(({ receipt }) => receipt?.transactionHash);
  expect(new Set(hashes).size).toBe(done.length);
  for (const hash of hashes) expect(await remote.has(hash!)).toBe(true);
}

/** What was signed, oldest first. */
const signed = () => readFileSync(signatures, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as { kind: string; fence: string; purpose?: string }).filter(({ kind }) => kind === 'signature');

beforeAll(async () => {
  stage = await Stage.open({ postgresUrl: inject('postgresUrl'), redisUrl: inject('redisUrl') });
  database = await Database.open(stage.env['DATABASE_URL'] ?? '', { maxConnections: 2 });
  leases = new LeaseStore(database);
  await startSigner();
  await startWorker();
  await startWorker();
});
afterAll(async () => {
  for (const child of [...workers.values(), signer]) {
    child?.process.kill('SIGKILL');
    await child?.ended;
  }
  await database?.close();
  await stage?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a leader that is killed (-9)', () => {
  it.each(['NONCED', 'asking', 'SIGNED', 'sent', 'BROADCAST', 'MINED', 'CONFIRMED'])('at %s is followed by the standby, which ends what it had begun: one execution for each intent', async (state) => {
    const owner = await newOwner();
    const first = await leader();
    const before = (await lease())?.fence ?? 0n;
    const faulty = await fault(state, 'SIGKILL');
    await stage.setPrice(CRASH);
    expect(await faulty()).toBe(first);
    await workers.get(first)?.ended;
    workers.delete(first);
    const replacement = startWorker();
    await savedOnce(owner);
    expect(await leader()).not.toBe(first);
    expect((await lease())?.fence).toBeGreaterThan(before);
    await replacement;
  }, 240_000);
});

describe('a leader that freezes for longer than its lease', () => {
  it.each(['NONCED', 'asking'])('at %s comes back to sign nothing, and stands by', async (state) => {
    const owner = await newOwner();
    const first = await leader();
    const old = (await lease())?.fence ?? 0n;
    const faulty = await fault(state, 'SIGSTOP');
    await stage.setPrice(CRASH);
    expect(await faulty()).toBe(first);
    await savedOnce(owner);
    const second = await leader();
    expect(second).not.toBe(first);
    const count = signed().length;

    process.kill(first, 'SIGCONT');
    const said = () => workers.get(first)?.said() ?? '';
    await stage.until('it knows that it leads no more', async () => /leads no more(?!.*leads under)/s.test(said()) || undefined);
    await stage.blocks(4);
    // At the signer: the request that it had been about to send.
    if (state === 'asking') expect(signer.said()).toContain(`got ${old}, expected`);
    expect(signed().slice(count).filter(({ fence }) => BigInt(fence) <= old)).toEqual([]);
    await expect(remote.announce(old)).rejects.toMatchObject({ code: 'fenced-off' });
    await savedOnce(owner);

    // It is as good as any other: it takes over from the one that took over from it.
    workers.get(second)?.process.kill('SIGKILL');
    await workers.get(second)?.ended;
    workers.delete(second);
    expect(await leader()).toBe(first);
    const next = await newOwner();
    await stage.setPrice(CRASH);
    await savedOnce(next);
    await startWorker();
  }, 300_000);
});

it('no order is left over', () => expect(existsSync(order)).toBe(false));
