import { Logger } from '@nestjs/common';
import type { BlockRef, ChainBook, ReadClient } from '@ballast/connectors';
import { tokenKey, type LendingPosition } from '@ballast/positions';
import { MarketPrices, Underlyings, type MarketReading } from '@ballast/readers';
import { marketView, type MarketFact, type MarketLimits } from '@ballast/risk';
import type { Address, Bps, UsdE8 } from '@ballast/units';

/**
 * A protocol's price 2% from the market's is told of: more than any feed's deviation, less than a liquidation's bonus. A source counts where moving it by 1% takes 5,000 USD over its
 * whole window: nothing but a mail is to be had by it, so more is not asked.
 */
const LIMITS: MarketLimits = { leastSources: 2, leastDepthUsdE8: 500_000_000_000n as UsdE8, outlierBps: 300n as Bps, disagreesBeyondBps: 200n as Bps };

type Leg = LendingPosition['collaterals'][number] | LendingPosition['debts'][number];
const legsOf = ({ collaterals, debts }: LendingPosition): readonly Leg[] => [...collaterals, ...debts];

/** What is known of positions' assets outside of the protocols: what they are claims on, and what the market says. Nothing that is decided rests on it, so what cannot be read is left out. */
export class Surroundings {
  private readonly log = new Logger(Surroundings.name);
  private readonly underlyings: Underlyings;
  private readonly prices: MarketPrices;

  constructor(client: ReadClient, private readonly book: ChainBook) {
    this.underlyings = new Underlyings(client, book);
    this.prices = new MarketPrices(client, book);
  }

  /** Puts beside each leg what it is in its underlying. */
  async withRates(positions: readonly LendingPosition[], block: BlockRef): Promise<readonly LendingPosition[]> {
    const tokens = new Set(positions.flatMap((position) => legsOf(position).map(({ asset }) => asset.address)));
    const rates = await this.underlyings.read([...tokens], block).catch((error: Error) => this.leftOut('rates', error));
    if (rates === null) return positions;
    const withRate = <One extends Leg>(leg: One): One => ({ ...leg, rate: rates.get(tokenKey(leg.asset)) });
    return positions.map((position) => ({ ...position, collaterals: position.collaterals.map(withRate), debts: position.debts.map(withRate) }));
  }

  /** What the market says of a position's assets at the block; each source is read once for all positions. */
  async market(positions: readonly LendingPosition[], block: BlockRef): Promise<(position: LendingPosition) => readonly MarketFact[] | undefined> {
    const sources = this.book.marketSources ?? [];
    const held = new Set(positions.flatMap((position) => legsOf(position).map(({ asset }) => asset.address)));
    const readings = new Map<Address, readonly MarketReading[]>();
    await Promise.all(sources.filter(({ asset }) => held.has(asset)).map(async ({ asset, sources: of }) => {
      const read = await this.prices.read(asset, of, block).catch((error: Error) => this.leftOut(`market prices of ${asset}`, error));
      if (read !== null) readings.set(asset, read);
    }));
    if (readings.size === 0) return () => undefined;
    return (position) => legsOf(position).flatMap((leg) => {
      const of = readings.get(leg.asset.address);
      return of === undefined ? [] : [factOf(leg, of, block)];
    });
  }

  private leftOut(what: string, error: Error): null {
    this.log.warn(`${what} not read: ${error.message}`);
    return null;
  }
}

function factOf({ asset, price }: Leg, readings: readonly MarketReading[], block: BlockRef): MarketFact {
  const found = readings.flatMap((reading) => (reading.kind === 'price' ? [reading.price] : []));
  const view = marketView(price.kind === 'price' ? price.usdE8 : null, found, LIMITS, block.timestamp);
  const compared = view.kind === 'agrees' || view.kind === 'disagrees';
  return { asset, kind: view.kind, marketUsdE8: view.kind === 'too-few-sources' ? null : view.marketUsdE8, gapBps: compared ? view.gapBps : null, protocolIs: compared ? view.protocolIs : null };
}
