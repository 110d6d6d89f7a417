import { Inject, Logger, Module, type DynamicModule, type OnApplicationShutdown, type OnModuleInit, type Provider } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ReadClient } from '@ballast/connectors';
import {
  ActivityReader, AlarmStore, ChainStore, ChangeListener, Database, DeliveryReplays, HeartbeatStore, JournalReader, LivenessStore, MandateStore, PermitStore, PositionStore, PrismaOutbox, PrismaPriceHistory, ShadowStore, SignInStore, StatusReader, SubscriptionStore, SwitchStore, WatchStore, WebhookSecrets,
} from '@ballast/storage';
import { AccountsController } from './accounts/accounts-controller.js';
import { DeliveriesController } from './accounts/deliveries-controller.js';
import { AlarmsController } from './alarms/alarms-controller.js';
import { AuthController } from './auth/auth-controller.js';
import { SessionGuard, SessionIfAny } from './auth/session-guard.js';
import type { Connected } from './boot.js';
import { DemoController } from './demo/demo-controller.js';
import { EventHub } from './events/event-hub.js';
import { EventsController } from './events/events-controller.js';
import { DerivativesReader } from './hedging/derivatives-reader.js';
import { HedgesController } from './hedging/hedges-controller.js';
import { HedgingStores } from './hedging/hedging-stores.js';
import { VenueAccountsController } from './hedging/venue-accounts-controller.js';
import { VenueKeysController } from './hedging/venue-keys-controller.js';
import { VenueStopsController } from './hedging/venue-stops-controller.js';
import { MandateReader } from './mandates/mandate-reader.js';
import { MandatesController } from './mandates/mandates-controller.js';
import { MovesController } from './moves/moves-controller.js';
import { PositionViews } from './positions/position-views.js';
import { PositionsController } from './positions/positions-controller.js';
import { ProblemFilter } from './problems/problem-filter.js';
import { RiskController } from './risk/risk-controller.js';
import { ServiceController } from './service/service-controller.js';
import { StatusController } from './service/status-controller.js';
import { StatusViews } from './service/status-views.js';
import { WatchdogController } from './service/watchdog-controller.js';
import { WatchdogGuard } from './service/watchdog-guard.js';
import { WatchQueue } from './service/watch-queue.js';
import { ShadowController } from './shadow/shadow-controller.js';
import { StopsController } from './stops/stops-controller.js';
import { SubscriptionsController } from './subscriptions/subscriptions-controller.js';
import { BOOK, ENV } from './tokens.js';

const PRUNE_MS = 10 * 60_000;
const STORES = [
  ActivityReader, AlarmStore, ChainStore, ChangeListener, DeliveryReplays, HeartbeatStore, JournalReader, LivenessStore, MandateStore, PermitStore, PositionStore, PrismaOutbox, PrismaPriceHistory, ShadowStore, SignInStore, StatusReader, SubscriptionStore, SwitchStore, WatchStore, WebhookSecrets,
] as const;

/** Binds what was connected at boot to the controllers, and passes the database's changes on to the event streams. */
@Module({})
export class AppModule implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new Logger('Changes');
  private stopListening: () => Promise<void> = async () => undefined;
  private pruning: NodeJS.Timeout | null = null;

  constructor(
    @Inject(ChangeListener) private readonly listener: ChangeListener, @Inject(EventHub) private readonly hub: EventHub, @Inject(SignInStore) private readonly signIns: SignInStore,
    @Inject(Database) private readonly database: Database, @Inject(WatchQueue) private readonly queue: WatchQueue,
  ) {}

  static with({ env, book, client, database, watchQueue }: Connected): DynamicModule {
    const hedging = new HedgingStores(database);
    const stores = STORES.map((store): Provider => ({ provide: store, useFactory: () => new store(database) }));
    return {
      module: AppModule,
      controllers: [ServiceController, StatusController, WatchdogController, AuthController, AccountsController, DeliveriesController, AlarmsController, PositionsController, MandatesController, MovesController, RiskController, ShadowController, StopsController, SubscriptionsController, VenueKeysController, VenueAccountsController, HedgesController, VenueStopsController, EventsController, DemoController],
      providers: [
        ...stores, { provide: HedgingStores, useValue: hedging }, { provide: DerivativesReader, useFactory: () => new DerivativesReader(hedging) }, MandateReader, PositionViews, SessionGuard, SessionIfAny, StatusViews, WatchdogGuard, { provide: EventHub, useFactory: () => new EventHub() }, { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: ENV, useValue: env }, { provide: BOOK, useValue: book }, { provide: ReadClient, useValue: client }, { provide: Database, useValue: database }, { provide: WatchQueue, useValue: watchQueue },
      ],
    };
  }

  async onModuleInit(): Promise<void> {
    this.stopListening = await this.listener.listen(
      (change) => this.hub.publish(change),
      (error) => this.log.warn(`changes are not heard just now: ${error.message}`),
      // What changed meanwhile is not known: every page must read again.
      () => this.hub.restart(),
    );
    this.pruning = setInterval(() => {
      this.signIns.prune(new Date()).catch((error: unknown) => this.log.warn(`old nonces and sessions were not deleted: ${String(error)}`));
    }, PRUNE_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.pruning !== null) clearInterval(this.pruning);
    await this.stopListening();
    await Promise.all([this.queue.close(), this.database.close()]);
  }
}
