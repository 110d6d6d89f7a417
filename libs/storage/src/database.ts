import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import { DatabaseUnusable } from './errors.js';
import { Prisma, PrismaClient } from './generated/prisma/client.js';

export interface DatabaseOptions {
  /** Connections this process may hold at once. 10 unless told. */
  readonly maxConnections?: number;
  /** What `pg_stat_activity` shows. */
  readonly applicationName?: string;
  /** After so many milliseconds PostgreSQL ends a transaction whose owner says nothing: a process that froze must not keep stops and a new leader waiting. 6,000 unless told. */
  readonly mostIdleInTransactionMs?: number;
  /**
   * A connection on which nothing is heard for so many milliseconds is given up, so that whoever waits on one that is half open need not wait until TCP gives up. 45,000 unless told.
   * PostgreSQL ends a statement after two thirds of it, so that one that takes long is not taken for silence: ten seconds more than a whole transaction may take. Migrations have a connection of their own, without these limits.
   */
  readonly mostSilentMs?: number;
}

const MOST_SILENT_MS = 45_000;

/** The client inside a transaction. */
export type Transaction = Prisma.TransactionClient;

let inside: (database: Database) => { readonly client: PrismaClient; readonly url: string };

/** The connection to PostgreSQL that every store takes. */
export class Database {
  readonly #client: PrismaClient;
  readonly #url: string;

  static {
    inside = (database) => ({ client: database.#client, url: database.#url });
  }

  /** Connects on first use. `open` asks first. @throws DatabaseUnusable when the text is not a PostgreSQL URL */
  constructor(url: string, options: DatabaseOptions = {}) {
    requirePostgresUrl(url);
    this.#url = url;
    const mostSilentMs = options.mostSilentMs ?? MOST_SILENT_MS;
    const adapter = new PrismaPg({
      connectionString: url,
      max: options.maxConnections ?? 10,
      connectionTimeoutMillis: 10_000,
      application_name: options.applicationName ?? 'ballast',
      idle_in_transaction_session_timeout: options.mostIdleInTransactionMs ?? 6_000,
      keepAlive: true,
      statement_timeout: Math.floor((mostSilentMs * 2) / 3),
      // Not "query_timeout", which leaves the connection as it is: with its transaction open it would go back into the pool.
      stream: () => socketThatEnds(mostSilentMs),
    });
    // A burst waits its turn for a connection; a transaction that hangs is given up before its caller's patience ends.
    this.#client = new PrismaClient({ adapter, transactionOptions: { maxWait: 15_000, timeout: 20_000 } });
  }

  /**
   * Connects and asks one question.
   * @throws DatabaseUnusable naming DATABASE_URL, what was given (without its password) and what is expected
   */
  static async open(url: string, options: DatabaseOptions = {}): Promise<Database> {
    const database = new Database(url, options);
    try {
      await database.ping();
      return database;
    } catch (error) {
      await database.close();
      throw new DatabaseUnusable(withoutPassword(url), `a PostgreSQL that answers (${reasonOf(error)})`, { cause: error });
    }
  }

  /** Resolves when PostgreSQL answers, rejects otherwise. */
  async ping(): Promise<void> {
    await this.#client.$queryRaw`SELECT 1`;
  }

  async close(): Promise<void> {
    await this.#client.$disconnect();
  }
}

/** A socket that ends itself once it has neither heard nor said anything for so long. */
function socketThatEnds(mostSilentMs: number): Socket {
  const socket = new Socket();
  return socket.setTimeout(mostSilentMs, () => socket.destroy(new Error(`the connection to PostgreSQL said nothing for ${mostSilentMs} ms`)));
}

/** For the stores of this lib only: Prisma's types do not leave it. */
export const clientOf = (database: Database): PrismaClient => inside(database).client;
/** With its password: never to be shown. */
export const urlOf = (database: Database): string => inside(database).url;

/** Runs `work` as one transaction; tried again when PostgreSQL gave it up for another's sake (deadlock, write conflict). */
export async function inTransaction<T>(database: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await clientOf(database).$transaction(work);
    } catch (error) {
      if (attempt === 4 || !gaveWay(error)) throw error;
      await pause(10 * attempt);
    }
  }
}

const gaveWay = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && (error.code === 'P2034' || sqlStateOf(error) === '40P01' || sqlStateOf(error) === '40001');

/** PostgreSQL's own code of a failed raw query, where Prisma passes it on. */
function sqlStateOf(error: Prisma.PrismaClientKnownRequestError): string | undefined {
  const meta = error.meta as { code?: string; driverAdapterError?: { cause?: { originalCode?: string } } } | undefined;
  return meta?.driverAdapterError?.cause?.originalCode ?? meta?.code;
}

/** @throws DatabaseUnusable when the text is not a PostgreSQL URL with a database name */
export function requirePostgresUrl(url: string): void {
  const expected = 'a URL such as postgresql://user:password@host:5432/database';
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new DatabaseUnusable(url === '' ? 'nothing' : 'text that is not a URL', expected);
  }
  if (!['postgresql:', 'postgres:'].includes(parsed.protocol)) throw new DatabaseUnusable(withoutPassword(url), expected);
  if (parsed.pathname.length < 2) throw new DatabaseUnusable(withoutPassword(url), `${expected}, with a database name`);
  const schema = parsed.searchParams.get('schema');
  if (schema !== null && schema !== 'public') throw new DatabaseUnusable(withoutPassword(url), `${expected}, in the schema public`);
}

/** The URL as it may be shown and logged. */
export function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    if (parsed.password !== '') parsed.password = '***';
    if (parsed.searchParams.has('password')) parsed.searchParams.set('password', '***');
    return parsed.toString();
  } catch {
    return 'text that is not a URL';
  }
}

/** The innermost message: the outer ones only say that a query failed. */
export function reasonOf(error: unknown): string {
  let inner: unknown = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  const cause = inner instanceof Error ? (inner.cause as { originalMessage?: string; kind?: string } | undefined) : undefined;
  const message = cause?.originalMessage ?? (inner instanceof AggregateError ? inner.errors.map(String).join(', ') : inner instanceof Error ? inner.message : String(inner));
  // Prisma wraps PostgreSQL's sentence in its own.
  return (/Message: `(.+?)`/s.exec(message)?.[1] ?? message).replace(/\s+/g, ' ').trim();
}
