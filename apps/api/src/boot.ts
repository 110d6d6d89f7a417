import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { RpcRefused, RpcUnreachable, WrongChain, connect, parseAddressBook, type ChainBook, type EndpointProblem, type ReadClient } from '@ballast/connectors';
import { isAaveGuardCode, isKeepersCode } from '@ballast/contracts';
import { Database, DatabaseUnusable, MigrationRefused, pendingMigrations } from '@ballast/storage';
import { InvalidInput, type Address } from '@ballast/units';
import { BootRefused, redacted, type BootProblem, type Env } from './env.js';
import { WatchQueue } from './service/watch-queue.js';

const PATIENCE_MS = 5_000;

/** What the service talks to, every part of it seen to answer. */
export interface Connected {
  readonly env: Env;
  readonly book: ChainBook;
  readonly client: ReadClient;
  readonly database: Database;
  readonly watchQueue: WatchQueue;
}

const reason = (error: unknown): string => {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return typeof code === 'string' && code !== '' ? code : String(message ?? error).split('\n')[0] ?? 'unknown';
};

async function openDatabase({ databaseUrl }: Env): Promise<Database | BootProblem> {
  const given = redacted('DATABASE_URL', databaseUrl);
  let database: Database | null = null;
  try {
    database = await Database.open(databaseUrl, { applicationName: 'ballast api' });
    const pending = await pendingMigrations(databaseUrl);
    if (pending.length === 0) return database;
    await database.close();
    return { variable: 'DATABASE_URL', given: `${given}, a database that lacks ${pending.join(', ')}`, expected: 'a database to which all migrations of prisma/migrations were applied' };
  } catch (error) {
    await database?.close();
    if (error instanceof DatabaseUnusable) return { variable: 'DATABASE_URL', given: JSON.stringify(error.given), expected: error.expected };
    if (error instanceof MigrationRefused) return { variable: 'DATABASE_URL', given: `${given}, where ${error.message}`, expected: "a database of this version's tables" };
    return { variable: 'DATABASE_URL', given: `${given}, which failed with ${reason(error)}`, expected: 'a PostgreSQL server that answers and lets this user in' };
  }
}

async function openRedis({ redisUrl }: Env): Promise<WatchQueue | BootProblem> {
  const queue = new WatchQueue(redisUrl);
  try {
    await queue.ping(PATIENCE_MS);
    return queue;
  } catch (error) {
    await queue.close();
    return { variable: 'REDIS_URL', given: `${redacted('REDIS_URL', redisUrl)}, which failed with ${reason(error)}`, expected: 'a Redis server that answers and lets this user in' };
  }
}

async function readBook({ addressBook, rpc }: Env): Promise<ChainBook | BootProblem> {
  try {
    return parseAddressBook(await readFile(addressBook, 'utf8'), rpc.chainId);
  } catch (error) {
    if (error instanceof InvalidInput) return { variable: 'ADDRESS_BOOK', given: `${JSON.stringify(addressBook)}, where ${error.field} is ${error.given}`, expected: error.expected };
    return { variable: 'ADDRESS_BOOK', given: `${JSON.stringify(addressBook)}, which failed with ${reason(error)}`, expected: 'the path of a JSON file that can be read' };
  }
}

const log = new Logger('Rpc');
const report = ({ endpoint, kind, detail }: EndpointProblem): void => log.error(`${endpoint}: ${kind}: ${detail}`);

async function openChain({ rpc }: Env, multicall3: Address | undefined): Promise<ReadClient | BootProblem> {
  const given = redacted('RPC_URLS', `${rpc.chainId}=${rpc.urls.join('|')}`);
  try {
    return await connect({ urls: rpc.urls, chainId: rpc.chainId, ...(multicall3 === undefined ? {} : { multicall3 }), timeoutMs: PATIENCE_MS, report });
  } catch (error) {
    if (error instanceof WrongChain) return { variable: 'RPC_URLS', given: `${given}, which serves chain ${error.given}`, expected: `an RPC address that serves chain ${error.expected}` };
    const why = error instanceof RpcUnreachable ? error.given : error instanceof RpcRefused ? error.reason : reason(error);
    return { variable: 'RPC_URLS', given: `${given}, which failed with ${why}`, expected: 'an Ethereum JSON-RPC server that answers' };
  }
}

async function checkContracts({ addressBook }: Env, book: ChainBook, client: ReadClient): Promise<BootProblem | null> {
  const problem = (what: string, at: string): BootProblem => ({ variable: 'ADDRESS_BOOK', given: `${JSON.stringify(addressBook)}, whose ${what} is ${at}`, expected: `the address of a ${what} contract of this version, on chain ${client.chainId}` });
  try {
    const head = await client.head();
    const [guard, keepers] = await Promise.all([client.codeAt(head, book.ballast.aaveGuard), client.codeAt(head, book.ballast.keepers)]);
    if (!isAaveGuardCode(guard)) return problem('aaveGuard', book.ballast.aaveGuard);
    return isKeepersCode(keepers) ? null : problem('keepers', book.ballast.keepers);
  } catch (error) {
    return { variable: 'RPC_URLS', given: `${client.endpoint}, which failed with ${reason(error)}`, expected: 'an Ethereum JSON-RPC server that answers' };
  }
}

async function checkWebDir({ webDir }: Env): Promise<BootProblem | null> {
  if (webDir === null) return null;
  const found = await readFile(join(webDir, 'index.html')).then(() => true, () => false);
  return found ? null : { variable: 'WEB_DIR', given: `${JSON.stringify(webDir)}, where there is no index.html`, expected: 'the folder of the built dashboard, or nothing' };
}

const isProblem = (part: object | null): part is BootProblem => part !== null && 'variable' in part && 'expected' in part;

/** Connects to everything the environment names. @throws BootRefused that lists all that did not answer as expected */
export async function connectAll(env: Env): Promise<Connected> {
  const [database, watchQueue, book, webDir] = await Promise.all([openDatabase(env), openRedis(env), readBook(env), checkWebDir(env)]);
  const client = await openChain(env, isProblem(book) ? undefined : book.multicall3);
  const contracts = isProblem(book) || isProblem(client) ? null : await checkContracts(env, book, client);
  if (!isProblem(database) && !isProblem(watchQueue) && !isProblem(book) && !isProblem(client) && contracts === null && webDir === null) return { env, book, client, database, watchQueue };
  if (!isProblem(database)) await database.close();
  if (!isProblem(watchQueue)) await watchQueue.close();
  throw new BootRefused([database, watchQueue, client, book, contracts, webDir].filter(isProblem));
}
