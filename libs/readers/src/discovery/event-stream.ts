import { ReadFailed, type Hex, type MinedLog } from '@ballast/connectors';
import type { DiscoverableProtocol, Found } from '@ballast/positions';
import { address, hash32, type Address, type Hash32 } from '@ballast/units';
import { Interface } from 'ethers';
import { z } from 'zod';

/** What one event tells of: an account with collateral or debt (in a market, where the protocol keeps loans apart), or a market that is new. */
export type FoundEntry = { readonly account: Address; readonly market: Hash32 | null } | { readonly account: null; readonly market: Hash32 };

/** The events of one contract from which a protocol's borrowers and markets are found. */
export interface EventStream {
  readonly protocol: DiscoverableProtocol;
  readonly address: Address;
  /** The events' first topics. */
  readonly topics: readonly Hex[];
  /** The first block that counts. */
  readonly from: bigint;
  /** Contract and events as text: where it differs from the one a checkpoint was made for, the scan begins anew. */
  readonly source: string;
  /** What the logs tell of. @throws ReadFailed for a log that is none of the stream's events */
  found(logs: readonly MinedLog[]): Found;
}

/** An event's signature as in Solidity, and how its words are read: indexed arguments first, then the others, each 32 bytes. */
export interface StreamEvent {
  readonly signature: string;
  readonly entry: z.ZodType<FoundEntry>;
}

/** A word of a log that is a hash or an id. */
export const hashWord = z.string().regex(/^0x[0-9a-f]{64}$/, 'a 32-byte word').transform(hash32);
/** A word of a log that is an address. */
export const addressWord = z.string().regex(/^0x0{24}[0-9a-f]{40}$/, 'an address in a 32-byte word').transform((word) => address(`0x${word.slice(26)}`));

/** The stream of a contract's events, from a block on. */
export function eventStream(protocol: DiscoverableProtocol, contract: Address, fromBlock: number | undefined, events: readonly StreamEvent[]): EventStream {
  const abi = new Interface(events.map(({ signature }) => signature));
  const fragments = abi.fragments.map((fragment) => ({ topic: abi.getEvent(fragment.format('sighash'))?.topicHash as Hex, text: fragment.format('sighash') }));
  const entries = new Map(fragments.map(({ topic, text }, index) => [topic as string, { text, entry: (events[index] as StreamEvent).entry }]));
  return {
    protocol,
    address: contract,
    topics: fragments.map(({ topic }) => topic),
    from: BigInt(fromBlock ?? 0),
    source: [contract, ...fragments.map(({ text }) => text)].join(' '),
    found(logs) {
      const read = logs.map((log) => ({ ...entryOf(log, contract, entries), blockNumber: log.blockNumber }));
      return {
        places: read.flatMap(({ account, market, blockNumber }) => (account === null ? [] : [{ account, market, blockNumber }])),
        markets: read.flatMap(({ account, market, blockNumber }) => (account === null && market !== null ? [{ market, blockNumber }] : [])),
      };
    },
  };
}

function entryOf(log: MinedLog, contract: Address, entries: ReadonlyMap<string, { text: string; entry: z.ZodType<FoundEntry> }>): FoundEntry {
  const event = entries.get(log.topics[0] ?? '');
  if (event === undefined || log.address !== contract) throw new ReadFailed('eth_getLogs', `a log ${log.topics[0] ?? 'without topics'} of ${log.address}`, `the events asked for of ${contract}`);
  const parsed = event.entry.safeParse([...log.topics.slice(1), ...wordsOf(log.data)]);
  if (!parsed.success) throw new ReadFailed(event.text, `${log.topics.length} topics and ${log.data.slice(0, 66)}`, parsed.error.issues[0]?.message ?? 'another shape');
  return parsed.data;
}

const wordsOf = (data: Hex): Hex[] => (data.slice(2).match(/.{1,64}/g) ?? []).map((word): Hex => `0x${word}`);
