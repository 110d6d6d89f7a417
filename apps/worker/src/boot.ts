import { Logger } from '@nestjs/common';
import Bull from 'bull';
import { RelayedSends, RpcUnreachable, connect, connectSender, parseAddressBook, parseRpcUrls, protocolsOf, type EndpointProblem } from '@ballast/connectors';
import { InvalidEnvironment, redact, type EnvProblem } from '@ballast/environment';
import { Executor, FillFinder } from '@ballast/execution';
import { HttpWebhookChannel, MailServerUnusable, Notifier, SmtpEmailChannel } from '@ballast/notifications';
import { AaveV3Prices, BlockChanges, Discovery, DollarPrices, eventStreams, quickReaders, venueReaders } from '@ballast/readers';
import { ChainStore, Database, DatabaseUnusable, JournalReader, LeaseStore, MandateStore, PermitStore, PositionStore, PrismaActionJournal, PrismaDiscoveryStore, PrismaOutbox, PrismaPriceHistory, ShadowStore, SwitchStore, WatchStore, keeperLease, pendingMigrations, subscribeOperators } from '@ballast/storage';
import { wadFromNumberUp, type Address, type Hash32 } from '@ballast/units';
import { breakerDesk } from './breakers/compose.js';
import { haltOnDefect } from './breakers/defects.js';
import { pageOf } from './breakers/operator-pages.js';
import { StopsInForce } from './breakers/stops-in-force.js';
import type { WorkerEnv } from './env.js';
import { openHedging } from './hedging/open.js';
import { LoanHedges } from './hedging/loan-hedges.js';
import { MandateLearner } from './backup/mandate-learner.js';
import { Patience } from './backup/patience.js';
import { ActionFacts } from './pipeline/action-facts.js';
import { Assessor } from './pipeline/assessor.js';
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
import { RescueBudget } from './pipeline/rescue-budget.js';
import { SignerPulse } from './pipeline/signer-pulse.js';
import { Surroundings } from './pipeline/surroundings.js';
import { UnreadAlarm } from './pipeline/unread-alarm.js';
import { WatchCycle } from './pipeline/watch-cycle.js';
import { Watcher } from './pipeline/watcher.js';
import { permitTokens, unpublishedCode } from './published-code.js';
import { takenBackDesk } from './taken-back/compose.js';
import { Follower } from './reaction/follower.js';
import { Precedence } from './reaction/precedence.js';
import { Reaction } from './reaction/reaction.js';
import { Tracker } from './reaction/tracker.js';
import { VenueBook } from './reaction/venue-book.js';
import { WatchList } from './reaction/watch-list.js';
import type { Runtime } from './runtime.js';
import { ShadowDesk } from './shadow/shadow-desk.js';
import { Leader, newHolder } from './schedule/leader.js';
import { openSigner } from './signer.js';

const RPC_TIMEOUT_MS = 5_000;
const REDIS_TIMEOUT_MS = 5_000;
/** Wei for one unit of gas that no call exceeds, and a cancellation by no more than its double; the action's own economics bind long before. */
const MOST_FEE_PER_GAS = 2_000_000_000_000n;
const MOST_GAS = 2_000_000n;
const TIP = 1_000_000_000n;
/** An action that met a failure that may pass is tried again about once a block, and this often on a slow chain. */
const MOST_RETRY_MS = 2_000;
/** A call that is not mined within two blocks is offered again with higher fees, on a fast chain not before this. */
const LEAST_PATIENCE_MS = 4_000;

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

const rescues = new Logger('Rescues');
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
    const known = await permitTokens(reads, book, head);
    const strange = book.tokens.flatMap(({ symbol, aToken }) => (aToken === undefined || known.includes(aToken) ? [] : [`the aToken of ${symbol} is ${aToken}, which Aave does not name`]));
    return { wrong: [...(await unpublishedCode(reads, book, head)), ...strange], tokens: known };
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
  const signer = await openSigner(env.keeper, { chainId, book, tokens, maxFeePerGas: MOST_FEE_PER_GAS * 2n, maxGasLimit: MOST_GAS });
  const leases = new LeaseStore(database);
  const precedence = new Precedence();
  // For what no rescue ever waits for: each of its questions lets the rescues of a new block go first. The watcher gives way by itself, between its steps, for what the fast lane loses it finds.
  const unhurried = reads.waitingFor(() => precedence.clear());
  const leader = new Leader({ leases, fences: signer }, { name: keeperLease(chainId), holder: newHolder(), leaseMs: env.leaderLeaseMs, renewMs: env.leaderRenewMs });

  const now = Date.now;
  const journal = new PrismaActionJournal(database);
  const records = new JournalReader(database);
  const outbox = new PrismaOutbox(database);
  const mandates = new MandateStore(database);
  const positions = new PositionStore(database);
  const discovery = new Discovery(unhurried, eventStreams(book), new PrismaDiscoveryStore(database), now);
  const watches = new WatchStore(database);
  await watches.coverAll(chainId, protocolsOf(book));
  const morphoMarkets = {
    markets: async () => (await discovery.marketsOf('morpho-blue')).map(({ market }) => market),
    remembered: async (account: Address) => (await positions.ofAccount(account)).flatMap(({ position }) => (position.protocol === 'morpho-blue' && position.provenance.chainId === chainId ? (position.marketId ?? []) : [])),
  };
  const readers = venueReaders(reads, book, now, morphoMarkets);
  const changes = new BlockChanges(reads);
  const quick = quickReaders(reads, book, now, morphoMarkets, changes);
  const books = readers.map(({ protocol }) => new VenueBook(protocol, quick.pricings.get(protocol) ?? null));
  const follower = new Follower(new Tracker(books, reads, changes), precedence, new WatchList(chainId, watches, mandates));
  const pace = new BlockPace();
  const prices = new PriceSeries(chainId, new PrismaPriceHistory(database), new AaveV3Prices(reads, book));
  const gas = new GasCost(reads, book);
  const permits = new PermitStore(database);
  const facts = new ActionFacts(positions, mandates, gas, unhurried, book);
  const fills = new FillLook(FillFinder.of(reads, book, (units, block) => gas.unitsUsdE8(units, block)));
  const switches = new SwitchStore(database);
  await subscribeOperators(database, chainId, env.operatorEmails);
  const keeper = new KeeperCheck(reads, book, signer.lanes, gas, new SignerPulse(signer));
  const stops = new StopsInForce(chainId, switches, leases);
  const shadow = new ShadowDesk({ chainId, store: new ShadowStore(database), positions, mandates, stops, readers, rehearse: (plan, mandate, head) => executor.rehearse(plan, mandate, head) });
  const decider = new Decider({ journal, records, mandates, positions, gas, pace, keeper, fills, budget: new RescueBudget({ positions, mandates, records }), patience: patienceOf(env), stops, shadow, hedges: new LoanHedges(database, now) }, { actionDeadlineSeconds: env.actionDeadlineSeconds, maxPriceAgeSeconds: env.maxPriceAgeSeconds, mostFeePerGas: MOST_FEE_PER_GAS, now });
  const executor: Executor = new Executor(
    {
      journal, reads, signer, sends: env.privateRelayUrl === null ? sends : new RelayedSends(sends, { url: env.privateRelayUrl }), warn: (message) => rescues.warn(message), tell: (notices) => outbox.tell(notices), fence: () => leader.fence, now, monotonic: () => performance.now(), permits, laneStates: (block) => keeper.lanes(block), describe: (intent, receipt) => facts.describe(intent, receipt), onDefect: haltOnDefect(switches, pageOf(chainId, book.name)), mandates: { byHash: (hash) => mandates.get(hash) },
      stillWanted: ({ plan }) => {
        if (plan.kind === 'ACTIVATE') return awaitsActivation(mandates, plan.mandateHash);
        return plan.permitId === undefined ? decider.stillWanted(plan.positionId) : awaitsSubmission(permits, plan.permitId);
      },
    },
    { confirmations: book.confirmations, fees: { tip: TIP, maxFeePerGas: MOST_FEE_PER_GAS }, maxGasLimit: MOST_GAS, tokens: book.tokens, pollMs: env.blockPollMs, retryMs: Math.min(MOST_RETRY_MS, 4 * env.blockPollMs), replaceAfterMs: () => Math.max(LEAST_PATIENCE_MS, 2_000 * pace.secondsPerBlock()) },
  );
  const surroundings = new Surroundings(reads, book);
  const openActions = () => records.openActions(chainId);
  const reaction = new Reaction({ follower, quick, assessor: new Assessor(quick.dollars, prices, surroundings, true), decider, executor, gas, fills, keeper, pace, stops, openActions });
  const watcher = new Watcher(reads, readers, follower, new Assessor(new DollarPrices(reads, book), prices, surroundings), positions, [new LiquidationTeller(readers, outbox, journal), new PriceAlarm(outbox)], pace, now);
  const cycle = new WatchCycle({
    watcher, follower, keepers: { mandates: new MandateKeeper(unhurried, book, mandates, journal, records), permits: new PermitKeeper(unhurried, book, permits, journal, records) },
    unreadAlarm: new UnreadAlarm(chainId, outbox), decider, openActions, reaction, now,
  });
  const notifier = new Notifier({ email, webhook: new HttpWebhookChannel({ allowLoopback: env.allowLoopbackWebhooks }), publicUrl: env.publicUrl, random: Math.random });
  return {
    env, book, reads, database, journal, records, outbox, mandates, positions, decider, executor, notifier, now, readers, discovery, signer, leader,
    learner: env.backup === null ? null : new MandateLearner(unhurried, book, { mandates, positions, watches }, BigInt(env.backup.fromBlock)),
    chains: new ChainStore(database),
    breakers: breakerDesk({ env, book, reads: unhurried, sends, signer, database, switches, leases, mandates, outbox, signed: signer, fence: () => leader.fence, now, mostFeePerGas: MOST_FEE_PER_GAS * 2n }),
    hedging: openHedging({ env, chainId, chainName: book.name, database, positions, outbox, leases, now }),
    follower, cycle, reaction, shadow,
    takenBack: takenBackDesk({ database, reads: unhurried, sends, signer, fence: () => leader.fence, fees: { tip: TIP, maxFeePerGas: MOST_FEE_PER_GAS }, book, stops, journal, mandates, outbox }),
    close: async () => {
      email.close();
      await database.close();
    },
  };
}

const patienceOf = ({ backup }: WorkerEnv): Patience | null => (backup === null ? null : new Patience({ delta: wadFromNumberUp(backup.belowTrigger), seconds: BigInt(Math.ceil(backup.afterSeconds)) }));

/** A mandate that was superseded, rejected or ended meanwhile must not be put in force any more. */
const awaitsActivation = async (mandates: MandateStore, hash: Hash32): Promise<boolean> => (await mandates.get(hash))?.status === 'signed';

const awaitsSubmission = async (permits: PermitStore, id: string): Promise<boolean> => (await permits.get(id))?.state === 'open';
