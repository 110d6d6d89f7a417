import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FencedOff, LocalKeeperSigner, RemoteKeeperSigner, SignatureWrong, SignerUnreachable, SigningRefused, SpendingLimitReached, type SignerAddress, type SigningRequest, type UnsignedTransaction } from '@ballast/connectors/signer';
import { address, chainId, hash32, type Address } from '@ballast/units';
import { Interface, Wallet, encryptKeystoreJsonSync } from 'ethers';
import { afterEach, describe, expect, it } from 'vitest';
import { startSigner, type RunningSigner } from '../src/boot.js';
import { parseEnv } from '../src/env.js';
import { GUARD_FUNCTIONS } from '../src/policy.js';

// Keys that are published in every local chain's documentation.
const KEYS = ['0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80', '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d'];
const TOKEN = 'a token of the test';
const REPAY = GUARD_FUNCTIONS[1] as `0x${string}`;
const account = (digit: string): Address => address(`0x${digit.repeat(40)}`);
const [GUARD, STRANGER] = [account('5'), account('6')];
const BOOK = {
  31337: {
    name: 'Test', multicall3: account('1'), confirmations: 2, aaveV3: { pool: account('2'), oracle: account('2'), addressesProvider: account('2'), dataProvider: account('2') },
    ballast: { aaveGuard: GUARD, keepers: account('8') }, tokens: [{ address: account('9'), symbol: 'X', decimals: 18 }],
  },
};

const folders: string[] = [];
const running: RunningSigner[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Place {
  readonly folder: string;
  readonly told: string[];
  start(changed?: Record<string, string>): Promise<RunningSigner>;
}

/** A signer's folder: keystores, password, token, book. */
function place(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-signer-'));
  folders.push(folder);
  const secret = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o600);
    return join(folder, name);
  };
  const keystores = KEYS.map((privateKey, at) => secret(`${at}.json`, encryptKeystoreJsonSync({ address: new Wallet(privateKey).address, privateKey }, 'hunter2', { scrypt: { N: 2 } })));
  const env = {
    CHAIN_ID: '31337', ADDRESS_BOOK: secret('book', JSON.stringify(BOOK)), SIGNER_LISTEN: '127.0.0.1:0', SIGNER_TOKEN_FILE: secret('token', TOKEN), SIGNER_KEYSTORES: keystores.join(','), SIGNER_PASSWORD_FILE: secret('password', 'hunter2\n'),
    SIGNER_LOG: join(folder, 'signed.jsonl'),
  };
  const told: string[] = [];
  return {
    folder, told,
    start: async (changed = {}) => {
      const started = await startSigner(parseEnv({ ...env, ...changed }), (line) => told.push(line));
      running.push(started);
      return started;
    },
  };
}

const stopped = async (one: RunningSigner): Promise<void> => {
  running.splice(running.indexOf(one), 1);
  await one.stop();
};
const addressOf = (one: RunningSigner): SignerAddress => ({ url: one.server.at });
const client = (at: SignerAddress, token: string | undefined = TOKEN) => RemoteKeeperSigner.connect({ at, token, chainId: chainId(31337), timeoutMs: 2_000 });

const tx = (changed: Partial<UnsignedTransaction> = {}): UnsignedTransaction => ({
  chainId: chainId(31337), nonce: 7n, to: GUARD, data: `${REPAY}00`, value: 0n, gasLimit: 500_000n, maxFeePerGas: 10n ** 9n, maxPriorityFeePerGas: 2n, ...changed,
});
const LANES = KEYS.map((key) => address(new Wallet(key).address)) as [Address, Address];
const ask = (changed: Partial<UnsignedTransaction> = {}, rest: Partial<SigningRequest> = {}): SigningRequest => ({ lane: LANES[0], transaction: tx(changed), fence: 1n, purpose: 'intent 1', ...rest });

describe('a signer in another process', () => {
  it('has the lanes of its keystores and signs the very bytes that a local one signs', async () => {
    const one = await place().start();
    const remote = await client(addressOf(one));
    expect(remote.lanes).toEqual(LANES);
    const local = new LocalKeeperSigner(KEYS, { chainId: chainId(31337), guards: [GUARD], selectors: GUARD_FUNCTIONS, maxFeePerGas: 10n ** 12n, maxGasLimit: 10n ** 6n });
    for (const request of [ask(), ask({ nonce: 8n }, { lane: LANES[1] }), ask({ to: LANES[0], data: '0x', gasLimit: 21_000n })]) expect(await remote.sign(request)).toEqual(await local.sign(request));
    expect(await remote.health()).toEqual({ status: 'ok', chainId: 31337, lanes: LANES, newestFence: 1n, signatures: 3 });
    expect(JSON.stringify(remote)).not.toContain(TOKEN);
  });

  it('answers on a socket that only its owner may open, without a token', async () => {
    const { start, folder } = place();
    const socketPath = join(folder, 'socket');
    const over = { SIGNER_LISTEN: '', SIGNER_TOKEN_FILE: '', SIGNER_SOCKET: socketPath };
    const one = await start(over);
    expect(statSync(socketPath).mode & 0o777).toBe(0o600);
    expect((await (await client({ socketPath }, undefined)).sign(ask())).hash).toMatch(/^0x/);
    await expect(start(over)).rejects.toThrow(/SIGNER_SOCKET: got .*a socket that answers/);
    await stopped(one);
  });

  it('says no with the fields of its policy, and writes nothing of it down', async () => {
    const one = await place().start();
    const remote = await client(addressOf(one));
    await expect(remote.sign(ask({ to: STRANGER }))).rejects.toMatchObject({ code: 'signing-refused', disposition: 'invalid', field: 'destination', given: STRANGER, expected: expect.stringContaining(GUARD) });
    await expect(remote.sign(ask({ chainId: chainId(1) }))).rejects.toMatchObject({ field: 'chain id', given: '1', expected: '31337' });
    await expect(remote.sign(ask({ value: 1n }))).rejects.toBeInstanceOf(SigningRefused);
    await expect(remote.sign(ask({}, { lane: STRANGER }))).rejects.toMatchObject({ field: 'lane' });
    await expect(remote.sign(ask({ data: `${REPAY}${'00'.repeat(40_000)}` }))).rejects.toMatchObject({ field: 'request' });
    expect(one.signer.signatures).toBe(0);
  });

  it('signs for the newest leader only, and remembers who that is through a restart', async () => {
    const { start } = place();
    const first = await start();
    const remote = await client(addressOf(first));
    await remote.sign(ask({}, { fence: 4n }));
    await remote.announce(6n);
    await expect(remote.sign(ask({}, { fence: 5n }))).rejects.toMatchObject({ code: 'fenced-off', given: 5n, newest: 6n });
    await stopped(first);
    const second = await start();
    const again = await client(addressOf(second));
    await expect(again.sign(ask({}, { fence: 5n }))).rejects.toBeInstanceOf(FencedOff);
    await expect(again.announce(5n)).rejects.toBeInstanceOf(FencedOff);
    await expect(again.sign(ask({}, { fence: 6n }))).resolves.toBeDefined();
  });

  it('tells for ever whether it signed a transaction', async () => {
    const { start } = place();
    const first = await start();
    const signed = await (await client(addressOf(first))).sign(ask());
    await stopped(first);
    const remote = await client(addressOf(await start()));
    expect([await remote.has(signed.hash), await remote.has(hash32(`0x${'1'.repeat(64)}`))]).toEqual([true, false]);
  });

  it('commits a lane to no more an hour than its limit, also after a restart; what frees a nonce has a reserve', async () => {
    const { start } = place();
    const limit = { SIGNER_MOST_COINS_PER_HOUR: '0.001' }; // two calls of 500,000 gas at 1 gwei
    const first = await start(limit);
    const remote = await client(addressOf(first));
    await remote.sign(ask({ nonce: 1n }));
    await remote.sign(ask({ nonce: 1n }));
    await remote.sign(ask({ nonce: 2n }));
    await expect(remote.sign(ask({ nonce: 3n }))).rejects.toMatchObject({ code: 'spending-limit', disposition: 'retryable', lane: LANES[0], committed: 10n ** 15n, asked: 5n * 10n ** 14n, most: 10n ** 15n });
    await remote.sign(ask({ nonce: 3n }, { lane: LANES[1] }));
    await stopped(first);
    const again = await client(addressOf(await start(limit)));
    await expect(again.sign(ask({ nonce: 3n }))).rejects.toBeInstanceOf(SpendingLimitReached);
    await expect(again.sign(ask({ nonce: 3n, to: LANES[0], data: '0x', gasLimit: 21_000n }))).resolves.toBeDefined();
    const leave = new Interface(['function remove(address)']).encodeFunctionData('remove', [LANES[0]]) as `0x${string}`;
    await expect(again.sign(ask({ nonce: 4n, to: account('8'), data: leave, gasLimit: 100_000n }))).resolves.toBeDefined();
  });

  it('writes each signature down once, with what it was for', async () => {
    const { start, folder } = place();
    const remote = await client(addressOf(await start()));
    const { hash } = await remote.sign(ask());
    await remote.sign(ask());
    const lines = readFileSync(join(folder, 'signed.jsonl'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toEqual([
      expect.objectContaining({ kind: 'fence', fence: '1' }),
      expect.objectContaining({ kind: 'signature', hash, lane: LANES[0], nonce: '7', to: GUARD, selector: REPAY, fence: '1', purpose: 'intent 1', gasLimit: '500000', maxFeePerGas: '1000000000', seal: expect.stringMatching(/^[0-9a-f]{64}$/) }),
    ]);
  });

  it('does not start on a log that was changed', async () => {
    const { start, folder } = place();
    const one = await start();
    await (await client(addressOf(one))).sign(ask());
    await stopped(one);
    const file = join(folder, 'signed.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"nonce":"7"', '"nonce":"8"'));
    await expect(start()).rejects.toThrow(/SIGNER_LOG: got .*line 2.*, expected/);
  });

  it('warns of plain keys, and names a password that does not fit without showing it', async () => {
    const { start, told, folder } = place();
    await start({ SIGNER_KEYSTORES: '', SIGNER_PASSWORD_FILE: '', KEEPER_PRIVATE_KEY: KEYS.join(','), ALLOW_PLAIN_KEEPER_KEY: 'true' });
    expect(told.join('\n')).toMatch(/WARNING.*plain text/);
    writeFileSync(join(folder, 'password'), 's3cret');
    const failed = start();
    await expect(failed).rejects.toThrow(/SIGNER_KEYSTORES: got .*0.json: got another password/);
    await expect(failed).rejects.not.toThrow(/s3cret/);
  });
});

describe('whoever asks', () => {
  it('without the token gets nothing but its health', async () => {
    const one = await place().start();
    const at = one.server.at;
    expect((await fetch(`${at}/health`)).status).toBe(200);
    for (const authorization of [undefined, 'Bearer ', 'Bearer wrong', TOKEN]) {
      const response = await fetch(`${at}/signed/0x${'1'.repeat(64)}`, { headers: authorization === undefined ? {} : { authorization } });
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([401, 'unauthorised']);
    }
    await expect((await client(addressOf(one), 'wrong')).sign(ask())).rejects.toMatchObject({ code: 'signer-unreachable', given: expect.stringContaining('unauthorised') });
  });

  it('with what is no request is told which field, and a half-sent one holds nothing up', async () => {
    const one = await place().start();
    const post = async (body: string) => {
      const response = await fetch(`${one.server.at}/sign`, { method: 'POST', headers: { authorization: `Bearer ${TOKEN}` }, body });
      return [response.status, (await response.json()) as { code: string; message: string }] as const;
    };
    const good = JSON.parse(JSON.stringify({ lane: LANES[0], fence: '1', purpose: 'x', transaction: { chainId: 31337, nonce: '1', to: GUARD, data: '0x', value: '0', gasLimit: '1', maxFeePerGas: '1', maxPriorityFeePerGas: '0' } })) as Record<string, unknown>;
    for (const [changed, field] of [[{ lane: 'x' }, 'lane'], [{ fence: 1 }, 'fence'], [{ fence: '-1' }, 'fence'], [{ fence: '9'.repeat(30) }, 'fence'], [{ purpose: '' }, 'purpose'], [{ policy: {} }, '(request)'], [{ transaction: { ...(good['transaction'] as object), accessList: [] } }, 'transaction']] as const) {
      const [status, { code, message }] = await post(JSON.stringify({ ...good, ...changed }));
      expect([status, code, message.split(':')[0]]).toEqual([400, 'invalid-request', field]);
    }
    expect((await post('{'))[0]).toBe(400);
    expect((await post('x'.repeat(70_000)))[0]).toBe(413);
    const { port } = new URL(one.server.at);
    const half = connectTcp(Number(port), '127.0.0.1');
    half.write(`POST /sign HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\ncontent-length: 100\r\n\r\n{`);
    await expect((await client(addressOf(one))).sign(ask())).resolves.toBeDefined();
    half.destroy();
  });
});

describe('a worker whose signer', () => {
  it('does not answer may try again', async () => {
    const one = await place().start();
    const remote = await client(addressOf(one));
    await remote.sign(ask());
    await stopped(one);
    await expect(remote.sign(ask())).rejects.toMatchObject({ code: 'signer-unreachable', disposition: 'retryable', given: expect.stringMatching(/ECONN/) });
    await expect(client(addressOf(one))).rejects.toBeInstanceOf(SignerUnreachable);
    await expect(client({ socketPath: '/nowhere/at/all' })).rejects.toMatchObject({ given: 'ENOENT' });
  });

  it('is for another chain, drips, or is no signer finds out', async () => {
    const one = await place().start();
    await expect(RemoteKeeperSigner.connect({ at: addressOf(one), token: TOKEN, chainId: chainId(1) })).rejects.toThrow(/a signer for chain 31337, expected one for chain 1/);
    for (const [behaviour, given] of [
      [(write: (text: string) => void) => write('<html>'), /does not parse/],
      [() => undefined, /no answer within 300 ms/],
    ] as const) {
      const fake = createServer((_, response) => behaviour((text) => response.end(text)));
      await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
      const { port } = fake.address() as { port: number };
      await expect(RemoteKeeperSigner.connect({ at: { url: `http://127.0.0.1:${port}` }, chainId: chainId(31337), timeoutMs: 300 })).rejects.toThrow(given);
      fake.closeAllConnections();
      fake.close();
    }
  });

  it('signs something else than it was asked for sends nothing of it', async () => {
    const wallet = new Wallet(KEYS[0]!);
    const alterations: readonly (readonly [string, object])[] = [['nonce', { nonce: 8 }], ['destination', { to: STRANGER }], ['calldata', { data: '0x' }], ['value', { value: 1n }], ['gas limit', { gasLimit: 1n }], ['chain id', { chainId: 1n }], ['max fee per gas', { maxFeePerGas: 9n }]];
    let alter: object = {};
    const fake = createServer((request, response) => {
      if (request.url === '/health') return void response.end(JSON.stringify({ status: 'ok', chainId: 31337, lanes: LANES, newestFence: '0', signatures: 0 }));
      const { nonce, ...rest } = tx();
      void wallet.signTransaction({ type: 2, ...rest, nonce: Number(nonce), ...alter }).then((raw) => response.end(JSON.stringify({ raw, hash: `0x${'1'.repeat(64)}` })));
    });
    await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
    const remote = await client({ url: `http://127.0.0.1:${(fake.address() as { port: number }).port}` });
    await expect(remote.sign(ask())).rejects.toMatchObject({ code: 'signature-wrong', field: 'hash' });
    await expect(remote.sign(ask({}, { lane: LANES[1] }))).rejects.toMatchObject({ field: 'sender' });
    for (const [, changed] of alterations) {
      alter = changed;
      await expect(remote.sign(ask())).rejects.toBeInstanceOf(SignatureWrong);
    }
    fake.closeAllConnections();
    fake.close();
  });
});
