import { Logger } from '@nestjs/common';
import type { BlockRef } from '@ballast/connectors';
import type { LendingPosition, PriceTick } from '@ballast/positions';
import type { DollarPrices } from '@ballast/readers';
import { assess } from '@ballast/risk';
import type { AssessedPosition } from '@ballast/storage';
import type { Address } from '@ballast/units';
import type { PriceSeries } from './price-series.js';
import type { Surroundings } from './surroundings.js';

/** Assesses positions as they were read at one block, with recent prices of every asset from one source for all protocols, so that a stranger's oracle never gets into it. */
export class Assessor {
  private readonly log = new Logger(Assessor.name);

  /** `quick`: the same figures without waiting for prices to be stored, and without what the market says of them, on which nothing rests that is decided. */
  constructor(private readonly dollars: DollarPrices, private readonly series: PriceSeries, private readonly surroundings: Surroundings, private readonly quick = false) {}

  /** Those that can be assessed, in the order given. @throws ReadFailed */
  async assess(read: readonly LendingPosition[], block: BlockRef): Promise<readonly AssessedPosition[]> {
    const positions = await this.surroundings.withRates(read, block);
    const [market, series] = await Promise.all([this.quick ? () => undefined : this.surroundings.market(positions, block), this.seriesOf(positions, block)]);
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
      const price = await this.dollars.of(asset, block);
      if (price.kind !== 'price' || price.updatedAt === null) continue;
      const tick = { asset, usdE8: price.usdE8, at: price.updatedAt };
      series.set(asset, (this.quick ? this.series.remembered(tick) : null) ?? (await this.series.with(tick)));
    }
    return series;
  }
}
