import { HedgePlanStore, PositionStore, VenueAccountStore, VenueGatewayStore, VenueInstrumentStore, VenueJournalReader, VenueKeyStore, VenueStopStore, type Database } from '@ballast/storage';

/** What is stored of derivative accounts and hedges, as the routes about them read and write it. */
export class HedgingStores {
  readonly keys: VenueKeyStore;
  readonly accounts: VenueAccountStore;
  readonly plans: HedgePlanStore;
  readonly stops: VenueStopStore;
  readonly records: VenueJournalReader;
  readonly instruments: VenueInstrumentStore;
  readonly gateways: VenueGatewayStore;
  readonly positions: PositionStore;

  constructor(database: Database) {
    this.keys = new VenueKeyStore(database);
    this.accounts = new VenueAccountStore(database);
    this.plans = new HedgePlanStore(database);
    this.stops = new VenueStopStore(database);
    this.records = new VenueJournalReader(database);
    this.instruments = new VenueInstrumentStore(database);
    this.gateways = new VenueGatewayStore(database);
    this.positions = new PositionStore(database);
  }
}
