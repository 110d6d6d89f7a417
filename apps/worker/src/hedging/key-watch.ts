import type { KeyScopes, VenueKey, VenueKeyRecord } from '@ballast/policy';
import { VenueKeyRefused, VenueUnavailable, known, unknown, type InstrumentId, type Reading, type VenueAccountId } from '@ballast/positions';
import type { Bps } from '@ballast/units';
import { BackOff, type Waits } from './back-off.js';
import type { HedgeKeeping, KeyFound, VenueLine, VenueLines } from './keeping.js';

/** Between two questions about a key that is in order. */
const ASK_EVERY_MS = 60_000;
/** After a refusal: asking at once again helps nobody, and a venue may lock whoever asks without end. Doubled each time. */
const REFUSED: Waits = { firstMs: 30_000, mostMs: 900_000 };
/** After no answer. Doubled each time. */
const SILENT: Waits = { firstMs: 2_000, mostMs: 15_000 };

/** What is known of the key of an account. */
export interface KeyStanding {
  readonly key: VenueKey;
  readonly scopes: Reading<KeyScopes>;
  readonly allowed: readonly InstrumentId[];
  readonly mostUsdE8: VenueKeyRecord['limits']['maxNotionalUsdE8'] | 0n;
  /** How far from the mark a price may be. */
  readonly mostApart: VenueKeyRecord['limits']['maxPriceApart'];
}

/** What speaks of the key or the whole venue: no answer (too many questions are one), and a refusal of the key. Anything else is about the one question that was asked, and must not keep others from being asked. */
const isOfTheWay = (error: unknown): boolean => error instanceof VenueUnavailable || error instanceof VenueKeyRefused;

/** A venue is not asked now: it gave no answer, or refused the key, a moment ago. */
export class VenueNotAsked extends Error {
  constructor(readonly because: Error) {
    super(because.message);
  }
}

const nameOf = ({ environment, venue, name }: VenueKeyRecord): string => `${environment}:${venue}:${name}`;
const isConnected = ({ state }: VenueKeyRecord, { ends }: KeyFound): boolean => state.kind === 'connected' && state.ends.kind === ends.kind && (state.ends.kind !== 'at' || (ends.kind === 'at' && state.ends.at === ends.at));

/** Ways to venues by their keys. One that is refused, or not answered, is not asked again and again. */
export class KeyWatch {
  private readonly found = new Map<string, KeyFound & { readonly at: number }>();
  private readonly patience: BackOff;
  /** Of keys whose orders were refused while questions are answered. */
  private readonly unusable: BackOff;

  constructor(private readonly keeping: Pick<HedgeKeeping, 'key' | 'keyIs'>, private readonly lines: VenueLines | null, private readonly now: () => number) {
    this.patience = new BackOff(now);
    this.unusable = new BackOff(now);
  }

  /** @throws VenueNotAsked while it is not to be asked */
  async line(account: VenueAccountId): Promise<VenueLine> {
    const record = await this.keeping.key(account);
    if (record === null || record.state.kind === 'ended') throw new VenueNotAsked(new Error('The account has no trading key any more.'));
    if (this.lines === null) throw new VenueNotAsked(new Error('This server has no gateway to trading venues.'));
    this.beReady(nameOf(record));
    return this.lines.line(record);
  }

  /** Asks the venue now and then; what it said last counts meanwhile. Never throws for what the venue says. */
  async standing(account: VenueAccountId): Promise<KeyStanding> {
    const record = await this.keeping.key(account);
    const refused = (why: string): KeyStanding => ({ key: { kind: 'refused', why }, scopes: unknown(why), allowed: [], mostUsdE8: 0n, mostApart: 0n as Bps });
    if (record === null || record.state.kind === 'ended') return refused('The account has no trading key any more.');
    const name = nameOf(record);
    const unusable = this.unusable.holding(name);
    if (unusable !== null) return refused(unusable.message);
    try {
      const last = this.found.get(name);
      if (last === undefined || this.now() - last.at >= ASK_EVERY_MS) {
        const line = await this.line(account);
        const found = await line.checkKey();
        this.found.set(name, { ...found, at: this.now() });
        if (!isConnected(record, found)) await this.keeping.keyIs(record, { kind: 'connected', ends: found.ends });
      }
    } catch (error) {
      const because = error instanceof VenueNotAsked ? error.because : (error as Error);
      if (because instanceof VenueKeyRefused) {
        // Questions may be answered all the same (Hyperliquid's are): the account is read as long as it can be.
        if (because === error) await this.refuse(record, because.detail);
        return refused(because.detail);
      }
      if (because === error && isOfTheWay(because)) this.wait(name, because);
    }
    const told = this.found.get(name);
    const allowed = { allowed: record.limits.instruments, mostUsdE8: record.limits.maxNotionalUsdE8, mostApart: record.limits.maxPriceApart } as const;
    // A key that nobody could ask about lately may be in order; what was found last says what it may do, and its account is as old as its answers.
    return told === undefined ? { key: { kind: 'valid', ends: { kind: 'never' } }, scopes: unknown('The venue was not asked yet what the key may do.'), ...allowed } : { key: { kind: 'valid', ends: told.ends.kind === 'at' ? told.ends : { kind: 'never' } }, scopes: known(told.scopes, told.at), ...allowed };
  }

  /** Does the work and remembers whether the venue answers and takes the key. @throws what the work throws */
  async ask<T>(account: VenueAccountId, work: (line: VenueLine) => Promise<T>): Promise<T> {
    const line = await this.line(account);
    const record = await this.keeping.key(account);
    return record === null ? work(line) : this.heard(nameOf(record), () => work(line));
  }

  /** An order was refused for its key. Nothing is sent with it for a while, and then the venue is asked about the key first. */
  async refused(account: VenueAccountId, why: string): Promise<void> {
    const record = await this.keeping.key(account);
    if (record !== null) await this.refuse(record, why);
  }

  private async refuse(record: VenueKeyRecord, why: string): Promise<void> {
    const name = nameOf(record);
    this.found.delete(name);
    this.unusable.failed(name, new Error(why), REFUSED);
    if (record.state.kind !== 'refused') await this.keeping.keyIs(record, { kind: 'refused', why });
  }

  /** An order went through. */
  async taken(account: VenueAccountId): Promise<void> {
    const record = await this.keeping.key(account);
    if (record !== null) this.unusable.worked(nameOf(record));
  }

  private beReady(name: string): void {
    const because = this.patience.holding(name);
    if (because !== null) throw new VenueNotAsked(because);
  }

  private async heard<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
      const answer = await work();
      this.patience.worked(name);
      return answer;
    } catch (error) {
      if (isOfTheWay(error)) this.wait(name, error as Error);
      throw error;
    }
  }

  private wait(name: string, because: Error): void {
    const isRefused = because instanceof VenueKeyRefused;
    if (isRefused) this.found.delete(name);
    this.patience.failed(name, because, isRefused ? REFUSED : SILENT, (last) => last instanceof VenueKeyRefused === isRefused);
  }
}
