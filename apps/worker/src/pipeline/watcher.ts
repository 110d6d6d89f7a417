import { Logger } from '@nestjs/common';
import { RpcUnreachable, type BlockRef, type ReadClient } from '@ballast/connectors';
import { PROTOCOL_NAMES, type LendingPosition, type PositionId, type PriceTick } from '@ballast/positions';
import type { VenueReader } from '@ballast/readers';
import { assess, healthAgrees } from '@ballast/risk';
import type { AssessedPosition, PositionStore, WatchStore } from '@ballast/storage';
import type { Address } from '@ballast/units';
import type { BlockPace } from './block-pace.js';
import type { PriceSeries } from './price-series.js';
import type { Surroundings } from './surroundings.js';

const PACE_BLOCKS = 20n;

/** Tells what a block showed beside the loans' own state. */
export interface Teller {
  tell(block: BlockRef, assessed: readonly AssessedPosition[]): Promise<void>;
}

/** Reads every watched account at one block, at every protocol, assesses and stores it. */
export class Watcher {
  private readonly log = new Logger(Watcher.name);
  private lastBlock: BlockRef | null = null;

  constructor(
    private readonly client: ReadClient,
    private readonly readers: readonly VenueReader[],
    private readonly surroundings: Surroundings,
    private readonly prices: PriceSeries,
    private readonly stores: { readonly watches: WatchStore; readonly positions: PositionStore },
    private readonly tellers: readonly Teller[],
    private readonly pace: BlockPace,
  ) {}

  /** Looks at the newest block. Returns the block and the positions stored, or null when that block was looked at already. */
  async watchHead(): Promise<{ block: BlockRef; positions: readonly PositionId[] } | null> {
    const block = await this.client.head();
    if (block.hash === this.lastBlock?.hash) return null;
    await this.keepPace(block);
    const positions = (await Promise.all(this.readers.map(async (reader) => this.read(reader, await this.stores.watches.watched(this.client.chainId, reader.protocol), block)))).flat();
    if (positions.length === 0) {
      this.lastBlock = block;
      return { block, positions: [] };
    }
    const assessed = await this.assessAll(await this.surroundings.withRates(positions, block), block);
    const stored = await this.stores.positions.save(assessed, []);
    // What happened to others is never a reason not to decide; what was not told is looked for again at the next block.
    await Promise.all(this.tellers.map((teller) => teller.tell(block, assessed).catch((error: Error) => this.log.warn(`not told: ${error.message}`))));
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

  /**
   * Reads the accounts, and once more when an answer fails or does not add up: a node that is just taking in a block may mix two.
   * An account that still cannot be read is left out, so that one never blinds the others; its stored state grows old, which is shown.
   */
  private async read(reader: VenueReader, accounts: readonly Address[], block: BlockRef): Promise<readonly LendingPosition[]> {
    if (accounts.length === 0) return [];
    const first = await reader.read(accounts, block).catch(passing);
    if (first?.every(healthAgrees)) return first;
    reader.forget?.();
    const second = await reader.read(accounts, block).catch(passing);
    if (second !== null || accounts.length === 1) return second ?? first ?? this.leftOut(reader, accounts, block);
    const half = Math.ceil(accounts.length / 2);
    return [...(await this.read(reader, accounts.slice(0, half), block)), ...(await this.read(reader, accounts.slice(half), block))];
  }

  private leftOut({ protocol }: VenueReader, accounts: readonly Address[], block: BlockRef): readonly LendingPosition[] {
    this.log.error(`account ${accounts[0]} cannot be read on ${PROTOCOL_NAMES[protocol]} at block ${block.number}`);
    return [];
  }

  private async assessAll(positions: readonly LendingPosition[], block: BlockRef): Promise<readonly AssessedPosition[]> {
    const market = await this.surroundings.market(positions, block);
    const series = new Map<string, readonly PriceTick[]>();
    for (const tick of positions.flatMap(ticksOf)) {
      if (!series.has(tick.asset)) series.set(tick.asset, await this.prices.with(tick));
    }
    return positions.map((position) => ({
      position,
      report: { ...assess({ position, ticks: [...position.collaterals, ...position.debts].flatMap((leg) => series.get(leg.asset.address) ?? []) }), market: market(position) },
    }));
  }
}

/** A node that does not answer is the head poller's to tell; an answer that cannot be used is worth a second look. */
function passing(error: unknown): null {
  if (error instanceof RpcUnreachable) throw error;
  return null;
}

/** The prices a position was read with, where the feed says when it published them. */
function ticksOf(position: LendingPosition): PriceTick[] {
  return [...position.collaterals, ...position.debts].flatMap(({ asset, price }) =>
    price.kind === 'price' && price.updatedAt !== null ? [{ asset: asset.address, usdE8: price.usdE8, at: price.updatedAt }] : [],
  );
}
