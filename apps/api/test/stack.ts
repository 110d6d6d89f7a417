import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Wallet, type HDNodeWallet } from 'ethers';
import { SiweMessage } from 'siwe';
import { connect, parseAddressBook } from '@ballast/connectors';
import { freshAccounts, openLoan, startDevchain, type Devchain } from '@ballast/devchain';
import { assess } from '@ballast/risk';
import { AaveV3Reader } from '@ballast/readers';
import { Database, PositionStore, WatchStore } from '@ballast/storage';
import { address, chainId, type Address } from '@ballast/units';
import { createTestDatabase } from '../../../test/factories/database.js';
import { closeApp, createApp } from '../src/app.js';
import { connectAll } from '../src/boot.js';
import { parseEnv } from '../src/env.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A browser of one person: keeps the session cookie and says where it comes from. */
export class Visitor {
  cookie: string | null = null;

  constructor(readonly baseUrl: string) {}

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(new URL(path, this.baseUrl), {
      method,
      headers: { origin: this.baseUrl, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(this.cookie === null ? {} : { cookie: this.cookie }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const set = response.headers.get('set-cookie');
    if (set !== null) this.cookie = set.split(';')[0] ?? null;
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text.startsWith('{') || text.startsWith('[') ? (JSON.parse(text) as Record<string, unknown>) : { text } };
  }

  /** The message that the nonce route asks for, with changes. */
  async message(wallet: Wallet | HDNodeWallet, change: Partial<SiweMessage> = {}): Promise<string> {
    const { body } = await this.call('POST', '/v1/auth/nonce');
    const { nonce, domain, uri, chainId: chain, statement } = body as unknown as { nonce: string; domain: string; uri: string; chainId: number; statement: string };
    return new SiweMessage({ domain, address: wallet.address, statement, uri, version: '1', chainId: chain, nonce, issuedAt: new Date().toISOString(), ...change }).prepareMessage();
  }

  async signIn(wallet: Wallet | HDNodeWallet): Promise<Answer> {
    const message = await this.message(wallet);
    return this.call('POST', '/v1/auth/sign-in', { message, signature: await wallet.signMessage(message) });
  }
}

export interface Stack {
  readonly baseUrl: string;
  readonly chain: Devchain;
  readonly database: Database;
  readonly env: Readonly<Record<string, string>>;
  readonly webDir: string;
  /** The owner of the loan of the story. */
  readonly owner: Wallet;
  /** Reads the account at the newest block and stores it, as the watch stage does. */
  look(account: Address): Promise<void>;
  stop(): Promise<void>;
}

/** The whole API on real parts, with one owner's loan on the chain. `more` adds to the environment. */
export async function startStack(servers: { postgresUrl: string; redisUrl: string }, more: Record<string, string> = {}): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-api-'));
  const [chain, made, port] = await Promise.all([startDevchain({ idleBlockSeconds: 0 }), createTestDatabase(servers.postgresUrl), freePort()]);
  const [account] = freshAccounts(71, 1);
  if (account === undefined) throw new Error('no account');
  await openLoan(chain, account);
  const addressBook = join(folder, 'book.json');
  writeFileSync(addressBook, JSON.stringify({ [chain.chainId]: chain.book }));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Ballast</title>');
  writeFileSync(join(folder, 'revoke.html'), `<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-x'" /><title>Ballast: revoke</title>`);
  const env = {
    DATABASE_URL: made.url, REDIS_URL: servers.redisUrl, RPC_URLS: `${chain.chainId}=${chain.rpcUrl}`, ADDRESS_BOOK: addressBook, PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}`,
    WEB_DIR: folder, ...more,
  };
  const app = await createApp(await connectAll(parseEnv(env)));
  await app.listen(port, '127.0.0.1');
  const database = await Database.open(made.url, { maxConnections: 2 });
  const book = parseAddressBook({ [chain.chainId]: chain.book }, chain.chainId);
  const client = await connect({ url: chain.rpcUrl, chainId: chainId(chain.chainId), multicall3: book.multicall3 });
  const reader = new AaveV3Reader(client, book, Date.now);
  return {
    baseUrl: env.PUBLIC_URL, chain, database, env, webDir: folder, owner: new Wallet(account.privateKey),
    async look(who) {
      await new WatchStore(database).watch(chainId(chain.chainId), 'aave-v3', who);
      const [position] = await reader.read([who], await client.head());
      if (position === undefined) throw new Error('nothing was read');
      await new PositionStore(database).save([{ position, report: assess({ position, ticks: [] }) }], []);
    },
    async stop() {
      await closeApp(app);
      await database.close();
      await made.drop();
      await chain.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const ownerOf = (stack: Stack): Address => address(stack.owner.address);
