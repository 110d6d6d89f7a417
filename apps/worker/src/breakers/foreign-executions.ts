import { Logger } from '@nestjs/common';
import { z } from 'zod';
import { LogRangeRefused, ReadFailed, callOf, decodeAs, type BlockRef, type ChainBook, type Hex, type MinedLog, type ReadClient } from '@ballast/connectors';
import { GUARDS, decodeExecuted } from '@ballast/execution/planner';
import type { NoticeData } from '@ballast/notifications';
import { BREAKERS, MANDATE_ACTIONS, classifyForeign, type ForeignExecution, type Notice, type Outbox, type SignedLog } from '@ballast/policy';
import { protocolNameOf } from '@ballast/positions';
import type { ExecutionWatchStore, LaneRemovalStore, MandateStore } from '@ballast/storage';
import type { Address } from '@ballast/units';
import { keepers } from '../keepers.js';
import { pageNotice } from './operator-pages.js';

const EXECUTED = GUARDS.AaveGuard.getEvent('Executed')?.topicHash as Hex;
/** Blocks asked for at once, and the fewest when a node refuses. */
const MOST_BLOCKS = 2_000n;
const FEWEST_BLOCKS = 10n;

export interface ForeignExecutionsParts {
  readonly reads: ReadClient;
  readonly book: ChainBook;
  /** The accounts that our own signer signs for. */
  readonly lanes: readonly Address[];
  readonly watch: ExecutionWatchStore;
  /** What our signer ever signed. */
  readonly signed: SignedLog;
  readonly removals: LaneRemovalStore;
  readonly mandates: MandateStore;
  readonly outbox: Outbox;
}

/**
 * Compares what our guards tell of on chain with what we sent. A rescue by one of our own lanes that neither the journal nor the signer knows is the sign of a stolen
 * key: everything on the chain is stopped, people are called, and the lane is to remove itself. A backup keeper's rescue is told to its owner as that.
 */
export class ForeignExecutions {
  private readonly log = new Logger('Executions');
  /** What was classified already: the newest blocks are looked at again, as a reorganisation may have changed them. */
  private readonly settled = new Set<string>();
  private span = MOST_BLOCKS;

  constructor(private readonly parts: ForeignExecutionsParts) {}

  /** Looks through the blocks since the last look and the newest ones again. @throws what a read throws: then the same blocks are looked through at the next turn */
  async look(head: BlockRef): Promise<void> {
    const { watch, reads, book } = this.parts;
    const until = await watch.lookedUntil(reads.chainId);
    if (until === null) {
      // Of what came before this database nothing can be said.
      await watch.lookedThrough(reads.chainId, head.number);
      return;
    }
    const overlap = 2n * BigInt(book.confirmations);
    let from = until.block - overlap > until.since ? until.block - overlap : until.since + 1n;
    while (from <= head.number) {
      const to = from + this.span - 1n < head.number ? from + this.span - 1n : head.number;
      const logs = await this.logsOf(from, to);
      if (logs === null) continue;
      await this.classify(logs, head);
      await watch.lookedThrough(reads.chainId, to);
      from = to + 1n;
    }
  }

  /** Null where the node wants fewer blocks at a time. */
  private async logsOf(from: bigint, to: bigint): Promise<readonly MinedLog[] | null> {
    try {
      const logs = await this.parts.reads.getLogs({ blocks: { from, to }, topics: [EXECUTED] });
      return logs.filter(({ address }) => this.guards().includes(address));
    } catch (error) {
      if (!(error instanceof LogRangeRefused) || this.span <= FEWEST_BLOCKS) throw error;
      this.span = this.span / 2n;
      return null;
    }
  }

  private guards(): readonly Address[] {
    const { aaveGuard, morphoGuard, venusGuard, cometGuard } = this.parts.book.ballast;
    return [aaveGuard, morphoGuard, venusGuard, cometGuard].filter((guard) => guard !== undefined);
  }

  private async classify(logs: readonly MinedLog[], head: BlockRef): Promise<void> {
    const fresh = logs.filter((log) => !this.settled.has(log.transactionHash));
    const ours = await this.parts.watch.ours([...new Set(fresh.map(({ transactionHash }) => transactionHash))]);
    for (const log of fresh) {
      if (!ours.has(log.transactionHash)) await this.foreign(log, head);
      this.settled.add(log.transactionHash);
    }
  }

  private async foreign(log: MinedLog, head: BlockRef): Promise<void> {
    const event = decodeExecuted(log);
    const receipt = await this.parts.reads.receipt(log.transactionHash);
    if (receipt === null) throw new ReadFailed('eth_getTransactionReceipt', 'nothing', `the receipt of ${log.transactionHash}, whose log is there`);
    if (event === null) return;
    const found: ForeignExecution = { transactionHash: log.transactionHash, sender: receipt.from, owner: event.owner, mandateHash: event.mandateHash, action: event.action, blockNumber: log.blockNumber };
    const isLane = this.parts.lanes.includes(found.sender);
    const kind = classifyForeign(found, {
      lanes: this.parts.lanes, isSigned: isLane && (await this.parts.signed.has(found.transactionHash)), isKeeper: !isLane && (await this.isKeeper(found.sender, head)),
    });
    if (kind === 'theft') await this.theft(found);
    if (kind === 'backup') await this.backup(found);
    if (kind === 'forgotten') this.log.warn(`${found.transactionHash} of ${found.sender} is not in the journal, and the signer signed it: the database was restored from before`);
    if (kind === 'stranger') this.log.warn(`${found.transactionHash}: ${found.sender}, who is no keeper of ours, acted under mandate ${found.mandateHash}`);
  }

  private async theft({ transactionHash, sender }: ForeignExecution): Promise<void> {
    const { removals, reads, book } = this.parts;
    const reason = `our own key ${sender} sent a rescue that we did not sign (${transactionHash}): somebody else holds that key`;
    this.log.error(reason);
    const stop = { scope: { kind: 'chain', chainId: reads.chainId }, stops: 'all', setBy: BREAKERS.keyTheft.name, reason } as const;
    await removals.begin({ chainId: reads.chainId, lane: sender, keepers: book.ballast.keepers, because: transactionHash }, stop, () => [pageNotice(reads.chainId, `theft_${sender}_${transactionHash}`, 'critical', {
      title: 'a key of ours was used by somebody else', reason, chainName: book.name, stops: 'everything on this chain', transactionHash, lane: sender,
      todo: 'Nothing is signed on this chain any more, and the lane takes itself off the list of keepers. Look at the transaction and at the host that holds the key; the remover key can take off other lanes. The stop stays until you take it away.',
    })]);
  }

  private async backup({ transactionHash, sender, owner, mandateHash, action }: ForeignExecution): Promise<void> {
    const { mandates, outbox, reads } = this.parts;
    const mandate = await mandates.get(mandateHash);
    const data: NoticeData<'rescue.by-backup'> = { ...(mandate === null ? {} : { protocol: protocolNameOf(mandate.positionId) }), action: actionName(action), keeper: sender, transactionHash };
    const notice: Notice = { id: `evt_backup_${transactionHash.slice(2)}_${mandateHash.slice(2, 12)}`, chainId: reads.chainId, account: owner, positionId: mandate?.positionId ?? null, kind: 'rescue.by-backup', severity: 'info', data };
    await outbox.tell([notice]);
  }

  private async isKeeper(account: Address, head: BlockRef): Promise<boolean> {
    const { to, data } = callOf(this.parts.book.ballast.keepers, keepers, 'isKeeper', [account]);
    return decodeAs(keepers, 'isKeeper', z.tuple([z.boolean()]), await this.parts.reads.callAt(head, to, data))[0];
  }
}

const actionName = (action: number): 'repay' | 'top-up' | 'fill' => (action === MANDATE_ACTIONS.FILL ? 'fill' : action === MANDATE_ACTIONS.TOP_UP ? 'top-up' : 'repay');

