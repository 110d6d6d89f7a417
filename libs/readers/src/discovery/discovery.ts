import type { ChainBook } from '@ballast/connectors';
import { scanProgress, type DiscoverableProtocol, type DiscoveryStore, type FoundMarket, type FoundPlace, type ProtocolPlace, type ScanProgress } from '@ballast/positions';
import type { Address } from '@ballast/units';
import { aaveV3Events } from '../aave-v3/borrower-events.js';
import { morphoBlueEvents } from '../morpho-blue/market-events.js';
import { venusEvents } from '../venus/account-events.js';
import type { EventStream } from './event-stream.js';
import { StreamScan, type ChainReads, type ScanOptions, type StreamStep } from './stream-scan.js';

/** How far one protocol's scan has come, and how much it has found. */
export interface StreamStatus extends ScanProgress {
  readonly protocol: DiscoverableProtocol;
  readonly places: number;
  readonly markets: number;
}

/** The streams of the protocols that the address book has. */
export function eventStreams(book: ChainBook): readonly EventStream[] {
  return [aaveV3Events(book), ...(book.morpho === undefined ? [] : [morphoBlueEvents(book.morpho)]), ...(book.venus === undefined ? [] : [venusEvents(book.venus)])];
}

/**
 * Finds borrowers and markets from events, newest first, and follows the chain from then on. What was scanned and what was found are written in one transaction, so it may be stopped at any
 * point, and several may run over one store. `now` is the wall clock in milliseconds.
 */
export class Discovery {
  private readonly scans: readonly StreamScan[];
  private running: Promise<readonly StreamStep[]> | null = null;

  constructor(private readonly chain: ChainReads, streams: readonly EventStream[], private readonly store: DiscoveryStore, now: () => number, options: ScanOptions = {}) {
    this.scans = streams.map((stream) => new StreamScan(chain, stream, store, now, options));
  }

  /**
   * One bounded piece of work for each protocol, to be called at each block, and again at once while blocks are missing and the step recorded some. Called while a step is under way, it returns that step.
   * A node that does not answer or refuses is told in the result; what the store throws is thrown, and nothing is half written.
   */
  step(): Promise<readonly StreamStep[]> {
    this.running ??= this.steps().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** At the same time, so that a silent node costs one wait and not three; all are awaited, so that no two steps of one scan ever overlap. */
  private async steps(): Promise<readonly StreamStep[]> {
    const steps = await Promise.allSettled(this.scans.map((scan) => scan.step()));
    return steps.map((step) => {
      if (step.status === 'rejected') throw step.reason;
      return step.value;
    });
  }

  /** How far each protocol's scan has come, by what is stored. */
  async status(): Promise<readonly StreamStatus[]> {
    return Promise.all(this.scans.map(async (scan) => {
      const { protocol } = scan.stream;
      const [cursor, counts] = await Promise.all([scan.open(), this.store.counts(this.chain.chainId, protocol)]);
      return { protocol, ...scanProgress(cursor), ...counts };
    }));
  }

  /** Every place found at the protocol so far. */
  found(protocol: DiscoverableProtocol): Promise<readonly FoundPlace[]> {
    return this.store.places(this.chain.chainId, protocol);
  }

  /** Where the account was found, at every protocol of this chain. */
  async placesOf(account: Address): Promise<readonly ProtocolPlace[]> {
    return (await this.store.placesOf(account)).filter(({ chainId }) => chainId === this.chain.chainId);
  }

  /** Every market found at the protocol so far. */
  marketsOf(protocol: DiscoverableProtocol): Promise<readonly FoundMarket[]> {
    return this.store.markets(this.chain.chainId, protocol);
  }
}
