import { Wallet } from 'ethers';
import pg from 'pg';
import { z } from 'zod';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { MandateStore, SwitchStore } from '@ballast/storage';
import { MANDATE_ACTIONS } from '@ballast/policy';
import { positionId } from '@ballast/positions';
import { aMandate } from '../../../test/factories/mandate.js';
import * as contract from '../src/contract/schemas.js';
import { Visitor, ownerOf, startStack, type Stack } from './stack.js';

let stack: Stack;
let switches: SwitchStore;
let visitor: Visitor;
const stops = z.array(contract.stop);
const CHAIN = 31337;

beforeAll(async () => {
  stack = await startStack({ postgresUrl: inject('postgresUrl'), redisUrl: inject('redisUrl') });
  switches = new SwitchStore(stack.database);
  const owner = ownerOf(stack);
  await stack.look(owner);
  const mandate = aMandate({ terms: { owner, actions: MANDATE_ACTIONS.REPAY | MANDATE_ACTIONS.FILL } });
  const mandates = new MandateStore(stack.database);
  await mandates.add({ ...mandate, positionId: positionId(mandate.chainId, 'aave-v3', owner) });
  await mandates.activate(mandate.hash, []);
});
afterAll(() => stack.stop());
beforeEach(() => {
  visitor = new Visitor(stack.baseUrl);
});

/** Whether the stored mandate names sales. */
async function sales(signed: boolean): Promise<void> {
  const sql = new pg.Client({ connectionString: stack.env['DATABASE_URL'] });
  await sql.connect();
  await sql.query('UPDATE "Mandate" SET "actions" = $1', [signed ? MANDATE_ACTIONS.REPAY | MANDATE_ACTIONS.FILL : MANDATE_ACTIONS.REPAY]);
  await sql.end();
}

const ofAccount = async (address: string) => stops.parse((await visitor.call('GET', `/v1/accounts/${address}/stops`)).body);

describe('an owner\'s switch', () => {
  it('is turned by the signed-in owner and by nobody else', async () => {
    const owner = ownerOf(stack);
    const path = `/v1/accounts/${owner}/stop`;
    expect((await visitor.call('POST', path)).body).toMatchObject({ status: 401, code: 'not-signed-in' });
    await visitor.signIn(Wallet.createRandom());
    for (const method of ['POST', 'DELETE']) expect((await visitor.call(method, path)).body).toMatchObject({ status: 403, code: 'foreign-account' });
    expect(await switches.inForce()).toEqual([]);

    await visitor.signIn(stack.owner);
    expect((await visitor.call('POST', path, undefined, { origin: 'https://elsewhere.example' })).body).toMatchObject({ status: 403, code: 'cross-site-request' });
    const stopped = await visitor.call('POST', path);
    expect(stopped.status).toBe(200);
    expect(stops.parse(stopped.body)).toMatchObject([{ scope: 'owner', stops: 'all', by: 'owner', breaker: null }]);
    expect(await switches.inForce()).toMatchObject([{ scope: { kind: 'owner', chainId: CHAIN, owner }, setBy: 'owner', stops: 'all' }]);
    expect((await visitor.call('GET', '/v1/stops')).body).toEqual([]);
  });

  it('takes away the owner\'s own stop alone', async () => {
    const owner = ownerOf(stack);
    await switches.stop({ scope: { kind: 'owner', chainId: CHAIN as never, owner }, stops: 'all', setBy: 'operator', reason: 'they asked us to' });
    await visitor.signIn(stack.owner);
    const released = stops.parse((await visitor.call('DELETE', `/v1/accounts/${owner}/stop`)).body);
    expect(released).toMatchObject([{ by: 'operator', sentence: 'Ballast does nothing: they asked us to.' }]);
    await switches.release({ kind: 'owner', chainId: CHAIN as never, owner }, 'operator');
  });
});

describe('shadow mode', () => {
  it('is entered and left by the signed-in owner and by nobody else, and shown as what it is', async () => {
    const owner = ownerOf(stack);
    const path = `/v1/accounts/${owner}/shadow`;
    for (const method of ['GET', 'PUT', 'DELETE']) expect((await visitor.call(method, path)).body).toMatchObject({ status: 401, code: 'not-signed-in' });
    await visitor.signIn(Wallet.createRandom());
    for (const method of ['GET', 'PUT', 'DELETE']) expect((await visitor.call(method, path)).body).toMatchObject({ status: 403, code: 'foreign-account' });
    await visitor.signIn(stack.owner);
    expect((await visitor.call('PUT', path, undefined, { origin: 'https://elsewhere.example' })).body).toMatchObject({ status: 403, code: 'cross-site-request' });
    expect(await switches.inForce()).toEqual([]);

    const entered = contract.shadow.parse((await visitor.call('PUT', path)).body);
    expect(entered).toMatchObject({ inShadow: true, open: 0, costUsd: '0.00', lossAvertedUsd: '0.00', gasP95Bps: null, gate: { days: { passed: 0, needed: 30, isMet: false }, mismatches: { found: 0, isMet: false }, gasP95: { most: 20, isMet: false } } });
    expect(await switches.inForce()).toMatchObject([{ scope: { kind: 'owner', chainId: CHAIN, owner }, setBy: 'shadow', stops: 'all' }]);
    expect(await ofAccount(owner)).toMatchObject([{ by: 'shadow', breaker: null, sentence: 'You have Ballast in shadow mode: it only notes what it would have done.' }]);
    expect(contract.shadow.parse((await visitor.call('PUT', path)).body).since).toBe(entered.since);

    // The owner's own switch is another stop: neither takes away the other.
    await visitor.call('POST', `/v1/accounts/${owner}/stop`);
    await visitor.call('DELETE', `/v1/accounts/${owner}/stop`);
    expect(contract.shadow.parse((await visitor.call('GET', path)).body)).toMatchObject({ inShadow: true, since: entered.since });
    expect(contract.shadow.parse((await visitor.call('DELETE', path)).body)).toMatchObject({ inShadow: false, since: null });
    expect(await switches.inForce()).toEqual([]);
  });
});

describe('what is stopped', () => {
  it('is shown to everybody, and beside an account where it covers a loan of it', async () => {
    const { terms } = aMandate();
    await switches.stop({ scope: { kind: 'asset', chainId: CHAIN as never, protocol: 'aave-v3', asset: terms.collateral }, stops: 'fill', setBy: 'price-gap', reason: 'prices apart' });
    await switches.stop({ scope: { kind: 'protocol', chainId: CHAIN as never, protocol: 'venus' }, stops: 'all', setBy: 'defect', reason: 'a defect' });
    await switches.stop({ scope: { kind: 'chain', chainId: 1 as never }, stops: 'all', setBy: 'operator', reason: 'of another chain' });
    const all = stops.parse((await visitor.call('GET', '/v1/stops')).body);
    expect(all.map(({ scope, breaker, protocol }) => [scope, breaker, protocol])).toEqual([['asset', 'price-gap', 'aave-v3'], ['protocol', 'defect', 'venus']]);
    expect(await ofAccount(ownerOf(stack))).toMatchObject([{ scope: 'asset', stops: 'fill', sentence: expect.stringMatching(/^No collateral is sold on Aave v3, for .+: prices apart\. Paying from the wallet goes on\.$/) }]);
    // Who signed no sale is not bothered with a stop of sales.
    await sales(false);
    expect(await ofAccount(ownerOf(stack))).toEqual([]);
    await sales(true);
    expect(await ofAccount(`0x${'7'.repeat(40)}`)).toEqual([]);
    expect((await visitor.call('GET', '/v1/accounts/nobody/stops')).body).toMatchObject({ status: 400 });
  });
});
