import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { applyScenario, feedBack, freshAccounts, staleFeed, type DevAccount } from '@ballast/devchain';
import { MANDATE_ACTIONS, type MandateTerms } from '@ballast/policy';
import { SwitchStore, type StopRecord } from '@ballast/storage';
import { bps, rawAmount } from '@ballast/units';
import { Stage, type Owner, type RunningWorker } from './stage.js';

const ETH = 10n ** 18n;
const OPERATOR = 'operator@example.org';
const START = 3_000;
const EIP_1967 = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc';
const [selling, paying] = freshAccounts(48_001, 2) as [DevAccount, DevAccount];
const terms: Partial<MandateTerms> = { actions: MANDATE_ACTIONS.REPAY | MANDATE_ACTIONS.FILL, maxCostBps: bps(200n), fillPerDay: rawAmount(30_000_000_000n) };

let stage: Stage;
let worker: RunningWorker;
let switches: SwitchStore;
let seller: Owner;
let payer: Owner;
beforeAll(async () => {
  // Nobody trades: the market stays at 3,000 dollars whatever the protocol's feed says.
  stage = await Stage.open({ postgresUrl: inject('postgresUrl'), redisUrl: inject('redisUrl') });
  switches = new SwitchStore(stage.database);
  worker = await stage.startWorker({ OPERATOR_EMAILS: OPERATOR });
  seller = await stage.newOwner(selling, { walletUsdc: 0n, release: 10n * ETH, terms });
  payer = await stage.newOwner(paying);
  for (const owner of [seller, payer]) {
    await stage.active(owner);
    await stage.decided(owner, 'hold', 'above-trigger');
  }
});
afterAll(async () => {
  await worker?.stop();
  await stage?.close();
});

const inForce = async (setBy: string): Promise<StopRecord | undefined> => (await switches.inForce()).find((stop) => stop.setBy === setBy);
const trips = (setBy: string): Promise<StopRecord> => stage.until(`${setBy} trips`, () => inForce(setBy));
const isReleased = (setBy: string): Promise<boolean> => stage.until(`${setBy} is over`, async () => (await inForce(setBy)) === undefined);
const mailed = (subject: string): Promise<boolean> => stage.until(`operators are mailed: ${subject}`, async () => stage.inbox.messages().some((mail) => mail.to.includes(OPERATOR) && mail.subject.includes(subject)));

describe('lesson 17: a price of 1 dollar for a token of 3,000', () => {
  it('is sold at by nobody and calls people; when the price is right again the rule runs again by itself', async () => {
    await stage.setPrice(1);
    const stop = await trips('absurd-print');
    expect(stop).toMatchObject({ stops: 'fill', scope: { kind: 'asset', protocol: 'aave-v3', asset: seller.mandate.terms.collateral }, reason: expect.stringContaining('jumped to $1 from $3,000') });
    await stage.decided(seller, 'cannot', 'fill-stopped');
    await mailed('absurd-print stopped sales of collateral');
    expect(await stage.told(seller.address)).toContain('not-protected');
    await stage.blocks(3);
    expect(await stage.events('Executed', seller.address)).toBe(0);
    await stage.setPrice(START);
    await isReleased('absurd-print');
    await stage.decided(seller, 'hold', 'above-trigger');
  });
});

describe('a feed that falls silent', () => {
  it('stops sales of its token and leaves the wallet alone, until it speaks again', async () => {
    await applyScenario(stage.chain, staleFeed);
    expect(await trips('feed-age')).toMatchObject({ stops: 'fill', reason: expect.stringContaining('price of WETH') });
    await stage.decided(seller, 'cannot', 'fill-stopped');
    await applyScenario(stage.chain, feedBack);
    await stage.setPrice(START);
    await isReleased('feed-age');
    await stage.decided(seller, 'hold', 'above-trigger');
    await stage.decided(payer, 'hold', 'above-trigger');
  });
});

describe('a protocol whose code was exchanged', () => {
  it('is left alone, its owners are told, and an operator accepts the new code', async () => {
    const { provider, book } = stage.chain;
    const alarms = async (): Promise<number> => (await stage.told(payer.address)).filter((kind) => kind === 'not-protected').length;
    const before = await alarms();
    const { pool } = book.aaveV3;
    const old = (await provider.send('eth_getStorageAt', [pool, EIP_1967, 'latest'])) as string;
    const copy = `0x${'c0de'.repeat(10)}`;
    await provider.send('anvil_setCode', [copy, await provider.send('eth_getCode', [`0x${old.slice(-40)}`, 'latest'])]);
    await provider.send('anvil_setStorageAt', [pool, EIP_1967, `0x${copy.slice(2).padStart(64, '0')}`]);
    await stage.blocks(1);
    const stop = await trips('implementation-changed');
    expect(stop).toMatchObject({ scope: { kind: 'protocol', protocol: 'aave-v3' }, stops: 'all', reason: expect.stringContaining(copy) });
    for (const owner of [seller, payer]) await stage.decided(owner, 'cannot', 'stopped-by-breaker');
    await stage.setPrice(2_500);
    await stage.blocks(4);
    expect(await stage.events('Executed', payer.address)).toBe(0);
    await stage.setPrice(START);
    await mailed('implementation-changed stopped everything at Aave');
    await stage.until('both owners are told', async () => (await Promise.all([seller, payer].map((owner) => stage.told(owner.address)))).every((told) => told.includes('stop.set')));
    expect(await switches.releaseForOperator(stop.scope, 'implementation-changed')).toBe(true);
    for (const owner of [seller, payer]) await stage.decided(owner, 'hold', 'above-trigger');
    await stage.until('both owners hear that it is over', async () => (await Promise.all([seller, payer].map((owner) => stage.told(owner.address)))).every((told) => told.includes('stop.released')));
    expect(await inForce('implementation-changed')).toBeUndefined();
    // Told by the stop alone, not by each decision as well.
    expect(await alarms()).toBe(before);
  });
});

describe('when nobody looks after the facts any more', () => {
  it('sales are stopped in what is decided, also by a worker that only decides', async () => {
    await worker.stop();
    worker = await stage.startWorker({ OPERATOR_EMAILS: OPERATOR, WORKER_ROLES: 'watch,decide,notify' });
    await stage.decided(seller, 'cannot', 'fill-stopped');
    await stage.decided(payer, 'hold', 'above-trigger');
    await worker.stop();
    worker = await stage.startWorker({ OPERATOR_EMAILS: OPERATOR });
    await stage.decided(seller, 'hold', 'above-trigger');
  });
});

describe('an RPC that is out of reach', () => {
  it('stops sales as long as the facts cannot be read', async () => {
    stage.nodeWire.cut();
    expect(await trips('facts-unread')).toMatchObject({ stops: 'fill', scope: { kind: 'chain' } });
    expect(await trips('head-stalled')).toMatchObject({ stops: 'fill' });
    stage.nodeWire.mend();
    await isReleased('head-stalled');
    await isReleased('facts-unread');
    await stage.decided(seller, 'hold', 'above-trigger');
  });
});
