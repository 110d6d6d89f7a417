import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Wallet } from 'ethers';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { Links } from '@ballast/notifications';
import { acknowledgeToken } from '@ballast/storage';
import { provenWithout } from '../../../test/factories/active-webhook.js';
import * as contract from '../src/contract/schemas.js';
import { listen } from './event-stream.js';
import { Visitor, ownerOf, startStack, type Answer, type Stack } from './stack.js';

let stack: Stack;
let visitor: Visitor;
let sql: pg.Client;
const stranger = (): Wallet => new Wallet(`0x${randomBytes(32).toString('hex')}`);

beforeAll(async () => {
  stack = await startStack({ postgresUrl: inject('postgresUrl'), redisUrl: inject('redisUrl') });
  sql = new pg.Client({ connectionString: stack.env['DATABASE_URL'] });
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await stack.stop();
});
beforeEach(() => {
  visitor = new Visitor(stack.baseUrl);
});

/** Rows of every table that a person's request may write. */
async function rows(): Promise<Record<string, string>> {
  const tables = ['WatchedAccount', 'Mandate', 'Permit', 'Subscription', 'OutboxEvent', 'Delivery', 'Session'];
  const counts = tables.map((table) => `(select count(*) from "${table}") as "${table}"`);
  return (await sql.query<Record<string, string>>(`select ${counts.join(', ')}`)).rows[0] ?? {};
}

/** The request is refused with this problem, and nothing is stored. */
async function refused(request: () => Promise<Answer>, status: number, code: string): Promise<Answer> {
  const before = await rows();
  const answer = await request();
  expect(answer.body).toMatchObject({ status, code });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  contract.problem.parse(answer.body);
  expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts:|\.js:|at Object/);
  expect(await rows()).toEqual(before);
  return answer;
}

describe('service', () => {
  it('says what it is for, how fresh it is and that it is well', async () => {
    const config = contract.config.parse((await visitor.call('GET', '/v1/config')).body);
    expect(config).toMatchObject({ demo: false, chains: [{ chainId: 31337, rpcUrl: null }] });
    expect(config.chains[0]?.tokens.map(({ symbol }) => symbol)).toContain('WETH');
    contract.status.parse((await visitor.call('GET', '/v1/status')).body);
    expect((await visitor.call('GET', '/v1/health')).body).toEqual({ status: 'ok', database: 'ok', redis: 'ok' });
    expect((await visitor.call('GET', '/v1/openapi.json')).body).toMatchObject({ openapi: '3.1.0' });
  });

  it('sends headers that keep other code out, and does not say what it is built with', async () => {
    const { headers } = await visitor.call('GET', '/v1/status');
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('serves the revoke page under the policy that the page carries', async () => {
    const response = await fetch(`${stack.baseUrl}/revoke.html`);
    expect(response.headers.get('content-security-policy')).toBe("default-src 'none'; script-src 'sha256-x'; frame-ancestors 'none'");
    expect(await response.text()).toContain('<title>Ballast: revoke</title>');
  });

  it('says since when it is blind also when no worker is left to say so', async () => {
    const sightOf = async () => contract.status.parse((await visitor.call('GET', '/v1/status')).body).chains[0];
    const seen = (ago: string) => sql.query(
      `insert into "Chain" ("id", "name", "headNumber", "headHash", "headTimestamp", "seenAt") values (31337, 'Local chain', 1, '0x${'1'.repeat(64)}', 1600000000, now() - $1::interval)
       on conflict ("id") do update set "seenAt" = excluded."seenAt"`, [ago]);
    await seen('1 second');
    expect(await sightOf()).toMatchObject({ blindSince: null, blindReason: null });
    await seen('2 minutes');
    const silent = await sightOf();
    expect(silent).toMatchObject({ blindReason: expect.stringContaining('the watcher is not running') });
    expect(silent?.blindSince).toBe(silent?.seenAt);
    await sql.query('delete from "Chain"');
  });

  it('serves the dashboard at every page address, and problems under /v1', async () => {
    expect((await visitor.call('GET', '/a/0x123/p/x')).body).toMatchObject({ text: expect.stringContaining('<title>Ballast</title>') });
    await refused(() => visitor.call('GET', '/v1/nothing'), 404, 'not-found');
    await refused(() => visitor.call('GET', '/assets/missing.js'), 404, 'not-found');
    await refused(() => visitor.call('POST', '/a/0x123'), 404, 'not-found');
    await refused(() => visitor.call('GET', '/v1/positions/%E0%A4%A'), 400, 'body-malformed');
    await refused(() => visitor.call('GET', '/..%2f..%2fetc/passwd.txt'), 404, 'not-found');
  });

  it('refuses what is not JSON, and what is too large', async () => {
    await refused(() => visitor.call('POST', '/v1/subscriptions', '{"channel":'), 400, 'body-malformed');
    await refused(() => visitor.call('POST', '/v1/subscriptions', { channel: 'email', account: 'x'.repeat(100_000) }), 413, 'body-too-large');
    await refused(() => visitor.call('POST', '/v1/subscriptions'), 400, 'request-invalid');
  });

  it('has no demo where there is none', async () => {
    await refused(() => visitor.call('GET', '/v1/demo/state'), 404, 'demo-unavailable');
  });
});

describe('accounts and positions', () => {
  it('watches an address, and shows its loan once it was read', async () => {
    const who = ownerOf(stack);
    await refused(() => visitor.call('GET', `/v1/accounts/${who}/positions`), 404, 'not-found');
    expect(contract.accountPositions.parse((await visitor.call('PUT', `/v1/accounts/${who}`)).body)).toMatchObject({ state: 'reading', positions: [] });
    await stack.look(who);
    const read = contract.accountPositions.parse((await visitor.call('GET', `/v1/accounts/${stack.owner.address}/positions`)).body);
    expect(read).toMatchObject({ account: stack.owner.address, state: 'read' });
    const [position] = read.positions;
    expect(position).toMatchObject({ pair: 'WETH → USDC', health: expect.stringMatching(/^1\.2\d\d\d$/), protection: { state: 'none' }, sentence: expect.stringMatching(/^ETH must fall 19\.\d%, to \$2,4\d\d, before Aave may liquidate you\.$/) });
    expect(contract.position.parse((await visitor.call('GET', `/v1/positions/${position?.id}`)).body)).toEqual(position);
    const history = contract.positionHistory.parse((await visitor.call('GET', `/v1/positions/${position?.id}/history?points=10`)).body);
    expect(history.samples).toHaveLength(1);
    expect((await visitor.call('GET', `/v1/positions/${position?.id}/decisions`)).body).toEqual([]);
    contract.activity.parse((await visitor.call('GET', `/v1/accounts/${who}/activity`)).body);
    expect((await visitor.call('GET', `/v1/accounts/${who}/mandates`)).body).toEqual([]);
    const together = contract.portfolio.parse((await visitor.call('GET', `/v1/accounts/${who}/portfolio`)).body);
    expect(together).toMatchObject({ weakest: { positionId: position?.id, health: position?.health }, debtUsd: position?.debtUsd });
    await refused(() => visitor.call('GET', `/v1/positions/31337-morpho-blue-${who}-0x${'0'.repeat(64)}`), 404, 'not-found');
  });

  it.each([
    ['PUT', '/v1/accounts/0x123', 'address'], ['PUT', '/v1/accounts/mara.eth', 'address'], ['GET', `/v1/accounts/0x${'g'.repeat(40)}/positions`, 'address'],
    ['GET', '/v1/positions/1-aave-v3-0xAB', 'id'], ['GET', `/v1/positions/31337-aave-v3-0x${'0'.repeat(40)}/history?points=abc`, 'points'],
    ['GET', `/v1/accounts/0x${'0'.repeat(40)}/activity?limit=0`, 'limit'], ['GET', '/v1/mandates/0x12', 'hash'], ['GET', '/v1/events?account=nobody', 'account'],
    ['GET', "/v1/decisions/'%20or%201=1", 'id'],
  ])('%s %s is refused and names the field', async (method, path, field) => {
    const { body } = await refused(() => visitor.call(method, path), 400, 'request-invalid');
    expect((body['errors'] as { field: string }[])[0]?.field).toBe(field);
  });

  it('says what is not there', async () => {
    await refused(() => visitor.call('GET', `/v1/positions/31337-aave-v3-0x${'0'.repeat(40)}`), 404, 'not-found');
    await refused(() => visitor.call('GET', `/v1/mandates/0x${'0'.repeat(64)}`), 404, 'not-found');
    await refused(() => visitor.call('GET', '/v1/decisions/nobody'), 404, 'not-found');
    await refused(() => visitor.call('GET', `/v1/accounts/0x${'0'.repeat(40)}/activity?cursor=bm9uc2Vuc2U`), 400, 'invalid-input');
  });
});

describe('sign-in', () => {
  it('opens a session in a cookie that scripts and other sites do not get, and ends it', async () => {
    const answer = await visitor.signIn(stack.owner);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('set-cookie')).toMatch(/^ballast_session=[\w-]{43}; .*HttpOnly; SameSite=Strict/);
    expect((await visitor.call('GET', '/v1/auth/session')).body).toMatchObject({ address: stack.owner.address, chainId: 31337 });
    const old = visitor.cookie;
    expect((await visitor.call('POST', '/v1/auth/sign-out')).status).toBe(204);
    visitor.cookie = old;
    expect((await visitor.call('GET', '/v1/auth/session')).body).toEqual({ address: null, chainId: null, expiresAt: null });
    await refused(() => visitor.call('POST', '/v1/auth/sign-out'), 401, 'not-signed-in');
  });

  it('takes a nonce once', async () => {
    const message = await visitor.message(stack.owner);
    const body = { message, signature: await stack.owner.signMessage(message) };
    expect((await visitor.call('POST', '/v1/auth/sign-in', body)).status).toBe(200);
    await refused(() => new Visitor(stack.baseUrl).call('POST', '/v1/auth/sign-in', body), 401, 'nonce-refused');
  });

  it('refuses a nonce that has expired, and one that is not ours', async () => {
    const message = await visitor.message(stack.owner);
    const nonce = /Nonce: (\w+)/.exec(message)?.[1];
    await sql.query('update "SignInNonce" set "expiresAt" = now() - interval \'1 second\' where "nonce" = $1', [nonce]);
    const sign = async (text: string) => ({ message: text, signature: await stack.owner.signMessage(text) });
    const expired = await sign(message);
    await refused(() => visitor.call('POST', '/v1/auth/sign-in', expired), 401, 'nonce-refused');
    const invented = await sign(await visitor.message(stack.owner, { nonce: 'deadbeefdeadbeef' }));
    await refused(() => visitor.call('POST', '/v1/auth/sign-in', invented), 401, 'nonce-refused');
  });

  it('refuses a wrong signature, and the nonce stays good', async () => {
    const message = await visitor.message(stack.owner);
    const wrong = { message, signature: await stranger().signMessage(message) };
    await refused(() => visitor.call('POST', '/v1/auth/sign-in', wrong), 401, 'siwe-signature');
    await refused(() => visitor.call('POST', '/v1/auth/sign-in', { message, signature: '0x12' }), 400, 'request-invalid');
    expect((await visitor.call('POST', '/v1/auth/sign-in', { message, signature: await stack.owner.signMessage(message) })).status).toBe(200);
  });

  it('refuses a message for another site', async () => {
    const message = await visitor.message(stack.owner, { domain: 'evil.example' });
    const body = { message, signature: await stack.owner.signMessage(message) };
    await refused(() => visitor.call('POST', '/v1/auth/sign-in', body), 401, 'siwe-domain');
  });

  it('refuses a change that another site asks for, and one with a cookie that does not say where it comes from', async () => {
    await visitor.signIn(stack.owner);
    await refused(() => visitor.call('POST', '/v1/auth/sign-out', undefined, { origin: 'http://evil.example' }), 403, 'cross-site-request');
    await refused(() => visitor.call('POST', '/v1/auth/nonce', undefined, { 'sec-fetch-site': 'cross-site' }), 403, 'cross-site-request');
    const response = await fetch(new URL('/v1/auth/sign-out', stack.baseUrl), { method: 'POST', headers: { cookie: visitor.cookie ?? '' } });
    expect(response.status).toBe(403);
    expect((await visitor.call('GET', '/v1/auth/session')).body['address']).toBe(stack.owner.address);
  });
});

describe('mandates', () => {
  const position = (): string => `31337-aave-v3-${ownerOf(stack)}`;
  interface TypedData { domain: Record<string, unknown>; types: Record<string, { name: string; type: string }[]>; message: Record<string, unknown> }
  interface Draft { hash: string; approvals: { suggested: string; permit: { typedData: TypedData; deadline: number } | null }[]; typedData: TypedData }

  async function draft(body: Record<string, unknown> = {}): Promise<Draft> {
    return contract.mandateDraft.parse((await visitor.call('POST', '/v1/mandates/draft', { positionId: position(), ...body })).body) as unknown as Draft;
  }
  async function signed(made: Draft, wallet: Wallet = stack.owner): Promise<Record<string, unknown>> {
    const { EIP712Domain: _implied, ...types } = made.typedData.types;
    return { chainId: 31337, terms: made.typedData.message, signature: await wallet.signTypedData(made.typedData.domain, types, made.typedData.message) };
  }

  it('are drafted for the owner alone', async () => {
    await refused(() => visitor.call('POST', '/v1/mandates/draft', { positionId: position() }), 401, 'not-signed-in');
    await visitor.signIn(stranger());
    await refused(() => visitor.call('POST', '/v1/mandates/draft', { positionId: position() }), 403, 'foreign-account');
    await refused(() => visitor.call('POST', '/v1/mandates/draft', { positionId: position().replace(/.$/, (digit) => (digit === '0' ? '1' : '0')) }), 404, 'not-found');
  });

  it('are refused in words when they cannot work', async () => {
    await visitor.signIn(stack.owner);
    const { body } = await refused(() => visitor.call('POST', '/v1/mandates/draft', { positionId: position(), triggerHealth: '1.9' }), 422, 'mandate-impossible');
    expect(body['detail']).toContain('would act at once');
    await refused(() => visitor.call('POST', '/v1/mandates/draft', { positionId: position(), days: 1.5 }), 400, 'request-invalid');
  });

  it('are refused from anybody but their owner, with a bad signature, other keepers, another prev or an end in the past', async () => {
    await visitor.signIn(stack.owner);
    const made = await draft();
    const good = await signed(made);
    const foreign = new Visitor(stack.baseUrl);
    await foreign.signIn(stranger());
    await refused(() => foreign.call('POST', '/v1/mandates', good), 403, 'foreign-mandate');
    const byOther = await signed(made, stranger());
    await refused(() => visitor.call('POST', '/v1/mandates', byOther), 422, 'mandate-signature');
    const changed = async (change: Record<string, unknown>) => signed({ ...made, typedData: { ...made.typedData, message: { ...made.typedData.message, ...change } } });
    const keepers = await changed({ keepers: stranger().address });
    await refused(() => visitor.call('POST', '/v1/mandates', keepers), 422, 'mandate-keepers');
    const outdated = await changed({ prev: `0x${'1'.repeat(64)}` });
    await refused(() => visitor.call('POST', '/v1/mandates', outdated), 409, 'mandate-outdated');
    const ended = await changed({ expiry: 1_600_000_000 });
    await refused(() => visitor.call('POST', '/v1/mandates', ended), 422, 'mandate-expiry');
    await refused(() => visitor.call('POST', '/v1/mandates', { ...good, terms: { ...(good['terms'] as object), triggerHf: '-1' } }), 400, 'request-invalid');
    await refused(() => new Visitor(stack.baseUrl).call('POST', '/v1/mandates', good), 401, 'not-signed-in');
  });

  it('are stored as signed once everything holds, and the guard itself accepts the draft', async () => {
    await visitor.signIn(stack.owner);
    const made = await draft();
    expect(made.approvals.map(({ suggested }) => suggested)).toEqual(['15000', '8.3325']);
    const permit = made.approvals[0]?.permit;
    if (permit == null) throw new Error('USDC takes permits');
    const { domain, types: permitTypes, message } = permit.typedData;
    const permitSignature = await stack.owner.signTypedData(domain, { Permit: permitTypes['Permit'] ?? [] }, message);
    const permits = [{ token: domain['verifyingContract'], value: message['value'], deadline: permit.deadline, signature: permitSignature }];
    const body: Record<string, unknown> = { ...(await signed(made)), permits };
    await refused(() => visitor.call('POST', '/v1/mandates', { ...body, permits: [{ ...permits[0], deadline: permit.deadline + 1 }] }), 422, 'mandate-permit');
    await refused(() => visitor.call('POST', '/v1/mandates', { ...body, permits: [{ ...permits[0], token: stack.chain.book.tokens.find(({ symbol }) => symbol === 'WETH')?.address }] }), 422, 'mandate-permit');
    const answer = await visitor.call('POST', '/v1/mandates', body);
    expect(answer.status).toBe(201);
    const mandate = contract.mandate.parse(answer.body);
    expect(mandate).toMatchObject({ hash: made.hash, status: 'signed', positionId: position() });
    expect((await visitor.call('POST', '/v1/mandates', body)).body).toMatchObject({ hash: made.hash });
    const kept = await sql.query('select "token", "spender", "value"::text, "nonce"::text, "state" from "Permit" where "mandateHash" = $1', [made.hash]);
    expect(kept.rows).toEqual([{ token: String(domain['verifyingContract']).toLowerCase(), spender: stack.chain.book.ballast.aaveGuard.toLowerCase(), value: '15000000000', nonce: '0', state: 'open' }]);
    // The token itself takes what is stored.
    const usdc = new (await import('ethers')).Contract(String(domain['verifyingContract']), ['function permit(address,address,uint256,uint256,uint8,bytes32,bytes32)'], stack.chain.provider);
    const { v, r, s } = (await import('ethers')).Signature.from(permitSignature);
    await usdc.getFunction('permit').staticCall(stack.owner.address, stack.chain.book.ballast.aaveGuard, message['value'], permit.deadline, v, r, s);
    expect((await visitor.call('GET', `/v1/mandates/${made.hash}`)).body).toEqual(mandate);
    expect((await visitor.call('GET', `/v1/accounts/${ownerOf(stack)}/mandates`)).body).toHaveLength(1);
    expect((await visitor.call('GET', `/v1/positions/${position()}`)).body['protection']).toMatchObject({ state: 'pending', mandateHash: made.hash });
    contract.unsignedTransaction.parse((await visitor.call('GET', `/v1/mandates/${made.hash}/revocation`)).body);
    const { aaveGuardAbi } = await import('@ballast/contracts');
    const { Contract } = await import('ethers');
    const guard = new Contract(stack.chain.book.ballast.aaveGuard, aaveGuardAbi as never, stack.chain.provider);
    expect(await guard.getFunction('hashMandate')(body['terms'])).toBe(made.hash);
    await guard.getFunction('activate').staticCall(body['terms'], body['signature']);
  });

  it('in force protect no loan that nobody looks at, and end with the newest block of the chain', async () => {
    const protection = async () => contract.position.parse((await visitor.call('GET', `/v1/positions/${position()}`)).body).protection;
    await sql.query('update "Mandate" set "status" = \'active\', "activatedAt" = now()');
    await stack.look(ownerOf(stack));
    expect((await protection()).reason).not.toBe('not-seen');
    await sql.query(`update "Position" set "snapshot" = jsonb_set("snapshot", '{provenance,observedAt}', to_jsonb(("snapshot"#>>'{provenance,observedAt}')::bigint - 60000))`);
    expect(await protection()).toMatchObject({ state: 'not-protected', reason: 'not-seen', sentence: expect.stringMatching(/^We have not been able to check this loan since .* UTC;/) });
    await sql.query(`insert into "Chain" ("id", "name", "headNumber", "headHash", "headTimestamp", "seenAt") select 31337, 'Local chain', 1, '0x${'1'.repeat(64)}', max("expiry") + 1, now() from "Mandate"`);
    expect(await protection()).toMatchObject({ state: 'not-protected', reason: 'mandate-expired' });
    await sql.query('delete from "Chain"');
  });
});

describe('alarms', () => {
  const alarmOf = (digit: string): string => `alm_${digit.repeat(32)}`;
  const open = (id: string, account: string) => sql.query(
    'insert into "Alarm" ("id", "chainId", "account", "subject", "cause", "kind", "eventId", "data", "tellAt") values ($1, 31337, $2, $1, \'allowance-missing\', \'not-protected\', $1, \'{"sentence": "The permission is missing."}\', now() + interval \'15 minutes\')', [id, account.toLowerCase()],
  );

  it('are listed and acknowledged by their owner alone', async () => {
    const who = ownerOf(stack);
    const [mine, theirs] = [alarmOf('a'), alarmOf('b')];
    await open(mine, who);
    await open(theirs, `0x${'ef'.repeat(20)}`);
    await refused(() => visitor.call('GET', `/v1/accounts/${who}/alarms`), 401, 'not-signed-in');
    await refused(() => visitor.call('POST', `/v1/accounts/${who}/alarms/${mine}/acknowledge`), 401, 'not-signed-in');
    await visitor.signIn(stack.owner);
    const listed = contract.alarm.array().parse((await visitor.call('GET', `/v1/accounts/${who}/alarms`)).body);
    expect(listed).toMatchObject([{ id: mine, title: 'Not protected', detail: 'The permission is missing.', tellings: 1, acknowledgedAt: null }]);
    await refused(() => visitor.call('POST', `/v1/accounts/${who}/alarms/${theirs}/acknowledge`), 404, 'not-found');
    await refused(() => visitor.call('POST', `/v1/accounts/0x${'ef'.repeat(20)}/alarms/${theirs}/acknowledge`), 403, 'foreign-account');
    await refused(() => visitor.call('POST', `/v1/accounts/${who}/alarms/alm_1/acknowledge`), 400, 'request-invalid');
    const seen = contract.alarm.parse((await visitor.call('POST', `/v1/accounts/${who}/alarms/${mine}/acknowledge`)).body);
    expect(seen).toMatchObject({ acknowledgedBy: 'owner', againAt: null, acknowledgedAt: expect.any(String) });
    expect((await visitor.call('POST', `/v1/accounts/${who}/alarms/${mine}/acknowledge`)).body).toEqual(seen);
  });

  it('are acknowledged by the link of a mail without signing in, which a program that only opens links does not', async () => {
    const account = `0x${'ba'.repeat(20)}`;
    const { body: { id: subscriptionId } } = await visitor.call('POST', '/v1/subscriptions', { channel: 'webhook', account, url: 'https://93.184.216.34/alarms' });
    await provenWithout(stack.database, String(subscriptionId));
    const { rows: [stored] } = await sql.query<{ endToken: string }>('select "endToken" from "Subscription" where "id" = $1', [subscriptionId]);
    const alarmId = alarmOf('c');
    await open(alarmId, account);
    const token = acknowledgeToken({ alarmId, subscriptionId: String(subscriptionId) }, stored?.endToken ?? '');
    const { pathname, hash, search } = new URL(new Links(stack.baseUrl).acknowledge(token));
    expect([pathname, hash, search]).toEqual(['/acknowledge', `#token=${token}`, '']);
    expect((await visitor.call('GET', '/v1/alarms/acknowledge')).status).toBe(404);
    await refused(() => visitor.call('POST', '/v1/alarms/acknowledge', { token: `${token.slice(0, -4)}AAAA` }), 404, 'not-found');
    await refused(() => visitor.call('POST', '/v1/alarms/acknowledge', { token: 'x'.repeat(43) }), 404, 'not-found');
    const acknowledged = async () => (await sql.query<{ at: Date | null }>('select "acknowledgedAt" as "at" from "Alarm" where "id" = $1', [alarmId])).rows[0]?.at;
    expect(await acknowledged()).toBeNull();
    expect(contract.alarm.parse((await visitor.call('POST', '/v1/alarms/acknowledge', { token })).body)).toMatchObject({ id: alarmId, acknowledgedBy: 'link' });
    // Anybody may subscribe to any account: of one that its owner did not make, it counts for that subscription alone.
    expect(await acknowledged()).toBeNull();
    await sql.query('update "Subscription" set "byOwner" = true where "id" = $1', [subscriptionId]);
    expect(contract.alarm.parse((await visitor.call('POST', '/v1/alarms/acknowledge', { token })).body)).toMatchObject({ id: alarmId, acknowledgedBy: 'link' });
    expect(await acknowledged()).not.toBeNull();
  });
});

describe('subscriptions', () => {
  const account = `0x${'ab'.repeat(20)}`;

  it('by email send nothing but a confirmation until it is confirmed, and end with their token', async () => {
    const answer = await visitor.call('POST', '/v1/subscriptions', { channel: 'email', account, email: 'mara@example.com' });
    expect(answer.status).toBe(201);
    expect(contract.subscription.parse(answer.body)).toMatchObject({ status: 'pending', target: 'm•••@example.com', secret: null });
    const { rows: events } = await sql.query<{ kind: string; data: { token: string } }>('select e."kind", e."data" from "OutboxEvent" e join "Delivery" d on d."eventId" = e."id" where d."subscriptionId" = $1', [answer.body['id']]);
    expect(events.map(({ kind }) => kind)).toEqual(['subscription.confirm']);
    expect((await visitor.call('POST', '/v1/subscriptions/confirm', { token: events[0]?.data.token })).body).toMatchObject({ status: 'active' });
    const { rows: [stored] } = await sql.query<{ endToken: string }>('select "endToken" from "Subscription" where "id" = $1', [answer.body['id']]);
    expect((await visitor.call('POST', '/v1/subscriptions/end', { token: stored?.endToken })).body).toMatchObject({ status: 'ended' });
  });

  it("end by a mail program's one click, as the mails' headers name it (RFC 8058), and only by a post", async () => {
    const made = await visitor.call('POST', '/v1/subscriptions', { channel: 'email', account, email: 'one.click@example.com' });
    const { rows: [stored] } = await sql.query<{ endToken: string }>('select "endToken" from "Subscription" where "id" = $1', [made.body['id']]);
    const header = new Links(stack.baseUrl).oneClickUnsubscribe(stored?.endToken ?? '');
    const status = async (): Promise<unknown> => (await sql.query('select "status" from "Subscription" where "id" = $1', [made.body['id']])).rows[0]?.status;

    const opened = await fetch(header, { redirect: 'manual' });
    expect([opened.status, opened.headers.get('location')]).toEqual([303, `/unsubscribe#token=${stored?.endToken}`]);
    expect(await status()).toBe('pending');

    const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click' };
    for (const _twice of [1, 2]) {
      const clicked = await fetch(header, form);
      expect([clicked.status, await clicked.json()]).toEqual([200, expect.objectContaining({ status: 'ended' })]);
    }
    expect(await status()).toBe('ended');

    expect((await fetch(new URL(`/v1/subscriptions/end?token=${'x'.repeat(43)}`, stack.baseUrl), form)).status).toBe(404);
    expect((await fetch(new URL('/v1/subscriptions/end', stack.baseUrl), form)).status).toBe(400);
    await refused(() => visitor.call('GET', '/v1/subscriptions/end?token=short'), 400, 'request-invalid');
  });

  it('by webhook return their signing secret once, and wait for the challenge to be answered', async () => {
    const body = { channel: 'webhook', account, url: 'https://93.184.216.34/hook?key=1' };
    const first = await visitor.call('POST', '/v1/subscriptions', body);
    expect([first.status, first.body]).toEqual([201, expect.objectContaining({ status: 'pending', target: 'https://93.184.216.34/hook?…', secret: expect.stringMatching(/^whsec_/), waitsFor: { what: 'challenge', askedAt: expect.any(String), state: 'asked', lastError: null } })]);
    const again = await visitor.call('POST', '/v1/subscriptions', body);
    expect([again.status, again.body]).toEqual([200, expect.objectContaining({ id: first.body['id'], secret: null })]);
  });

  it('made while signed in are the owner’s, who alone renews their secret', async () => {
    const who = ownerOf(stack);
    const post = (path: string) => visitor.call('POST', `/v1/accounts/${who}/subscriptions/${path}`);
    const { body: theirs } = await visitor.call('POST', '/v1/subscriptions', { channel: 'webhook', account: who, url: 'https://93.184.216.34/theirs' });
    expect(theirs).toMatchObject({ byOwner: false });
    await refused(() => post(`${String(theirs['id'])}/secret`), 401, 'not-signed-in');
    await visitor.signIn(stack.owner);
    const { body: own } = await visitor.call('POST', '/v1/subscriptions', { channel: 'webhook', account: who, url: 'https://93.184.216.34/own' });
    const { body: elsewhere } = await visitor.call('POST', '/v1/subscriptions', { channel: 'webhook', account, url: 'https://93.184.216.34/own' });
    expect([own['byOwner'], elsewhere['byOwner']]).toEqual([true, false]);
    // Asking for another's webhook once more does not make it one's own.
    expect((await visitor.call('POST', '/v1/subscriptions', { channel: 'webhook', account: who, url: 'https://93.184.216.34/theirs' })).body).toMatchObject({ id: theirs['id'], byOwner: false });
    await refused(() => post(`${String(theirs['id'])}/secret`), 404, 'not-found');
    const renewed = await post(`${String(own['id'])}/secret`);
    expect([renewed.status, renewed.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(contract.renewedSecret.parse(renewed.body).secret).not.toBe(own['secret']);
    for (const _again of [2, 3]) expect((await post(`${String(own['id'])}/secret`)).status).toBe(200);
    await refused(() => post(`${String(own['id'])}/secret`), 409, 'too-many-secrets');
    await sql.query('delete from "Subscription" where "id" = any($1)', [[theirs['id'], own['id'], elsewhere['id']]]);
  });

  it.each(['http://127.0.0.1:9/x', 'http://localhost/x', 'http://[::1]/x', 'http://10.1.2.3/x', 'http://169.254.169.254/latest', 'http://[::ffff:10.0.0.1]/', 'http://2130706433/', 'https://no-such-name.invalid/'])('refuse the webhook %s', async (url) => {
    await refused(() => visitor.call('POST', '/v1/subscriptions', { channel: 'webhook', account, url }), 422, 'webhook-target-refused');
  });

  it('are at most twenty of a channel for one account', async () => {
    const crowded = `0x${'cd'.repeat(20)}`;
    const hook = (index: number) => ({ channel: 'webhook', account: crowded, url: `https://93.184.216.34/${index}` });
    for (let index = 0; index < 20; index += 1) expect((await visitor.call('POST', '/v1/subscriptions', hook(index))).status).toBe(201);
    const { body } = await refused(() => visitor.call('POST', '/v1/subscriptions', hook(20)), 409, 'too-many-subscriptions');
    expect(body['detail']).toContain('20 webhook subscriptions');
    expect((await visitor.call('POST', '/v1/subscriptions', hook(0))).status).toBe(200);
    expect((await visitor.call('POST', '/v1/subscriptions', { channel: 'email', account: crowded, email: 'crowded@example.com' })).status).toBe(201);
  });

  it('refuse what is malformed', async () => {
    await refused(() => visitor.call('POST', '/v1/subscriptions', { channel: 'pigeon', account }), 400, 'request-invalid');
    await refused(() => visitor.call('POST', '/v1/subscriptions', { channel: 'email', account, email: 'mara' }), 400, 'request-invalid');
    await refused(() => visitor.call('POST', '/v1/subscriptions', { channel: 'webhook', account, url: 'ftp://x.example' }), 400, 'request-invalid');
    await refused(() => visitor.call('POST', '/v1/subscriptions/confirm', { token: 'x'.repeat(43) }), 404, 'not-found');
    await refused(() => visitor.call('POST', '/v1/subscriptions/end', { token: 'short' }), 400, 'request-invalid');
  });

  it('are listed for their own account alone', async () => {
    const who = ownerOf(stack);
    await refused(() => visitor.call('GET', `/v1/accounts/${who}/subscriptions`), 401, 'not-signed-in');
    await visitor.signIn(stack.owner);
    expect((await visitor.call('GET', `/v1/accounts/${who}/subscriptions`)).body).toEqual([]);
    expect((await visitor.call('GET', `/v1/accounts/${who}/deliveries`)).body).toEqual([]);
    await refused(() => visitor.call('GET', `/v1/accounts/${account}/subscriptions`), 403, 'foreign-account');
    await refused(() => visitor.call('GET', `/v1/accounts/${account}/deliveries`), 403, 'foreign-account');
  });

  it('are tried out and have what was given up sent again, by their own account alone', async () => {
    const who = ownerOf(stack);
    const { body: { id } } = await visitor.call('POST', '/v1/subscriptions', { channel: 'webhook', account: who, url: 'https://93.184.216.34/replayed' });
    await provenWithout(stack.database, String(id));
    const of = (owner: string, path: string) => `/v1/accounts/${owner}/${path}`;
    await refused(() => visitor.call('POST', of(who, `subscriptions/${String(id)}/test`)), 401, 'not-signed-in');
    await visitor.signIn(stack.owner);
    const nobodys = '0'.repeat(36);
    for (const path of [`subscriptions/${String(id)}/test`, `subscriptions/${String(id)}/replay`, `deliveries/${nobodys}/replay`]) await refused(() => visitor.call('POST', of(account, path)), 403, 'foreign-account');
    for (const path of [`subscriptions/${nobodys}/test`, `subscriptions/${nobodys}/replay`, `deliveries/${nobodys}/replay`]) await refused(() => visitor.call('POST', of(who, path)), 404, 'not-found');
    await refused(() => visitor.call('POST', of(who, 'deliveries/x/replay')), 400, 'request-invalid');

    const tested = await visitor.call('POST', of(who, `subscriptions/${String(id)}/test`));
    expect([tested.status, contract.testSent.parse(tested.body).eventId]).toEqual([202, expect.stringMatching(/^evt_test_/)]);
    const listed = async (query = '') => (await visitor.call('GET', of(who, `deliveries${query}`))).body as unknown as { id: string; eventId: string }[];
    const [delivery] = (await listed()).map((one) => contract.delivery.parse(one));
    expect(delivery).toMatchObject({ eventId: tested.body['eventId'], subscriptionId: id, kind: 'test', status: 'pending', receipts: [] });
    expect((await visitor.call('POST', of(who, `deliveries/${delivery!.id}/replay`))).body).toEqual({ replayed: 0 });

    expect(await listed('?status=dead')).toEqual([]);
    await sql.query(`update "Delivery" set "status" = 'dead' where "id" = $1`, [delivery!.id]);
    expect(await listed('?status=dead')).toMatchObject([{ id: delivery!.id }]);
    expect((await visitor.call('POST', of(who, `subscriptions/${String(id)}/replay`))).body).toEqual({ replayed: 0 });
    expect((await visitor.call('POST', of(who, `deliveries/${delivery!.id}/replay`))).body).toEqual({ replayed: 1 });
    expect(await listed('?status=pending')).toMatchObject([{ id: delivery!.id, eventId: tested.body['eventId'] }]);
  });
});

describe('events', () => {
  it('tell a page what changed for its account, and end cleanly', async () => {
    const { contentType, text, until, end } = await listen(new URL(`/v1/events?account=${stack.owner.address}`, stack.baseUrl));
    expect(contentType).toContain('text/event-stream');
    await stack.look(ownerOf(stack));
    await until('"type":"position"');
    expect(text()).toContain(`"account":"${ownerOf(stack)}"`);
    end();
  });
});

describe('moves of collateral', () => {
  it('are prepared for the owner to sign, the health of both sides as the protocols give it, and work when they are sent', async () => {
    const { Contract, parseUnits } = await import('ethers');
    const { chain } = stack;
    const [market] = chain.deployment.morpho.markets;
    if (market === undefined) throw new Error('no market of Morpho');
    const wallet = stack.owner.connect(chain.provider);
    const morpho = new Contract(chain.deployment.morpho.address, [
      'function supplyCollateral((address,address,address,address,uint256),uint256,address,bytes)', 'function borrow((address,address,address,address,uint256),uint256,uint256,address,address)',
    ], wallet);
    const weth = new Contract(market.collateralToken, ['function deposit() payable', 'function approve(address,uint256)', 'function balanceOf(address) view returns (uint256)'], wallet);
    const params = [market.loanToken, market.collateralToken, market.oracle, market.irm, market.lltv];
    const one = parseUnits('1', 18);
    await (await weth.getFunction('deposit')({ value: one })).wait();
    await (await weth.getFunction('approve')(chain.deployment.morpho.address, one)).wait();
    await (await morpho.getFunction('supplyCollateral')(params, one, wallet.address, '0x')).wait();
    await (await morpho.getFunction('borrow')(params, parseUnits('2400', 6), 0, wallet.address, wallet.address)).wait();

    const body = { from: { protocol: 'aave-v3' }, to: { protocol: 'morpho-blue', marketId: market.id }, asset: market.collateralToken, amount: '0.25', keepHealth: '1.15' };
    await refused(() => visitor.call('POST', '/v1/moves/prepare', body), 401, 'not-signed-in');
    await visitor.signIn(stack.owner);
    const prepared = await visitor.call('POST', '/v1/moves/prepare', body);
    const move = contract.move.parse(prepared.body);
    expect(move.calls.map(({ what }) => what)).toEqual(['Take 0.25\u00a0WETH out of Aave v3', 'Approve exactly 0.25\u00a0WETH to Morpho', 'Add 0.25\u00a0WETH as collateral at Morpho']);
    const { donor, recipient } = move;
    // 9.75 of 10 WETH stay; 1 WETH becomes 1.25: the same share of health moves on either side.
    expect(Number(donor.healthAfter)).toBeCloseTo(Number(donor.healthBefore) * 0.975, 3);
    expect(Number(recipient.healthAfter)).toBeCloseTo(Number(recipient.healthBefore) * 1.25, 3);
    expect(move.walletSendCalls).toMatchObject({ version: '2.0.0', chainId: '0x7a69', atomicRequired: true });
    expect(move.safe).toBeNull();

    await refused(() => visitor.call('POST', '/v1/moves/prepare', { ...body, keepHealth: '1.24' }), 422, 'move-endangers-donor');
    await refused(() => visitor.call('POST', '/v1/moves/prepare', { ...body, amount: '9' }), 422, 'move-fails');
    await refused(() => visitor.call('POST', '/v1/moves/prepare', { ...body, to: { ...body.to, marketId: `0x${'1'.repeat(64)}` } }), 422, 'move-market');
    await refused(() => visitor.call('POST', '/v1/moves/prepare', { ...body, from: body.to, to: { protocol: 'aave-v3' }, amount: '0.9' }), 422, 'move-fails');
    await refused(() => visitor.call('POST', '/v1/moves/prepare', { ...body, from: { ...body.from, account: stranger().address } }), 403, 'foreign-account');

    for (const { to, data } of move.calls) await (await wallet.sendTransaction({ to, data })).wait();
    const back = contract.move.parse((await visitor.call('POST', '/v1/moves/prepare', { ...body, from: body.to, to: { protocol: 'aave-v3' }, amount: '0.01', keepHealth: '1.1' })).body);
    expect(Number(back.donor.healthBefore)).toBeCloseTo(Number(recipient.healthAfter), 3);
    expect(Number(back.recipient.healthBefore)).toBeCloseTo(Number(donor.healthAfter), 3);
  });
});

describe('the risk of a described position', () => {
  const guide = readFileSync(new URL('../../../docs/evaluating.md', import.meta.url), 'utf8');
  const examples = [...guide.matchAll(/```json\n([^`]*)```\n\n<!-- answer -->\n```json\n([^`]*)```/g)].map(([, request, answer]) => [JSON.parse(request as string), JSON.parse(answer as string)] as const);

  it('is told to anybody, as the guide has it, and nothing is stored', async () => {
    const before = await rows();
    for (const [request, answer] of examples) {
      const told = await visitor.call('POST', '/v1/risk/evaluate', request);
      expect(told.status).toBe(200);
      expect(told.body).toEqual(answer);
    }
    expect(await rows()).toEqual(before);
  });

  it('names every field that is wrong, and figures that contradict each other', async () => {
    const [request] = examples[0] as (typeof examples)[number];
    const wrong = await refused(() => visitor.call('POST', '/v1/risk/evaluate', { ...request, collateral: [{ ...request.collateral[0], units: -1 }] }), 400, 'request-invalid');
    expect(wrong.body).toMatchObject({ errors: [{ field: 'collateral.0.units', given: '-1', expected: 'a number from 0 to 1000000000000000' }] });
    const moving = { symbol: 'wstETH', units: 1, priceUsd: 3_000, volatility: 2 };
    await refused(() => visitor.call('POST', '/v1/risk/evaluate', { ...request, debt: [moving], correlations: [{ between: ['ETH', 'wstETH'], ratioVolatility: 0.01 }] }), 400, 'invalid-input');
  });

  it('is told to one place 30 times a minute', async () => {
    const [request] = examples[0] as (typeof examples)[number];
    let last = await visitor.call('POST', '/v1/risk/evaluate', request);
    for (let asked = 0; asked < 40 && last.status === 200; asked += 1) last = await visitor.call('POST', '/v1/risk/evaluate', request);
    expect(last.body).toMatchObject({ status: 429, code: 'too-many-requests' });
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
