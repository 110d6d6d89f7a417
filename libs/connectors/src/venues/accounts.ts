import { partsOfInstrument, partsOfVenueAccount, type AdlRank, type InstrumentId, type MarginTier, type VenueAccountId, type VenuePlace } from '@ballast/positions';
import { InvalidInput, magnitude, mulDivFloor, mulDivUp, WAD, type SettlementE18, type SignedWad, type Wad } from '@ballast/units';

/** Which accounts a key is for. Where the venue keeps currencies apart (Deribit), an account is `<name>.<currency>`. */
export class OwnAccounts {
  constructor(private readonly place: VenuePlace, private readonly name: string, private readonly byCurrency: boolean) {}

  /** The currency of the account, empty where the venue has one for all. @throws InvalidInput when it is another key's account */
  currencyOf(account: VenueAccountId): string {
    const { environment, venue, name } = partsOfVenueAccount(account);
    const currency = this.byCurrency ? (new RegExp(`^${this.name.replaceAll('.', '\\.')}\\.([A-Z]{2,10})$`).exec(name)?.[1] ?? null) : name === this.name ? '' : null;
    if (environment !== this.place.environment || venue !== this.place.venue || currency === null) throw new InvalidInput('account', account, `${this.place.environment}:${this.place.venue}:account:${this.name}${this.byCurrency ? '.<currency>' : ''}`);
    return currency;
  }

  /** The venue's own name of the instrument. @throws InvalidInput when it is of another venue or environment */
  symbolOf(instrument: InstrumentId): string {
    const { environment, venue, symbol } = partsOfInstrument(instrument);
    if (environment !== this.place.environment || venue !== this.place.venue) throw new InvalidInput('instrument', instrument, `one of ${this.place.environment}:${this.place.venue}`);
    return symbol;
  }
}

/** Where a venue tells no rank: profit as a share of the notional x notional over equity. All three in one currency. */
export function estimatedAdl(unrealised: SettlementE18, notional: bigint, equity: SettlementE18): AdlRank {
  if (equity <= 0n || notional === 0n) return { kind: 'unknown', why: 'no equity or no position to compare with' };
  const share = mulDivFloor(unrealised, WAD, magnitude(notional));
  return { kind: 'estimated', score: mulDivFloor(share, magnitude(notional), equity) as SignedWad };
}

/** Rows of a table that starts anew at each: what keeps margin from jumping where the next begins, worked out. Lowest first. */
export function withDeductions(rows: readonly { readonly from: bigint; readonly maintenanceRate: Wad; readonly initialRate: Wad }[]): readonly MarginTier[] {
  const built: MarginTier[] = [];
  for (const row of [...rows].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const below = built.at(-1);
    // Rounded down: what is deducted makes margin smaller.
    const deduction = below === undefined ? 0n : below.deduction + mulDivFloor(row.from, row.maintenanceRate - below.maintenanceRate, WAD);
    built.push({ ...row, deduction });
  }
  return built;
}

/** 1 / (2 x leverage), and 1 / leverage, rounded up. */
export const ratesOfLeverage = (leverage: bigint): { readonly maintenanceRate: Wad; readonly initialRate: Wad } => ({ maintenanceRate: mulDivUp(WAD, 1n, 2n * leverage) as Wad, initialRate: mulDivUp(WAD, 1n, leverage) as Wad });
