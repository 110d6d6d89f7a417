import type { Address, ChainId, Hash32 } from '@ballast/units';
import { countBlocks, missingRanges, type BlockRanges } from './block-ranges.js';

/** Protocols whose borrowers and markets are found from their events. */
export type DiscoverableProtocol = 'aave-v3' | 'morpho-blue' | 'venus';

/** An account that had collateral or debt, and the market where the protocol keeps loans apart; null where it has one pool. `blockNumber`: the lowest block scanned in which it did. */
export interface FoundPlace {
  readonly account: Address;
  readonly market: Hash32 | null;
  readonly blockNumber: bigint;
}

/** A market that was created in `blockNumber`. */
export interface FoundMarket {
  readonly market: Hash32;
  readonly blockNumber: bigint;
}

export interface Found {
  readonly places: readonly FoundPlace[];
  readonly markets: readonly FoundMarket[];
}

/** A block as it was when its range was scanned. */
export interface KnownBlock {
  readonly number: bigint;
  readonly hash: Hash32;
}

/** What of a protocol's events was scanned. `hashes`: newest first, one a block; every block scanned up to one of them belongs to its branch. */
export interface ScanState {
  readonly scanned: BlockRanges;
  readonly hashes: readonly KnownBlock[];
  /** The newest block that there was at the last look. */
  readonly head: bigint;
}

/** The checkpoint of one protocol's scan on one chain. */
export interface DiscoveryCursor extends ScanState {
  /** Grows by one with every write: whoever writes names the version that the new state was made from. */
  readonly version: number;
  /** The contract and the events that were scanned for. */
  readonly source: string;
  /** The first block that counts. */
  readonly from: bigint;
  /** Why the last step could not go on, for people; null when it could. */
  readonly problem: string | null;
}

/** A place and where it is. */
export interface ProtocolPlace extends FoundPlace {
  readonly chainId: ChainId;
  readonly protocol: DiscoverableProtocol;
}

/** Where checkpoints and what was found are kept. A checkpoint and the entries that belong to it are always written in one transaction. */
export interface DiscoveryStore {
  /** The checkpoint of the scan, made empty where there is none. Where it was made for another source, everything found is dropped and the scan begins anew. */
  open(chain: ChainId, protocol: DiscoverableProtocol, source: string, from: bigint): Promise<DiscoveryCursor>;
  /** Adds what was found and moves the checkpoint; an entry that is there keeps the lower block. Returns the new version, or null, and writes nothing, when somebody else has moved the checkpoint since `version`. */
  record(chain: ChainId, protocol: DiscoverableProtocol, version: number, state: ScanState, found: Found): Promise<number | null>;
  /** Drops the entries above the block and moves the checkpoint. Returns as `record`. */
  rollBack(chain: ChainId, protocol: DiscoverableProtocol, version: number, state: ScanState, above: bigint): Promise<number | null>;
  /** Keeps the newest block seen and why the scan cannot go on, or that it can again; the version stays. */
  note(chain: ChainId, protocol: DiscoverableProtocol, head: bigint, problem: string | null): Promise<void>;
  /** Every place found at a protocol, by account and market. */
  places(chain: ChainId, protocol: DiscoverableProtocol): Promise<readonly FoundPlace[]>;
  /** Where the account was found, on every chain and at every protocol. */
  placesOf(account: Address): Promise<readonly ProtocolPlace[]>;
  /** Every market found at a protocol, by id. */
  markets(chain: ChainId, protocol: DiscoverableProtocol): Promise<readonly FoundMarket[]>;
  counts(chain: ChainId, protocol: DiscoverableProtocol): Promise<{ readonly places: number; readonly markets: number }>;
}

/** How far a scan has come. */
export interface ScanProgress {
  readonly from: bigint;
  readonly head: bigint;
  /** Blocks scanned and not scanned from the first one that counts to the head. */
  readonly scannedBlocks: bigint;
  readonly missingBlocks: bigint;
  /** Scanned blocks in a million, rounded down: a million only when none is missing. */
  readonly scannedPpm: number;
  /** What is missing, newest first. */
  readonly gaps: BlockRanges;
  /** The highest block scanned; null before the first one was. */
  readonly newest: bigint | null;
  readonly problem: string | null;
}

/** How far the scan of the checkpoint has come, up to the newest block that it knows of. */
export function scanProgress(cursor: DiscoveryCursor): ScanProgress {
  const { from, head, scanned, problem } = cursor;
  const gaps = missingRanges(scanned, from, head).toReversed();
  const missingBlocks = countBlocks(gaps);
  const all = head < from ? 0n : head - from + 1n;
  return {
    from, head, gaps, missingBlocks, problem,
    scannedBlocks: all - missingBlocks,
    scannedPpm: all === 0n ? 0 : Number(((all - missingBlocks) * 1_000_000n) / all),
    newest: scanned.at(-1)?.to ?? null,
  };
}
