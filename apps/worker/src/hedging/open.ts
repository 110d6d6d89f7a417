import { readFileSync } from 'node:fs';
import { connectGateway, type Gateway } from '@ballast/connectors/gateway';
import { InvalidEnvironment, redact } from '@ballast/environment';
import type { Outbox } from '@ballast/policy';
import { DERIVATIVES_VENUES, type DerivativesVenue, type VenueEnvironment } from '@ballast/positions';
import { HedgePlanStore, HedgingRoundStore, PrismaVenueJournal, VenueAccountStore, VenueAlarmReader, VenueBooksStore, VenueGatewayStore, VenueInstrumentStore, VenueJournalReader, VenueKeyStore, VenueMarkStore, VenueStopStore, type Database, type LeaseStore, type PositionStore } from '@ballast/storage';
import type { ChainId } from '@ballast/units';
import type { GatewaySource, WorkerEnv } from '../env.js';
import { newHolder } from '../schedule/leader.js';
import { hedging, type Hedging } from './compose.js';
import { KeyOpener } from './key-opener.js';
import { StoredBooks, StoredKeeping, StoredRecords, linesOf } from './stored.js';

export interface HedgingParts {
  readonly env: Pick<WorkerEnv, 'gateway'>;
  readonly chainId: ChainId;
  readonly chainName: string;
  readonly database: Database;
  readonly positions: PositionStore;
  readonly outbox: Pick<Outbox, 'tell'>;
  readonly leases: LeaseStore;
  readonly now: () => number;
}

/** On the database, and on the gateway where one is named. That it does not answer is found by the first question: rescues of loans wait for no venue. @throws InvalidEnvironment where its secret cannot be read */
export function openHedging({ env: { gateway }, chainId, chainName, database, positions, outbox, leases, now }: HedgingParts): Hedging {
  const journal = new PrismaVenueJournal(database);
  const [accounts, keys, instruments] = [new VenueAccountStore(database), new VenueKeyStore(database), new VenueInstrumentStore(database)];
  const opened = gateway === null ? null : { gateway: openGateway(gateway, keys), environment: gateway.environment };
  return hedging({
    chainId, chainName, environment: gateway?.environment ?? 'live', journal, positions, outbox, leases, holder: newHolder(), now,
    keeping: new StoredKeeping({ plans: new HedgePlanStore(database), accounts, keys, stops: new VenueStopStore(database) }, now),
    books: new StoredBooks({ accounts, books: new VenueBooksStore(database), marks: new VenueMarkStore(database) }), records: new StoredRecords(new VenueJournalReader(database), new VenueAlarmReader(database), journal),
    lines: opened === null ? null : linesOf(opened.gateway), keepListing: (listed) => instruments.put(listed, new Date(now())), finished: (at) => new HedgingRoundStore(database).finished(chainId, at),
    opener: opened === null ? null : new KeyOpener({ gateway: opened.gateway, keys, accounts, gateways: new VenueGatewayStore(database), settings: { chainId, environment: opened.environment, venues: VENUES[opened.environment], now } }),
  });
}

/** Where keys can be connected: the paper venue speaks as two of them do. */
const VENUES: Readonly<Record<VenueEnvironment, readonly DerivativesVenue[]>> = { paper: ['hyperliquid', 'deribit'], live: DERIVATIVES_VENUES };

function openGateway({ at, tokenFile }: GatewaySource, keys: VenueKeyStore): Gateway {
  return connectGateway({
    at, ...(tokenFile === null ? {} : { token: tokenIn(tokenFile) }),
    sealedKey: async (name) => {
      const key = await keys.get(name);
      return key === null || key.state.kind === 'ended' ? null : key;
    },
  });
}

function tokenIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new InvalidEnvironment([{ variable: 'GATEWAY_TOKEN_FILE', given: `${redact(file)} (${(error as NodeJS.ErrnoException).code ?? 'unreadable'})`, expected: 'a readable file with the gateway\'s secret' }]);
  }
}
