import type { SourcePrice } from '@ballast/policy';
import { aged, type HealthFactor, type LendingPosition, type OraclePrice, type Reading, type TokenRate, type Underlying } from '@ballast/positions';
import { loanBook, type LoanBook } from '@ballast/risk';
import type { AssessedPosition } from '@ballast/storage';
import { WAD, mulDivDown, type UsdE8 } from '@ballast/units';

/** A loan that was read longer ago than this, by our own clock, is not being watched. */
export const LOAN_AGE_MS = 120_000;

/** What an owner's loans, on all chains, say about one underlying. */
export interface LoanFacts {
  readonly loans: readonly { readonly id: string; readonly loan: Reading<LendingPosition> }[];
  /** Of the weakest that the underlying is a part of; unknown where one of those was not read lately. */
  readonly health: HealthFactor | { readonly kind: 'unknown' };
  readonly books: readonly LoanBook[];
  /** The newest price of the underlying that a protocol's oracle tells. */
  readonly oracle: SourcePrice;
  /** The highest of an hour that a report tells; null where no loan is in the underlying. */
  readonly hourlyVolatility: number | null;
}

/** Every loan counts in the exposure; health, corridor, price and volatility are of those that the underlying is a part of. */
export function loanFactsOf(assessed: readonly AssessedPosition[], underlying: Underlying, now: number): LoanFacts {
  const read = assessed.map(({ position, report }) => ({ position, report, loan: aged({ kind: 'known', value: position, at: position.provenance.observedAt }, now, LOAN_AGE_MS) }));
  const concerned = read.filter(({ position }) => legsOf(position).some(({ rate, amount }) => amount > 0n && isOf(rate, underlying)));
  return {
    loans: read.map(({ position, loan }) => ({ id: position.id, loan })),
    health: concerned.some(({ loan }) => loan.kind !== 'known') ? { kind: 'unknown' } : weakest(concerned.map(({ position }) => position.reported.health)),
    books: concerned.map(({ position }) => loanBook(position)),
    oracle: newest(concerned.flatMap(({ position }) => pricesOf(position, underlying))),
    hourlyVolatility: concerned.reduce<number | null>((most, { report }) => Math.max(most ?? 0, report.volatility.hourly), null),
  };
}

const legsOf = ({ collaterals, debts }: LendingPosition): readonly (LendingPosition['collaterals'][number] | LendingPosition['debts'][number])[] => [...collaterals, ...debts];
/** A token without a rate now is one all the same. */
const isOf = (rate: TokenRate | undefined, underlying: Underlying): boolean => rate !== undefined && rate.kind !== 'own' && rate.underlying === underlying;

const weakest = (healths: readonly HealthFactor[]): HealthFactor => healths.reduce<HealthFactor>((least, one) => (one.kind === 'ratio' && (least.kind === 'no-debt' || one.wad < least.wad) ? one : least), { kind: 'no-debt' });

interface Told {
  readonly usdE8: UsdE8;
  readonly at: number;
  readonly isPlain: boolean;
}

/** What the protocol's oracle says of one whole coin, through the rate of a wrapper where it is one. How old it was at its block is counted by the chain's clock; where the feed tells no time it counts as new then. */
function pricesOf(position: LendingPosition, underlying: Underlying): readonly Told[] {
  const { observedAt, blockTimestamp } = position.provenance;
  return legsOf(position).flatMap(({ rate, price }): readonly Told[] => {
    if (rate?.kind !== 'rate' || rate.underlying !== underlying || price.kind !== 'price' || rate.rateE18 <= 0n) return [];
    const age = price.updatedAt === null || price.updatedAt > blockTimestamp ? 0 : Number(blockTimestamp - price.updatedAt) * 1_000;
    const at = observedAt - age;
    return [{ usdE8: perCoin(price, rate.rateE18), at, isPlain: rate.rateE18 === WAD }];
  });
}

const perCoin = (price: Extract<OraclePrice, { kind: 'price' }>, rateE18: bigint): UsdE8 => (rateE18 === WAD ? price.usdE8 : (mulDivDown(price.usdE8, WAD, rateE18) as UsdE8));

/** One that needs no rate comes before every one that does. */
function newest(told: readonly Told[]): SourcePrice {
  const plain = told.filter(({ isPlain }) => isPlain);
  const best = (plain.length > 0 ? plain : told).reduce<Told | null>((last, one) => (last === null || one.at > last.at ? one : last), null);
  return best === null ? { kind: 'no-price' } : { kind: 'price', usdE8: best.usdE8, at: best.at };
}
