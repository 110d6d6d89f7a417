import type { ChainBook, ReadClient } from '@ballast/connectors';
import type { Hash32 } from '@ballast/units';
import { AaveV3Reader } from './aave-v3/aave-v3-reader.js';
import type { VenueReader } from './liquidation-seen.js';
import { MarketProbe } from './morpho-blue/market-probe.js';
import { MorphoPositions } from './morpho-blue/morpho-positions.js';
import { TrackedAave } from './aave-v3/tracked-aave.js';
import { BlockChanges } from './refresh/block-changes.js';
import type { ToldPlace } from './refresh/tracked-source.js';
import { TrackedPositions, type RefreshFigures } from './refresh/tracked-positions.js';
import { VenusPositions } from './venus/venus-positions.js';

/** A reader that tells how much it read and whether it ever told an old state. */
export type RefreshingReader = VenueReader & { readonly figures: RefreshFigures; found(places: readonly ToldPlace[]): void };

/**
 * A reader for each protocol that the address book names on the chain, which reads again only what changed. `now` is the wall clock in milliseconds;
 * `morphoMarkets` are markets of Morpho known beside those of the address book.
 */
export function venueReaders(client: ReadClient, book: ChainBook, now: () => number, morphoMarkets: () => Promise<readonly Hash32[]> = async () => []): readonly RefreshingReader[] {
  const { morpho, venus } = book;
  const changes = new BlockChanges(client);
  const aave = new AaveV3Reader(client, book, now);
  const onMorpho = morpho === undefined ? null : new MorphoPositions(client, book, now, new MarketProbe(client, morpho.address, async () => [...new Set([...(morpho.markets ?? []), ...(await morphoMarkets())])]));
  const onVenus = venus === undefined ? null : new VenusPositions(client, book, now);
  return [
    new TrackedPositions(changes, aave, new TrackedAave(client, book, aave, now)),
    ...(onMorpho === null ? [] : [new TrackedPositions(changes, onMorpho, onMorpho)]),
    ...(onVenus === null ? [] : [new TrackedPositions(changes, onVenus, onVenus)]),
  ];
}
