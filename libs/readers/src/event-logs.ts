import { ReadFailed, type Hex, type LogQuery, type MinedLog, type ReadClient } from '@ballast/connectors';
import type { Address } from '@ballast/units';
import type { Interface } from 'ethers';
import type { z } from 'zod';

/** Addresses in one log query; nodes limit the size of a filter. */
const ADDRESSES_PER_QUERY = 200;

/** An account as a log's topic. */
export const topicOf = (account: Address): Hex => `0x${account.slice(2).padStart(64, '0')}`;

/** Logs for many accounts in a few queries, oldest first. `query` takes the accounts as topics. @throws ReadFailed */
export async function logsOf(client: ReadClient, accounts: readonly Address[], query: (topics: readonly Hex[]) => LogQuery): Promise<readonly MinedLog[]> {
  const found: MinedLog[] = [];
  for (let start = 0; start < accounts.length; start += ADDRESSES_PER_QUERY) {
    found.push(...(await client.getLogs(query(accounts.slice(start, start + ADDRESSES_PER_QUERY).map(topicOf)))));
  }
  return oldestFirst(found);
}

export const oldestFirst = (logs: readonly MinedLog[]): readonly MinedLog[] => [...logs].sort((a, b) => Number(a.blockNumber - b.blockNumber || a.logIndex - b.logIndex));

/** The log's arguments, parsed. @throws ReadFailed where they are not those of the event */
export function argsOf<S extends z.ZodType>(abi: Interface, name: string, schema: S, log: MinedLog): z.output<S> {
  const parsed = schema.safeParse(abi.parseLog({ topics: [...log.topics], data: log.data })?.args.toArray());
  if (!parsed.success) throw new ReadFailed(name, log.data.slice(0, 66), `the event ${name}`);
  return parsed.data;
}
