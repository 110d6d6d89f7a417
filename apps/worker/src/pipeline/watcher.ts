import { Logger } from '@nestjs/common';
import { RpcUnreachable, type BlockRef, type ReadClient } from '@ballast/connectors';
import { PROTOCOL_NAMES, type LendingPosition, type LendingProtocol, type PositionId, type PriceTick } from '@ballast/positions';
import type { DollarPrices, VenueReader } from '@ballast/readers';
import { assess, healthAgrees } from '@ballast/risk';
import type { AssessedPosition, PositionStore, WatchStore } from '@ballast/storage';
import type { Address } from '@ballast/units';
import type { BlockPace } from './block-pace.js';
import type { PriceSeries } from './price-series.js';
import type { Surroundings } from './surroundings.js';

const PACE_BLOCKS = 20n;

/** Tells what a block showed beside the loans' own state. */
export interface Teller {
  /** `missed`: protocols of which not every watched account could be read at this block. */
  tell(block: BlockRef, assessed: readonly AssessedPosition[], missed: ReadonlySet<LendingProtocol>): Promise<void>;
}

/** Where prices come from that volatility is measured on: one source for all protocols, so that a stranger's oracle never gets into it. */
export interface PriceSource {
  readonly dollars: DollarPrices;
  readonly series: PriceSeries;
}

/** Reads every watched account at one block, at every protocol, assesses and stores it. */
export class Watcher {
  private readonly log = new Logger(Watcher.name);
  private lastBlock: BlockRef | null = null;

  constructor(
    private readonly client: ReadClient,
    private readonly readers: readonly VenueReader[],
    private readonly surroundings: Surroundings,
    private readonly prices: PriceSource,
    private readonly stores: { readonly watches: WatchStore; readonly positions: PositionStore },
    private readonly tellers: readonly Teller[],
    private readonly pace: BlockPace,
  ) {}

  /** Looks at the newest block. Returns the block and the positions stored, or null when that block was looked at already. */
  async watchHead(): Promise<{ block: BlockRef; positions: readonly PositionId[] } | null> {
    const block = await this.client.head();
    if (block.hash === this.lastBlock?.hash) return null;
    await this.keepPace(block);
    const { positions, missed } = await this.readAll(block);
    const assessed = await this.assessAll(await this.surroundings.withRates(positions, block), block);
    const stored = assessed.length === 0 ? [] : await this.stores.positions.save(assessed, []);
    // What happened to others is never a reason not to decide; what was not told is looked for again at the next block.
    await Promise.all(this.tellers.map((teller) => teller.tell(block, assessed, missed).catch((error: Error) => this.log.warn(`not told: ${error.message}`))));
    this.lastBlock = block;
    return { block, positions: stored };
  }

  /** A process that has just started looks back some blocks: an unknown pace would make it act as a slow keeper must. */
  private async keepPace(block: BlockRef): Promise<void> {
    if (this.lastBlock === null && block.number > PACE_BLOCKS) {
      const earlier = await this.client.blockAt(block.number - PACE_BLOCKS);
      if (earlier !== null) this.pace.see(earlier.number, earlier.timestamp);
    }
    this.pace.see(block.number, block.timestamp);
  }

  /** Every protocol by itself: one that cannot be read never takes the others with it. Where the node answers none of them we do not see. @throws RpcUnreachable */
  private async readAll(block: BlockRef): Promise<{ readonly positions: readonly LendingPosition[]; readonly missed: ReadonlySet<LendingProtocol> }> {
    const missed = new Set<LendingProtocol>();
    const outcomes = await Promise.allSettled(this.readers.map(async (reader) => this.read(reader, await this.stores.watches.watched(this.client.chainId, reader.protocol), block, missed)));
    const failed = outcomes.flatMap((outcome, index) => (outcome.status === 'rejected' ? [{ protocol: this.readers[index]?.protocol as LendingProtocol, reason: outcome.reason as Error }] : []));
    const [first] = failed;
    if (first !== undefined && failed.length === this.readers.length) throw first.reason;
    for (const { protocol, reason } of failed) {
      missed.add(protocol);
      this.log.error(`${PROTOCOL_NAMES[protocol]} cannot be read at block ${block.number}: ${reason.message}`);
    }
    return { positions: outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : [])), missed };
  }

  /**
   * Reads the accounts, and once more when an answer fails or does not add up: a node that is just taking in a block may mix two.
   * An account that still cannot be read is left out, so that one never blinds the others; its stored state grows old, which is shown.
   */
  private async read(reader: VenueReader, accounts: readonly Address[], block: BlockRef, missed: Set<LendingProtocol>): Promise<readonly LendingPosition[]> {
    if (accounts.length === 0) return [];
    const first = await reader.read(accounts, block).catch(passing);
    if (first?.every(healthAgrees)) return first;
    reader.forget?.(first === null ? accounts : first.filter((position) => !healthAgrees(position)).map(({ account }) => account));
    const second = await reader.read(accounts, block).catch(passing);
    if (second !== null || accounts.length === 1) return second ?? first ?? this.leftOut(reader, accounts, block, missed);
    const half = Math.ceil(accounts.length / 2);
    return [...(await this.read(reader, accounts.slice(0, half), block, missed)), ...(await this.read(reader, accounts.slice(half), block, missed))];
  }

  private leftOut({ protocol }: VenueReader, accounts: readonly Address[], block: BlockRef, missed: Set<LendingProtocol>): readonly LendingPosition[] {
    missed.add(protocol);
    this.log.error(`account ${accounts[0]} cannot be read on ${PROTOCOL_NAMES[protocol]} at block ${block.number}`);
    return [];
  }

  private async assessAll(positions: readonly LendingPosition[], block: BlockRef): Promise<readonly AssessedPosition[]> {
    const [market, series] = await Promise.all([this.surroundings.market(positions, block), this.seriesOf(positions, block)]);
    return positions.flatMap((position) => {
      try {
        const ticks = [...position.collaterals, ...position.debts].flatMap((leg) => series.get(leg.asset.address) ?? []);
        return [{ position, report: { ...assess({ position, ticks }), market: market(position) } }];
      } catch (error) {
        // Its stored state grows old, which is an alarm of its own; the others are not held up by it.
        this.log.error(`${position.id} cannot be assessed: ${(error as Error).message}`);
        return [];
      }
    });
  }

  /** Recent prices of every asset that the trusted source prices. */
  private async seriesOf(positions: readonly LendingPosition[], block: BlockRef): Promise<ReadonlyMap<Address, readonly PriceTick[]>> {
    const assets = [...new Set(positions.flatMap(({ collaterals, debts }) => [...collaterals, ...debts].map(({ asset }) => asset.address)))];
    const series = new Map<Address, readonly PriceTick[]>();
    for (const asset of assets) {
      const price = await this.prices.dollars.of(asset, block);
      if (price.kind === 'price' && price.updatedAt !== null) series.set(asset, await this.prices.series.with({ asset, usdE8: price.usdE8, at: price.updatedAt }));
    }
    return series;
  }
}

/** A node that does not answer is the head poller's to tell; an answer that cannot be used is worth a second look. */
function passing(error: unknown): null {
  if (error instanceof RpcUnreachable) throw error;
  return null;
}
