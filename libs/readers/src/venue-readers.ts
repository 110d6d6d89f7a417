import type { ChainBook, ReadClient } from '@ballast/connectors';
import type { BlockRef, LendingPosition, LendingProtocol } from '@ballast/positions';
import type { Address } from '@ballast/units';
import { AaveV3Reader } from './aave-v3/aave-v3-reader.js';
import { BlockReserves } from './aave-v3/block-reserves.js';
import { DollarPrices } from './aave-v3/dollar-prices.js';
import { Reserves } from './aave-v3/reserves.js';
import type { VenueReader } from './liquidation-seen.js';
import { MarketProbe, type KnownMarkets } from './morpho-blue/market-probe.js';
import { MorphoBlueReader } from './morpho-blue/morpho-blue-reader.js';
import { MorphoPositions } from './morpho-blue/morpho-positions.js';
import { CompoundPositions } from './compound-v3/compound-positions.js';
import { TrustedMarkets } from './morpho-blue/trusted-markets.js';
import { TrackedAave } from './aave-v3/tracked-aave.js';
import { BlockChanges } from './refresh/block-changes.js';
import { NOTHING_KEPT, type Pricing, type ToldPlace } from './refresh/tracked-source.js';
import { TrackedPositions, type RefreshFigures } from './refresh/tracked-positions.js';
import { VenusPositions } from './venus/venus-positions.js';

/** A reader that tells how much it read and whether it ever told an old state. */
export type RefreshingReader = VenueReader & {
  readonly figures: RefreshFigures;
  found(places: readonly ToldPlace[]): void;
  afresh(accounts: readonly Address[], block: BlockRef): Promise<readonly LendingPosition[]>;
  follow(block: BlockRef): Promise<void>;
  warm(accounts: readonly Address[], block: BlockRef): Promise<void>;
  keepOnly(accounts: ReadonlySet<Address>): void;
  holds(account: Address): boolean;
};

/** Readers of few loans that must be told at once: what every block changes is asked for once a block for all of them. */
export interface QuickReaders {
  readonly readers: readonly RefreshingReader[];
  /** Of the protocols whose loans can be priced as a book. */
  readonly pricings: ReadonlyMap<LendingProtocol, Pricing>;
  readonly dollars: DollarPrices;
}

/**
 * A reader for each protocol that the address book names on the chain, which reads again only what changed. `now` is the wall clock in milliseconds;
 * `morphoMarkets` is what is known of Morpho's markets beside the address book.
 */
export function venueReaders(client: ReadClient, book: ChainBook, now: () => number, morphoMarkets: KnownMarkets = { markets: async () => [], remembered: async () => [] }): readonly RefreshingReader[] {
  const aave = new AaveV3Reader(client, book, now);
  return allReaders(client, book, now, morphoMarkets, new BlockChanges(client), aave, new TrackedAave(client, book, aave, now));
}

/** The same apart from them, sharing what a block changes; `changes` are the logs between blocks, as whoever watches them asks for them. */
export function quickReaders(client: ReadClient, book: ChainBook, now: () => number, morphoMarkets: KnownMarkets, changes: BlockChanges): QuickReaders {
  const reserves = new BlockReserves(new Reserves(client, book));
  const aave = new AaveV3Reader(client, book, now, reserves);
  const tracked = new TrackedAave(client, book, aave, now, reserves);
  return { readers: allReaders(client, book, now, morphoMarkets, changes, aave, tracked), pricings: new Map([['aave-v3', tracked]]), dollars: new DollarPrices(client, book, reserves) };
}

function allReaders(client: ReadClient, book: ChainBook, now: () => number, morphoMarkets: KnownMarkets, changes: BlockChanges, aave: AaveV3Reader, tracked: TrackedAave): readonly RefreshingReader[] {
  const { morpho, venus } = book;
  const onMorpho = morpho === undefined ? null : morphoPositions(client, book, now, morpho, morphoMarkets);
  const onVenus = venus === undefined ? null : new VenusPositions(client, book, now);
  return [
    new TrackedPositions(changes, aave, tracked),
    ...(onMorpho === null ? [] : [new TrackedPositions(changes, onMorpho, onMorpho)]),
    ...(book.compoundV3 === undefined ? [] : [new TrackedPositions(changes, new CompoundPositions(client, book, now), NOTHING_KEPT)]),
    ...(onVenus === null ? [] : [new TrackedPositions(changes, onVenus, onVenus)]),
  ];
}

function morphoPositions(client: ReadClient, book: ChainBook, now: () => number, { address, markets = [] }: NonNullable<ChainBook['morpho']>, known: KnownMarkets): MorphoPositions {
  const reader = new MorphoBlueReader(client, book, now);
  const trusted = new TrustedMarkets(client, markets, new Set(book.tokens.map((token) => token.address)), (ids, block) => reader.partsOf(ids, block));
  const probe = new MarketProbe(client, address, { markets: async () => [...new Set([...markets, ...(await trusted.among(await known.markets()))])], remembered: async (account) => trusted.among(await known.remembered(account)) });
  return new MorphoPositions(client, book, now, probe);
}
