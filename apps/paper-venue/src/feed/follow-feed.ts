import { bookAround, larger, type Instrument, type Market, type PriceE8, type RateE12, type SizeE8 } from '../kernel/index.js';
import { depthOf, stepAt } from '../listing.js';
import type { RunningVenue } from '../running-venue.js';
import type { FedCoin, FedPrices, FeedListener } from './price-feed.js';

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;
/** After this long without prices trading stops, until there are some again. */
const SILENCE_MS = 10_000;
/** Payments that are made up for at once where the feed's time leaps. */
const MOST_AT_ONCE = 48;

export interface FeedSettings {
  /** Dollars at the best price of either side; each level below holds as much more. */
  readonly depthUsdE8: bigint;
  /** Funding as a share of the notional for a year: above zero longs pay. Each venue takes its own interval's part, rounded down. */
  readonly fundingPerYearE12: RateE12;
  /** Whose full hours funding is paid at. */
  readonly fundingClock: 'wall' | 'feed';
}

/** Keeps both venues at a feed's prices: mark and index, a book about them, a funding rate, and funding by the feed's hours where that is asked for. */
export class FeedFollower implements FeedListener {
  private readonly paidUntil = new Map<RunningVenue, number>();
  /** Venue/instrument of what had a price. */
  private readonly fedMarkets = new Set<string>();
  private silentSince: number | null = null;
  private halted = false;

  constructor(private readonly venues: readonly RunningVenue[], private readonly settings: FeedSettings, private readonly wall: () => number, private readonly say: (text: string) => void) {}

  readonly onPrices = (fed: FedPrices): void => {
    for (const venue of this.venues) {
      for (const { market, priceE8 } of this.followed(venue, fed)) {
        const { name } = market.instrument;
        venue.happen({ kind: 'prices', instrument: name, markE8: priceE8, indexE8: priceE8, book: this.bookOf(market.instrument, priceE8) });
        const rateE12 = (this.settings.fundingPerYearE12 * BigInt(venue.settings.fundingEveryMs)) / BigInt(YEAR_MS);
        if (market.fundingRateE12 !== rateE12) venue.happen({ kind: 'funding-rate', instrument: name, rateE12 });
        if (this.halted) venue.happen({ kind: 'resume', instrument: name });
        this.fedMarkets.add(`${venue.settings.name}/${name}`);
      }
      if (this.settings.fundingClock === 'feed') this.payFunding(venue, fed.atMs);
    }
    if (this.halted) this.say('the feed tells prices again: trading goes on');
    this.silentSince = null;
    this.halted = false;
  };

  readonly onSilence = (why: string): void => {
    const now = this.wall();
    this.silentSince ??= now;
    if (this.halted || now - this.silentSince < SILENCE_MS) return;
    this.halted = true;
    this.say(`the feed tells nothing: trading is halted (${why})`);
    for (const venue of this.venues) {
      for (const { instrument } of Object.values(venue.state.markets)) {
        if (this.fedMarkets.has(`${venue.settings.name}/${instrument.name}`)) venue.happen({ kind: 'halt', instrument: instrument.name });
      }
    }
  };

  private followed({ state }: RunningVenue, { prices }: FedPrices): readonly { readonly market: Market; readonly priceE8: PriceE8 }[] {
    return Object.values(state.markets).flatMap((market) => {
      const priceE8 = prices[coinOf(market.instrument)];
      return priceE8 === undefined ? [] : [{ market, priceE8 }];
    });
  }

  /** As the venue's own model, with the depth that is set: whole lots, one at least. */
  private bookOf(instrument: Instrument, priceE8: PriceE8) {
    const { kind, lotE8 } = instrument;
    const sizeE8: SizeE8 = kind === 'linear' ? (this.settings.depthUsdE8 * 100_000_000n) / priceE8 : this.settings.depthUsdE8;
    return bookAround(priceE8, stepAt(instrument, priceE8), { ...depthOf(instrument), firstSizeE8: larger(1n, sizeE8 / lotE8) * lotE8 });
  }

  /** One payment for each full interval of the feed's time since the last prices; where that went back, as a chain that begins anew, it is counted from there. */
  private payFunding(venue: RunningVenue, atMs: number): void {
    const { fundingEveryMs } = venue.settings;
    const passed = Math.floor(atMs / fundingEveryMs) - Math.floor((this.paidUntil.get(venue) ?? atMs) / fundingEveryMs);
    this.paidUntil.set(venue, atMs);
    if (passed > 0) venue.payFundingNow(Math.min(passed, MOST_AT_ONCE));
  }
}

const coinOf = ({ kind, name, settlesIn }: Instrument): FedCoin => (kind === 'linear' ? name : settlesIn) as FedCoin;
