import type { ChainBook, ReadClient } from '@ballast/connectors';
import type { Executor } from '@ballast/execution';
import type { Notifier } from '@ballast/notifications';
import type { Discovery, RefreshingReader } from '@ballast/readers';
import type { ChainStore, Database, JournalReader, MandateStore, PrismaActionJournal, PrismaOutbox } from '@ballast/storage';
import type { WorkerEnv } from './env.js';
import type { Decider } from './pipeline/decider.js';
import type { MandateKeeper } from './pipeline/mandate-keeper.js';
import type { PermitKeeper } from './pipeline/permit-keeper.js';
import type { UnreadAlarm } from './pipeline/unread-alarm.js';
import type { Watcher } from './pipeline/watcher.js';

/** Everything the worker's stages need, connected and checked before Nest starts. */
export interface Runtime {
  readonly env: WorkerEnv;
  readonly book: ChainBook;
  readonly reads: ReadClient;
  readonly database: Database;
  readonly chains: ChainStore;
  readonly mandates: MandateStore;
  readonly journal: PrismaActionJournal;
  readonly records: JournalReader;
  readonly outbox: PrismaOutbox;
  /** A reader for each protocol of the chain. */
  readonly readers: readonly RefreshingReader[];
  readonly discovery: Discovery;
  readonly watcher: Watcher;
  readonly decider: Decider;
  readonly mandateKeeper: MandateKeeper;
  readonly permitKeeper: PermitKeeper;
  readonly unreadAlarm: UnreadAlarm;
  readonly executor: Executor;
  readonly notifier: Notifier;
  /** Our own clock in milliseconds. */
  readonly now: () => number;
  close(): Promise<void>;
}

export const RUNTIME = Symbol('runtime');
