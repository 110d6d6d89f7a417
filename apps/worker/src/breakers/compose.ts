import { protocolsOf, type ChainBook, type ReadClient, type SendClient } from '@ballast/connectors';
import type { KeeperSigner } from '@ballast/connectors/signer';
import type { Outbox, SignedLog, StopScope } from '@ballast/policy';
import { DollarPrices } from '@ballast/readers';
import { AcceptedCodeStore, BreakerFactsReader, ExecutionWatchStore, LaneRemovalStore, PrismaPriceHistory, StopTeller, type Database, type LeaseStore, type MandateStore, type SwitchStore } from '@ballast/storage';
import type { WorkerEnv } from '../env.js';
import { ActionLook } from './action-look.js';
import { BreakerBoard } from './board.js';
import { BreakerDesk } from './breaker-desk.js';
import { ChainLook, NodeSight } from './chain-look.js';
import { CodeLook } from './code-look.js';
import { ForeignExecutions } from './foreign-executions.js';
import { LaneRemover } from './lane-remover.js';
import { pageOf } from './operator-pages.js';
import { PriceLook } from './price-look.js';
import { SoldPairs } from './sold-pairs.js';

export interface BreakerDeskSource {
  readonly env: Pick<WorkerEnv, 'blindAfterSeconds' | 'maxBaseFee' | 'maxSpendPerHour'>;
  readonly book: ChainBook;
  readonly reads: ReadClient;
  readonly sends: Pick<SendClient, 'broadcast'>;
  readonly signer: KeeperSigner;
  readonly database: Database;
  readonly switches: SwitchStore;
  readonly leases: LeaseStore;
  readonly mandates: MandateStore;
  readonly outbox: Outbox;
  /** What the signer ever signed. */
  readonly signed: SignedLog;
  readonly fence: () => bigint;
  readonly now: () => number;
  readonly mostFeePerGas: bigint;
}

/** The breakers of a chain with everything that they look at. */
export function breakerDesk({ env, book, reads, sends, signer, database, switches, leases, mandates, outbox, signed, fence, now, mostFeePerGas }: BreakerDeskSource): BreakerDesk {
  const { chainId } = reads;
  const chain: StopScope = { kind: 'chain', chainId };
  const [facts, watch, removals] = [new BreakerFactsReader(database), new ExecutionWatchStore(database), new LaneRemovalStore(database)];
  const pairs = new SoldPairs(chainId, facts);
  const own = BigInt(Math.floor(now() / 1000));
  return new BreakerDesk({
    reads, leases, now,
    board: new BreakerBoard(chainId, switches, pageOf(chainId, book.name)),
    nodes: new NodeSight(chain, reads, BigInt(Math.ceil(env.blindAfterSeconds)), own),
    looks: [
      new ChainLook(chain, reads, book, env.maxBaseFee),
      new PriceLook({ client: reads, book, pairs, history: new PrismaPriceHistory(database), dollars: new DollarPrices(reads, book) }),
      new CodeLook(reads, book, new AcceptedCodeStore(database), pairs),
      new ActionLook(chainId, facts, protocolsOf(book), { laneWei: env.maxSpendPerHour / 2n, allWei: env.maxSpendPerHour }),
    ],
    executions: new ForeignExecutions({ reads, book, lanes: signer.lanes, watch, signed, removals, mandates, outbox }),
    remover: new LaneRemover({ reads, sends, signer, removals, book, fence, now, mostFeePerGas }),
    teller: new StopTeller(database),
  });
}
