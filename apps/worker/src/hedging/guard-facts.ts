import type { AccountInput, GuardedAccount, HedgeLeg, MarginMove, VenueOwner } from '@ballast/policy';
import { partsOfInstrument, partsOfVenueAccount, type InstrumentId, type Perpetual, type VenueAccountId } from '@ballast/positions';
import type { AssessedPosition, PositionStore } from '@ballast/storage';
import type { SettlementE18, UsdE8 } from '@ballast/units';
import type { AccountLook } from './account-watch.js';
import type { HedgeKeeping, HedgeRecords } from './keeping.js';
import type { KeyWatch } from './key-watch.js';
import type { LegFacts } from './leg-facts.js';
import { loanFactsOf } from './loan-facts.js';

const DAY_MS = 86_400_000;

export interface GuardFactsParts {
  readonly positions: Pick<PositionStore, 'ofAccount'>;
  readonly legs: LegFacts;
  readonly records: Pick<HedgeRecords, 'sent'>;
  readonly keeping: Pick<HedgeKeeping, 'stop' | 'carriers'> & { readonly keys: KeyWatch };
  readonly now: () => number;
}

/** Gathers everything that a decision about a guarded account rests on. */
export class GuardFacts {
  constructor(private readonly parts: GuardFactsParts) {}

  /** @throws what the stores throw */
  async of(guarded: GuardedAccount, looks: ReadonlyMap<VenueAccountId, AccountLook>, openMoves: readonly MarginMove[]): Promise<AccountInput> {
    const look = looks.get(guarded.id);
    const account: AccountInput['account'] = look?.reading ?? { kind: 'unknown', why: 'The account is not connected.' };
    const loans = await this.parts.positions.ofAccount(guarded.owner);
    const held = look === undefined ? [] : await Promise.all(perpetualsOf(look).map((instrument) => this.held(look, instrument, loans)));
    // Of the whole account: what is under way for one coin of it may change what the other's margin needs.
    const [standing, stop, order, sent] = await Promise.all([this.parts.keeping.keys.standing(guarded.id), this.parts.keeping.stop(guarded, guarded.id), this.parts.legs.underWay({ id: guarded.id, settling: look?.settling ?? [] }, 'any'), this.parts.records.sent({ account: guarded.id }, DAY_MS)]);
    const named = held.map((one) => ({ ...one, isNamed: standing.allowed.length === 0 || standing.allowed.includes(one.instrument.id) }));
    return { account, bounds: guarded.bounds, now: this.parts.now(), held: named, key: standing.key, priceApart: standing.mostApart, adding: await this.parts.legs.adding(guarded.id, account, openMoves), order, sent, stop, offsets: guarded.bounds.mayOffset ? await this.offsets(guarded, looks, held.map(({ instrument }) => instrument)) : [] };
  }

  /** The perpetual of the account as a leg, to be looked at again before an order leaves; null where it is not listed. */
  async legOf(owner: VenueOwner, account: VenueAccountId, instrument: InstrumentId, looks: ReadonlyMap<VenueAccountId, AccountLook>): Promise<HedgeLeg | null> {
    const look = looks.get(account);
    const listed = look?.instruments.find((one): one is Perpetual => one.kind === 'perpetual' && one.id === instrument);
    if (look === undefined || listed === undefined) return null;
    const [{ mostUsdE8 }, stop] = await Promise.all([this.parts.keeping.keys.standing(account), this.parts.keeping.stop(owner, account)]);
    return this.parts.legs.of({ account, instrument, maxNotionalUsdE8: mostUsdE8 as UsdE8 }, look, listed.underlying, stop, 0n as SettlementE18);
  }

  private async held(look: AccountLook, instrument: Perpetual, loans: readonly AssessedPosition[]): Promise<Omit<AccountInput['held'][number], 'isNamed'>> {
    const facts = loanFactsOf(loans, instrument.underlying, this.parts.now());
    const market = await this.parts.legs.market(look, instrument.id);
    return { instrument, market, oracle: facts.oracle, hourlyVolatility: facts.hourlyVolatility ?? (await this.parts.legs.volatility(instrument.id)) };
  }

  /** Perpetuals in the same coins that keys of the owner's other accounts may trade. What carries a hedge is for that alone: whatever was opened there, the hedge would close. */
  private async offsets(guarded: GuardedAccount, looks: ReadonlyMap<VenueAccountId, AccountLook>, held: readonly Perpetual[]): Promise<readonly HedgeLeg[]> {
    const { environment } = partsOfVenueAccount(guarded.id);
    const carriers = await this.parts.keeping.carriers(guarded);
    const others = [...looks.values()].filter(({ id }) => id !== guarded.id && !carriers.has(id) && partsOfVenueAccount(id).environment === environment);
    const found = await Promise.all(others.map(async (look) => {
      const { allowed } = await this.parts.keeping.keys.standing(look.id);
      const listed = look.instruments.filter((one): one is Perpetual => one.kind === 'perpetual' && allowed.includes(one.id) && held.some(({ underlying }) => underlying === one.underlying) && settlesIn(look, one));
      return Promise.all(listed.map(({ id }) => this.legOf(guarded, look.id, id, looks)));
    }));
    return found.flat().filter((leg): leg is HedgeLeg => leg !== null);
  }
}

const perpetualsOf = ({ reading, instruments }: AccountLook): readonly Perpetual[] =>
  reading.kind === 'unknown' ? [] : reading.value.positions.flatMap((position) => instruments.filter((one): one is Perpetual => one.kind === 'perpetual' && one.id === position.instrument && position.contracts !== 0n));

/** Where each currency is an account of its own, only what settles in it is its. */
function settlesIn({ reading }: AccountLook, { settlement, id }: Perpetual): boolean {
  if (reading.kind === 'unknown' || partsOfInstrument(id).venue !== 'deribit') return reading.kind !== 'unknown';
  const own = reading.value.settlement;
  return own.kind === 'coin' ? settlement.kind === 'coin' && settlement.underlying === own.underlying : settlement.kind === 'usd' && settlement.token === own.token;
}
