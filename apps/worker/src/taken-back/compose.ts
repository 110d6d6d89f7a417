import { Logger } from '@nestjs/common';
import type { ChainBook, ReadClient, SendClient } from '@ballast/connectors';
import type { KeeperSigner } from '@ballast/connectors/signer';
import type { FeeSettings } from '@ballast/execution';
import { stopFor } from '@ballast/policy';
import { VanishedNonces, type Database, type MandateStore, type PrismaActionJournal, type PrismaOutbox } from '@ballast/storage';
import type { StopsInForce } from '../breakers/stops-in-force.js';
import { NonceFiller } from './nonce-filler.js';
import { TakenBack } from './taken-back.js';
import { takenBackNotices, takenBackPage } from './taken-back-notices.js';

export interface TakenBackSource {
  readonly database: Database;
  readonly reads: ReadClient;
  readonly sends: SendClient;
  readonly signer: KeeperSigner;
  readonly fence: () => bigint;
  readonly fees: FeeSettings;
  readonly book: ChainBook;
  readonly stops: Pick<StopsInForce, 'all'>;
  readonly journal: PrismaActionJournal;
  readonly mandates: MandateStore;
  readonly outbox: PrismaOutbox;
}

/** `TakenBack` as the worker runs it. */
export function takenBackDesk({ database, reads, sends, signer, fence, fees, book, stops, journal, mandates, outbox }: TakenBackSource): TakenBack {
  const log = new Logger(TakenBack.name);
  const nonces = new VanishedNonces(database);
  return new TakenBack({
    reads, sends, nonces, filler: new NonceFiller({ reads, signer, nonces, fence, fees }), lanes: signer.lanes,
    // Its health of then says nothing now: what is stopped unless urgent counts as stopped.
    isStopped: async ({ kind, positionId }) => stopFor(await stops.all(), { positionId, tokens: [], health: null }, kind) !== null,
    tell: async (one, since, remedy) => {
      const intent = one.intent === null ? null : await journal.intent(one.intent.id);
      const owners = intent === null ? [] : takenBackNotices(intent, await mandates.get(intent.plan.mandateHash), book.tokens, since, remedy);
      await outbox.tell([takenBackPage(reads.chainId, book.name, one, since, remedy), ...owners]);
      log.error(`the chain took nonce ${one.nonce} of ${one.lane} back after it counted as settled: ${remedy}`);
    },
    failed: (lane, message) => log.error(`a nonce of ${lane} that the chain took back is still free: ${message}`),
  });
}
