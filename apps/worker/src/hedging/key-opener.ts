import { Logger } from '@nestjs/common';
import type { Gateway } from '@ballast/connectors/gateway';
import type { KeyLimits } from '@ballast/policy';
import { VenueKeyRefused, type DerivativesVenue, type VenueEnvironment } from '@ballast/positions';
import type { StoredVenueKey, VenueAccountStore, VenueGatewayStore, VenueKeyStore } from '@ballast/storage';
import type { ChainId } from '@ballast/units';
import { BackOff, type Waits } from './back-off.js';
import { endsOf } from './stored.js';

/** Between two signs that the gateway is there; whoever connects a key sees one of them. */
const SEEN_EVERY_MS = 5_000;
/** A key that could not be tried is tried again after this. */
const WAITS: Waits = { firstMs: 1_000, mostMs: 60_000 };

export interface KeyOpenerParts {
  readonly gateway: Pick<Gateway, 'openKey' | 'publicKey' | 'forgetKey'>;
  readonly keys: Pick<VenueKeyStore, 'ofChain' | 'setState'>;
  readonly accounts: Pick<VenueAccountStore, 'put'>;
  readonly gateways: Pick<VenueGatewayStore, 'seen'>;
  readonly settings: { readonly chainId: ChainId; readonly environment: VenueEnvironment; readonly venues: readonly DerivativesVenue[]; readonly now: () => number };
}

/** Tries keys that owners handed in, stores the accounts that they are of, and says what keys are sealed to. */
export class KeyOpener {
  private readonly log = new Logger(KeyOpener.name);
  private readonly waits: BackOff;
  private readonly open = new Map<string, StoredVenueKey>();
  private seenAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: KeyOpenerParts) {
    this.waits = new BackOff(parts.settings.now);
  }

  /** @throws what the stores throw; a gateway or a venue that does not answer is asked again later */
  async turn(): Promise<void> {
    const { keys, settings: { chainId, environment } } = this.parts;
    await this.beSeen();
    const stored = (await keys.ofChain(chainId)).filter((key) => key.environment === environment);
    await this.forgetEnded(stored);
    for (const key of stored) if (key.state.kind === 'new' && this.waits.holding(nameOf(key)) === null) await this.tryKey(key);
  }

  private async beSeen(): Promise<void> {
    const { gateway, gateways, settings: { chainId, environment, venues, now } } = this.parts;
    if (now() - this.seenAt < SEEN_EVERY_MS) return;
    try {
      const { publicKey } = await gateway.publicKey();
      await gateways.seen(chainId, { environment, publicKey, venues, seenAt: new Date(now()) });
      this.seenAt = now();
    } catch (error) {
      this.log.warn(`the gateway is not seen: ${(error as Error).message}`);
    }
  }

  /** What an owner took away is not kept in the gateway's memory either. One that another process forgot to tell of is gone with the gateway's next start. */
  private async forgetEnded(living: readonly StoredVenueKey[]): Promise<void> {
    const names = new Set(living.map(nameOf));
    for (const [name, key] of this.open) {
      if (names.has(name)) continue;
      await this.parts.gateway.forgetKey(key).then(() => this.open.delete(name), (error: Error) => this.log.warn(`${name} is not forgotten yet: ${error.message}`));
    }
    for (const key of living) if (key.state.kind !== 'new') this.open.set(nameOf(key), key);
  }

  private async tryKey(key: StoredVenueKey): Promise<void> {
    const { gateway, accounts, keys } = this.parts;
    try {
      const { rights, limits, accounts: ids } = await gateway.openKey(key);
      // What is shown to the owner must be what binds.
      if (!isSame(limits, key.limits)) return void (await keys.setState(key, { kind: 'refused', why: 'the limits that were handed in beside it are not those that are sealed in it' }, []));
      // Accounts first: a key that is connected has them.
      for (const id of ids) await accounts.put({ id, keyName: key.name, chainId: key.chainId, owner: key.owner, carriesHedges: false });
      await keys.setState(key, { kind: 'connected', ends: endsOf(rights) }, []);
      this.waits.worked(nameOf(key));
    } catch (error) {
      if (error instanceof VenueKeyRefused) {
        await keys.setState(key, { kind: 'refused', why: error.detail }, []);
        return;
      }
      this.waits.failed(nameOf(key), error as Error, WAITS);
      this.log.warn(`${nameOf(key)} is not tried yet: ${(error as Error).message}`);
    }
  }
}

const isSame = (one: KeyLimits, other: KeyLimits): boolean =>
  one.maxNotionalUsdE8 === other.maxNotionalUsdE8 && one.turnoverPerDayUsdE8 === other.turnoverPerDayUsdE8 && one.maxPriceApart === other.maxPriceApart && [...one.instruments].sort().join() === [...other.instruments].sort().join();

const nameOf = ({ environment, venue, name }: StoredVenueKey): string => `${environment}:${venue}:${name}`;
