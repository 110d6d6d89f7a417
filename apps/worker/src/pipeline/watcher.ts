import type { BlockRef, ReadClient } from '@ballast/connectors';
import type { LendingPosition, PositionId, PriceTick } from '@ballast/positions';
import type { AaveV3Reader } from '@ballast/readers';
import { assess } from '@ballast/risk';
import type { AssessedPosition, PositionStore, WatchStore } from '@ballast/storage';
import type { BlockPace } from './block-pace.js';
import type { LiquidationTeller } from './liquidation-teller.js';
import type { PriceSeries } from './price-series.js';

/** Reads every watched account at one block, assesses and stores it. */
export class Watcher {
  private lastBlock: BlockRef | null = null;

  constructor(
    private readonly client: ReadClient,
    private readonly reader: AaveV3Reader,
    private readonly prices: PriceSeries,
    private readonly stores: { readonly watches: WatchStore; readonly positions: PositionStore },
    private readonly liquidations: LiquidationTeller,
    private readonly pace: BlockPace,
  ) {}

  /** Looks at the newest block. Returns the block and the positions stored, or null when that block was looked at already. */
  async watchHead(): Promise<{ block: BlockRef; positions: readonly PositionId[] } | null> {
    const block = await this.client.head();
    if (block.hash === this.lastBlock?.hash) return null;
    const accounts = await this.stores.watches.watched(this.client.chainId, 'aave-v3');
    this.pace.see(block.number, block.timestamp);
    if (accounts.length === 0) {
      this.lastBlock = block;
      return { block, positions: [] };
    }
    const positions = await this.reader.read(accounts, block);
    const assessed = await this.assessAll(positions);
    const stored = await this.stores.positions.save(assessed, []);
    await this.liquidations.tell(this.lastBlock, block, assessed);
    this.lastBlock = block;
    return { block, positions: stored };
  }

  private async assessAll(positions: readonly LendingPosition[]): Promise<readonly AssessedPosition[]> {
    const series = new Map<string, readonly PriceTick[]>();
    for (const tick of positions.flatMap(ticksOf)) {
      if (!series.has(tick.asset)) series.set(tick.asset, await this.prices.with(tick));
    }
    return positions.map((position) => ({
      position,
      report: assess({ position, ticks: [...position.collaterals, ...position.debts].flatMap((leg) => series.get(leg.asset.address) ?? []) }),
    }));
  }
}

/** The prices a position was read with, where the feed says when it published them. */
function ticksOf(position: LendingPosition): PriceTick[] {
  return [...position.collaterals, ...position.debts].flatMap(({ asset, price }) =>
    price.kind === 'price' && price.updatedAt !== null ? [{ asset: asset.address, usdE8: price.usdE8, at: price.updatedAt }] : [],
  );
}
