import type { ChainBook } from '@ballast/connectors';
import { z } from 'zod';
import { addressWord, eventStream, type EventStream } from '../discovery/event-stream.js';

/**
 * Accounts of the core pool. The comptroller's MarketEntered is enough, and no market's own events are needed: collateral counts only in a market that was entered, a borrow enters its market
 * when the account has not, and VAI is minted against entered markets alone. The comptroller's earlier versions did not index the arguments; their words come in the same order.
 */
export function venusEvents({ comptroller, fromBlock }: NonNullable<ChainBook['venus']>): EventStream {
  return eventStream('venus', comptroller, fromBlock, [
    { signature: 'event MarketEntered(address indexed vToken, address indexed account)', entry: z.tuple([addressWord, addressWord]).transform(([, account]) => ({ account, market: null })) },
  ]);
}
