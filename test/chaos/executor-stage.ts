import { connect, connectSender, parseAddressBook, type ChainBook, type ReadClient, type SendClient } from '@ballast/connectors';
import { LocalKeeperSigner } from '@ballast/connectors/signer';
import type { Devchain } from '@ballast/devchain';
import { KEEPER_SELECTORS, type Executor, type ExecutorParts, type ExecutorSettings } from '@ballast/execution';
import { Database, MandateStore, PrismaActionJournal, PrismaOutbox } from '@ballast/storage';
import { chainId, type ChainId } from '@ballast/units';

/** What another process needs to carry out the same intents. Plain JSON. */
export interface StageAddress {
  readonly rpcUrl: string;
  readonly databaseUrl: string;
  readonly chainId: number;
  readonly book: Devchain['book'];
  /** One key a lane. */
  readonly keeperKey: string | readonly string[];
}

export interface ExecutorStage {
  readonly chain: ChainId;
  readonly book: ChainBook;
  readonly reads: ReadClient;
  readonly sends: SendClient;
  readonly database: Database;
  readonly journal: PrismaActionJournal;
  readonly mandates: MandateStore;
  readonly parts: ExecutorParts;
  readonly settings: ExecutorSettings;
}

const GWEI = 1_000_000_000n;

/** Everything an executor works with, on a running chain and database. */
export async function openStage(at: StageAddress): Promise<ExecutorStage> {
  const chain = chainId(at.chainId);
  const book = parseAddressBook({ [at.chainId]: at.book }, at.chainId);
  const [reads, sends] = await Promise.all([connect({ url: at.rpcUrl, chainId: chain, multicall3: book.multicall3 }), connectSender({ url: at.rpcUrl, chainId: chain })]);
  const database = new Database(at.databaseUrl);
  const journal = new PrismaActionJournal(database);
  const mandates = new MandateStore(database);
  const outbox = new PrismaOutbox(database);
  const signer = new LocalKeeperSigner(at.keeperKey, { chainId: chain, guards: [book.ballast.aaveGuard], selectors: KEEPER_SELECTORS, maxFeePerGas: 1_000n * GWEI, maxGasLimit: 3_000_000n });
  const parts: ExecutorParts = { journal, reads, sends, signer, mandates: { byHash: (hash) => mandates.get(hash) }, stillWanted: async () => true, now: Date.now, monotonic: () => performance.now(), tell: (notices) => outbox.tell(notices) };
  const settings: ExecutorSettings = { confirmations: book.confirmations, fees: { tip: GWEI, maxFeePerGas: 500n * GWEI }, maxGasLimit: 3_000_000n, tokens: book.tokens, pollMs: 20, retryMs: 50 };
  return { chain, book, reads, sends, database, journal, mandates, parts, settings };
}

/** Calls `advance` until the intent has ended. */
export async function carryOut(executor: Executor, intentId: string, giveUpAfterMs = 60_000): Promise<void> {
  for (const until = Date.now() + giveUpAfterMs; Date.now() < until; ) {
    const progress = await executor.advance(intentId);
    if (progress.done) return;
    await new Promise((again) => setTimeout(again, progress.retryAfterMs));
  }
  throw new Error(`intent ${intentId} did not end`);
}
