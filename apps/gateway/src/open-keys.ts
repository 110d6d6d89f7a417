import { BallastError } from '@ballast/units';
import { openKey, type KeyContent, type KeyHolder, type KeyName, type OpenedKey, type SealedKey } from '@ballast/venue-wire';
import { connectKey, KeyElsewhere, type ConnectedKey, type VenueSettings } from './connected-key.js';
import { GuardedTrader, TradingState, type TradingDesk } from './guarded-trader.js';

/** Nobody handed the key in since this process began. Nothing was sent. */
export class KeyNotOpen extends BallastError {
  readonly code = 'key-not-open';
  readonly disposition = 'retryable';
  constructor(readonly key: string) {
    super(`key ${key}: got none in memory, expected its sealed text to be handed in`);
  }
}

/** A key cannot be opened beside those that are open. */
export class KeyNotTaken extends BallastError {
  readonly disposition = 'refused';
  constructor(readonly code: 'name-taken' | 'too-many-keys', message: string) {
    super(message);
  }
}

interface OpenKey {
  readonly sealed: SealedKey;
  readonly connected: ConnectedKey;
  readonly trader: GuardedTrader;
  readonly opened: OpenedKey;
}

const MOST_KEYS = 500;
const idOf = ({ environment, venue, name }: KeyName): string => `${environment}:${venue}:${name}`;

/** The keys that are open: in memory, for as long as this process lives, and nowhere else. */
export class OpenKeys {
  private readonly open = new Map<string, OpenKey>();
  private readonly opening = new Map<string, Promise<OpenedKey>>();
  /** By key; stays when a key is forgotten. */
  private readonly states = new Map<string, TradingState>();

  constructor(private readonly holder: KeyHolder, private readonly venues: VenueSettings, private readonly desk: TradingDesk, private readonly connect: (key: KeyName, content: KeyContent, venues: VenueSettings) => Promise<ConnectedKey> = connectKey) {}

  get count(): number {
    return this.open.size;
  }

  /**
   * Opens a sealed key once the venue said that it can trade and cannot withdraw. The same text again gives the same answer; another one of the same owner replaces it.
   * @throws KeyElsewhere, KeyUnreadable, KeyNotTaken, and as `connectVenue`
   */
  async hand(sealed: SealedKey): Promise<OpenedKey> {
    const id = idOf(sealed);
    // One after the other for each name: two who hand the same key in make one connection.
    const before = this.opening.get(id) ?? Promise.resolve(null);
    const turn = before.catch(() => null).then(() => this.handAlone(id, sealed));
    this.opening.set(id, turn);
    return turn.finally(() => {
      if (this.opening.get(id) === turn) this.opening.delete(id);
    });
  }

  /** @throws KeyNotOpen */
  get(key: KeyName): OpenKey {
    const found = this.open.get(idOf(key));
    if (found === undefined) throw new KeyNotOpen(idOf(key));
    return found;
  }

  /** Whether there was one to forget. */
  forget(key: KeyName): boolean {
    return this.open.delete(idOf(key));
  }

  private async handAlone(id: string, sealed: SealedKey): Promise<OpenedKey> {
    const { environment } = this.venues;
    if (sealed.environment !== environment) throw new KeyElsewhere(`the ${sealed.environment} environment`, environment);
    const there = this.open.get(id);
    if (there !== undefined && (there.sealed.owner !== sealed.owner || there.sealed.chainId !== sealed.chainId)) throw new KeyNotTaken('name-taken', `key ${id}: another owner's is open under this name`);
    if (there !== undefined && there.sealed.sealed === sealed.sealed) return there.opened;
    if (there === undefined && this.open.size >= MOST_KEYS) throw new KeyNotTaken('too-many-keys', `got ${MOST_KEYS + 1} keys, expected at most ${MOST_KEYS}`);
    const content = await openKey(this.holder, sealed, sealed.sealed);
    const connected = await this.connect(sealed, content, this.venues);
    const opened: OpenedKey = { rights: connected.orders.rights, limits: content.limits, accounts: await connected.instruments.accountsFor(sealed, content.limits.instruments) };
    const state = this.states.get(id) ?? new TradingState();
    this.states.set(id, state);
    this.open.set(id, { sealed, connected, trader: new GuardedTrader(connected, this.desk, state), opened });
    return opened;
  }
}
