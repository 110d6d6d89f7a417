import type { ChainBook, ReadClient } from '@ballast/connectors';
import { AaveV3Reader } from './aave-v3/aave-v3-reader.js';
import type { VenueReader } from './liquidation-seen.js';
import { MarketProbe } from './morpho-blue/market-probe.js';
import { MorphoPositions } from './morpho-blue/morpho-positions.js';
import { VenusPositions } from './venus/venus-positions.js';

/** A reader for each protocol that the address book names on the chain. `now` is the wall clock in milliseconds. */
export function venueReaders(client: ReadClient, book: ChainBook, now: () => number): readonly VenueReader[] {
  const { morpho, venus } = book;
  return [
    new AaveV3Reader(client, book, now),
    ...(morpho === undefined ? [] : [new MorphoPositions(client, book, now, new MarketProbe(client, morpho.address, async () => morpho.markets ?? []))]),
    ...(venus === undefined ? [] : [new VenusPositions(client, book, now)]),
  ];
}
