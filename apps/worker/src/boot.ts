import { Logger } from '@nestjs/common';
import Bull from 'bull';
import { RpcUnreachable, connect, connectSender, parseAddressBook, parseRpcUrls, protocolsOf, type ChainBook, type EndpointProblem } from '@ballast/connectors';
import { LocalKeeperSigner } from '@ballast/connectors/signer';
import { Executor, FillFinder } from '@ballast/execution';
import { FILLER_SELECTORS, KEEPER_SELECTORS } from '@ballast/execution/planner';
import { HttpWebhookChannel, MailServerUnusable, Notifier, SmtpEmailChannel } from '@ballast/notifications';
import { AaveV3Prices, Discovery, DollarPrices, eventStreams, venueReaders } from '@ballast/readers';
import { ChainStore, Database, DatabaseUnusable, JournalReader, MandateStore, PermitStore, PositionStore, PrismaActionJournal, PrismaDiscoveryStore, PrismaOutbox, PrismaPriceHistory, WatchStore, pendingMigrations } from '@ballast/storage';
import type { Address, ChainId, Hash32 } from '@ballast/units';
import { InvalidEnvironment, redact, type EnvProblem, type WorkerEnv } from './env.js';
import { ActionFacts } from './pipeline/action-facts.js';
import { BlockPace } from './pipeline/block-pace.js';
import { Decider } from './pipeline/decider.js';
import { FillLook } from './pipeline/fill-look.js';
import { GasCost } from './pipeline/gas-cost.js';
import { KeeperCheck } from './pipeline/keeper-check.js';
import { LiquidationTeller } from './pipeline/liquidation-teller.js';
import { MandateKeeper } from './pipeline/mandate-keeper.js';
import { PermitKeeper } from './pipeline/permit-keeper.js';
import { PriceAlarm } from './pipeline/price-alarm.js';
import { PriceSeries } from './pipeline/price-series.js';
import { Surroundings } from './pipeline/surroundings.js';
import { UnreadAlarm } from './pipeline/unread-alarm.js';
import { Watcher } from './pipeline/watcher.js';
import { permitTokens, unpublishedCode } from './published-code.js';
import type { Runtime } from './runtime.js';

const RPC_TIMEOUT_MS = 5_000;
const REDIS_TIMEOUT_MS = 5_000;
/** Wei for one unit of gas that the signer never exceeds; the action's own economics bind long before. */
const MOST_FEE_PER_GAS = 2_000_000_000_000n;
const MOST_GAS = 2_000_000n;
const TIP = 1_000_000_000n;
/** An action that met a failure that may pass is tried again about once a block, and this often on a slow chain. */
const MOST_RETRY_MS = 2_000;

/** Names the variable behind a failure at boot; a failure that already names one keeps its own words. */
async function naming<T>(variable: string, given: string, expected: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InvalidEnvironment) throw error;
    throw new InvalidEnvironment([{ variable, given: `${given} (${reasonOf(error)})`, expected }]);
  }
}

/** Why, in the failure's own words, without what it says of the variable again. */
function reasonOf(error: unknown): string {
  if (error instanceof MailServerUnusable) return error.reason;
  if (error instanceof DatabaseUnusable) return error.expected.replace(/^a PostgreSQL that answers \((.*)\)$/s, '$1');
  if (error instanceof RpcUnreachable) return error.given;
  return error instanceof Error ? error.message : String(error);
}

/** Runs every part and throws all that went wrong together. */
async function together<T extends readonly unknown[]>(...parts: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const outcomes = await Promise.allSettled(parts);
  const problems: EnvProblem[] = outcomes.flatMap((outcome) => {
    if (outcome.status === 'fulfilled') return [];
    if (outcome.reason instanceof InvalidEnvironment) return [...outcome.reason.problems];
    throw outcome.reason;
  });
  if (problems.length > 0) throw new InvalidEnvironment(problems);
  return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<unknown>).value) as unknown as T;
}

const log = new Logger('Rpc');
const report = ({ endpoint, kind, detail }: EndpointProblem): void => log.error(`${endpoint}: ${kind}: ${detail}`);

async function openChain(env: WorkerEnv) {
  const given = redact(env.rpcUrls);
  const [entry] = parseRpcUrls(env.rpcUrls);
  if (entry === undefined) throw new InvalidEnvironment([{ variable: 'RPC_URLS', given, expected: 'exactly one <chain id>=<http url>' }]);
  const [chainId, urls] = entry;
  const book = await naming('ADDRESS_BOOK', redact(env.addressBookPath), `an address book with an entry for chain ${chainId}`, () => parseAddressBook(env.addressBook, chainId));
  const [reads, sends] = await naming('RPC_URLS', given, `a node that answers for chain ${chainId}`, () =>
    Promise.all([connect({ urls, chainId, multicall3: book.multicall3, timeoutMs: RPC_TIMEOUT_MS, report }), connectSender({ urls, chainId, timeoutMs: RPC_TIMEOUT_MS, report })]),
  );
  const { wrong, tokens } = await naming('RPC_URLS', given, `a node that tells the code of contracts on chain ${chainId}`, async () => {
    const head = await reads.head();
    return { wrong: await unpublishedCode(reads, book, head), tokens: await permitTokens(reads, book, head) };
  });
  if (wrong.length > 0) throw new InvalidEnvironment([{ variable: 'ADDRESS_BOOK', given: `${redact(env.addressBookPath)} (${wrong.join(', ')})`, expected: 'contracts of Ballast with the published code' }]);
  return { chainId, book, reads, sends, tokens };
}

async function openDatabase(env: WorkerEnv): Promise<Database> {
  const given = redact(env.databaseUrl);
  const database = await naming('DATABASE_URL', given, 'a PostgreSQL database that answers', () => Database.open(env.databaseUrl, { applicationName: 'ballast-worker' }));
  const pending = await pendingMigrations(env.databaseUrl);
  if (pending.length > 0) {
    await database.close();
    throw new InvalidEnvironment([{ variable: 'DATABASE_URL', given: `${given} (${pending.length} migrations not applied)`, expected: 'a migrated database: run prisma migrate deploy' }]);
  }
  return database;
}

async function checkRedis(env: WorkerEnv): Promise<void> {
  const queue = new Bull('boot-check', env.redisUrl);
  let why = `no answer within ${REDIS_TIMEOUT_MS} ms`;
  queue.on('error', (error: Error & { code?: string }) => (why = error.code ?? error.message));
  try {
    // Bull itself calls a queue ready before it has spoken with Redis, and waits for it without end.
    await Promise.race([queue.client.ping(), new Promise((_, reject) => setTimeout(() => reject(new Error(why)), REDIS_TIMEOUT_MS).unref())]);
    await queue.close(true);
  } catch (error) {
    queue.client.disconnect();
    throw new InvalidEnvironment([{ variable: 'REDIS_URL', given: `${redact(env.redisUrl)} (${(error as Error).message})`, expected: 'a Redis server that answers' }]);
  }
}

/** Connects to everything the environment names, or tells all that is wrong with it. @throws InvalidEnvironment */
export async function openRuntime(env: WorkerEnv): Promise<Runtime> {
  const email = new SmtpEmailChannel({ smtpUrl: env.smtpUrl, from: env.mailFrom });
  const verifyMail = env.roles.includes('notify') ? naming('SMTP_URL', redact(env.smtpUrl), 'a mail server that lets us in', () => email.verify()) : Promise.resolve();
  const [chain, database] = await together<[Awaited<ReturnType<typeof openChain>>, Database, void, void]>(openChain(env), openDatabase(env), checkRedis(env), verifyMail);
  const { chainId, book, reads, sends, tokens } = chain;
  const signer = await naming('KEEPER_PRIVATE_KEY', redact(env.keeperPrivateKey, true), '0x and 64 hex digits of a valid key', () => newSigner(env, chainId, book, tokens));

  const now = Date.now;
  const journal = new PrismaActionJournal(database);
  const records = new JournalReader(database);
  const outbox = new PrismaOutbox(database);
  const mandates = new MandateStore(database);
  const positions = new PositionStore(database);
  const discovery = new Discovery(reads, eventStreams(book), new PrismaDiscoveryStore(database), now);
  const watches = new WatchStore(database);
  await watches.coverAll(chainId, protocolsOf(book));
  const readers = venueReaders(reads, book, now, {
    markets: async () => (await discovery.marketsOf('morpho-blue')).map(({ market }) => market),
    remembered: async (account) => (await positions.ofAccount(account)).flatMap(({ position }) => (position.protocol === 'morpho-blue' && position.provenance.chainId === chainId ? (position.marketId ?? []) : [])),
  });
  const pace = new BlockPace();
  const prices = new PriceSeries(chainId, new PrismaPriceHistory(database), new AaveV3Prices(reads, book));
  const gas = new GasCost(reads, book);
  const permits = new PermitStore(database);
  const facts = new ActionFacts(positions, mandates, gas, reads, book);
  const fills = new FillLook(FillFinder.of(reads, book, (units, block) => gas.unitsUsdE8(units, block)));
  const decider = new Decider({ journal, records, mandates, positions, gas, pace, keeper: new KeeperCheck(reads, book, signer.address), fills }, { actionDeadlineSeconds: env.actionDeadlineSeconds, maxPriceAgeSeconds: env.maxPriceAgeSeconds });
  const executor = new Executor(
    {
      journal, reads, sends, signer, now, permits, describe: (intent, receipt) => facts.describe(intent, receipt), mandates: { byHash: (hash) => mandates.get(hash) },
      stillWanted: ({ plan }) => {
        if (plan.kind === 'ACTIVATE') return awaitsActivation(mandates, plan.mandateHash);
        return plan.permitId === undefined ? decider.stillWanted(plan.positionId) : awaitsSubmission(permits, plan.permitId);
      },
    },
    { confirmations: book.confirmations, fees: { tip: TIP, maxFeePerGas: MOST_FEE_PER_GAS }, maxGasLimit: MOST_GAS, tokens: book.tokens, pollMs: env.blockPollMs, retryMs: Math.min(MOST_RETRY_MS, 4 * env.blockPollMs) },
  );
  const notifier = new Notifier({ outbox, email, webhook: new HttpWebhookChannel({ allowLoopback: env.allowLoopbackWebhooks }), publicUrl: env.publicUrl, now: () => new Date(now()), random: Math.random });
  return {
    env, book, reads, database, journal, records, outbox, mandates, decider, executor, notifier, now, readers, discovery,
    chains: new ChainStore(database),
    watcher: new Watcher(reads, readers, new Surroundings(reads, book), { dollars: new DollarPrices(reads, book), series: prices }, { watches, positions }, [new LiquidationTeller(readers, outbox, journal), new PriceAlarm(outbox)], pace),
    unreadAlarm: new UnreadAlarm(chainId, outbox),
    mandateKeeper: new MandateKeeper(reads, book, mandates, journal, records),
    permitKeeper: new PermitKeeper(reads, book, permits, journal, records),
    close: async () => {
      email.close();
      await database.close();
    },
  };
}

const there = (...addresses: readonly (Address | undefined)[]): readonly Address[] => addresses.filter((one) => one !== undefined);

/** A mandate that was superseded, rejected or ended meanwhile must not be put in force any more. */
const awaitsActivation = async (mandates: MandateStore, hash: Hash32): Promise<boolean> => (await mandates.get(hash))?.status === 'signed';

const awaitsSubmission = async (permits: PermitStore, id: string): Promise<boolean> => (await permits.get(id))?.state === 'open';

/** The signer's own limits: this chain, our guard and filler, their functions, permits for the guard, and nothing else. Cancellations may offer twice the fee. */
const newSigner = (env: WorkerEnv, chainId: ChainId, { ballast }: ChainBook, tokens: readonly Address[]): LocalKeeperSigner =>
  new LocalKeeperSigner(env.keeperPrivateKey, {
    chainId, guards: there(ballast.aaveGuard, ballast.morphoGuard, ballast.venusGuard), selectors: KEEPER_SELECTORS, fillers: there(ballast.aaveFiller, ballast.morphoFiller), fillerSelectors: FILLER_SELECTORS,
    keepers: [ballast.keepers], tokens, maxFeePerGas: MOST_FEE_PER_GAS * 2n, maxGasLimit: MOST_GAS,
  });
