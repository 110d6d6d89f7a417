import type { ChainBook, ReadClient } from '@ballast/connectors';
import type { KeeperSigner, SignedLog } from '@ballast/connectors/signer';
import type { Executor } from '@ballast/execution';
import type { Notifier } from '@ballast/notifications';
import type { Discovery, RefreshingReader } from '@ballast/readers';
import type { ChainStore, Database, JournalReader, MandateStore, PositionStore, PrismaActionJournal, PrismaOutbox } from '@ballast/storage';
import type { BreakerDesk } from './breakers/breaker-desk.js';
import type { WorkerEnv } from './env.js';
import type { Hedging } from './hedging/compose.js';
import type { Decider } from './pipeline/decider.js';
import type { MandateLearner } from './backup/mandate-learner.js';
import type { WatchCycle } from './pipeline/watch-cycle.js';
import type { Follower } from './reaction/follower.js';
import type { Reaction } from './reaction/reaction.js';
import type { ShadowDesk } from './shadow/shadow-desk.js';
import type { Leader } from './schedule/leader.js';
import type { TakenBack } from './taken-back/taken-back.js';

/** Everything the worker's stages need, connected and checked before Nest starts. */
export interface Runtime {
  readonly env: WorkerEnv;
  readonly book: ChainBook;
  readonly reads: ReadClient;
  readonly database: Database;
  readonly chains: ChainStore;
  readonly mandates: MandateStore;
  readonly positions: PositionStore;
  readonly journal: PrismaActionJournal;
  readonly records: JournalReader;
  readonly outbox: PrismaOutbox;
  /** A reader for each protocol of the chain. */
  readonly readers: readonly RefreshingReader[];
  readonly discovery: Discovery;
  readonly follower: Follower;
  readonly cycle: WatchCycle;
  readonly reaction: Reaction;
  readonly shadow: ShadowDesk;
  readonly decider: Decider;
  readonly executor: Executor;
  readonly takenBack: TakenBack;
  readonly signer: KeeperSigner & SignedLog;
  /** Whether this worker is the one that acts. */
  readonly leader: Leader;
  /** Null but in a backup keeper. */
  readonly learner: MandateLearner | null;
  readonly breakers: BreakerDesk;
  /** What looks after hedges and guarded accounts at derivatives venues. */
  readonly hedging: Hedging;
  readonly notifier: Notifier;
  /** Our own clock in milliseconds. */
  readonly now: () => number;
  close(): Promise<void>;
}

export const RUNTIME = Symbol('runtime');
