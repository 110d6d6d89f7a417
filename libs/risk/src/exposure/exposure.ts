import { coinsCeil, coinsFloor, coinEquity, portfolioOf, portfolioPart, type DerivativeAccount, type Instrument, type LendingPosition, type OptionPosition, type PerpetualPosition, type Reading, type Underlying } from '@ballast/positions';
import type { CoinE18, UsdE8 } from '@ballast/units';
import { between, maybeGone, plus, timesStatistic, unbounded, exactly, type DeltaInterval } from './interval.js';
import { positionGreeks, type OwnGreeks } from './own-greeks.js';

/** One thing that moves with the price: a loan, a perpetual, an option, or the coins that an account settles in. */
export interface ExposurePart {
  /** The id of the position or the account. */
  readonly of: string;
  readonly what: 'lending' | 'perpetual' | 'option' | 'coin-equity';
  readonly delta: DeltaInterval;
  readonly freshness: 'fresh' | 'stale' | 'unknown';
}

/** Statistics of all options and funding together. `partial` leaves out what could not be worked out, and names it. */
export interface HigherGreeks {
  readonly kind: 'whole' | 'partial';
  readonly missing: readonly string[];
  /** Coins of delta for one dollar. */
  readonly gammaPerUsd: number;
  readonly vegaUsdPerVolPoint: number;
  /** Time value and funding of a day. Interest of loans is not in it: a loan as it is read tells no rates. */
  readonly thetaUsdPerDay: number;
}

/** What an owner has of one underlying, wherever it is. */
export interface Exposure {
  readonly underlying: Underlying;
  /** The sum of the parts. */
  readonly delta: DeltaInterval;
  readonly higher: HigherGreeks;
  readonly parts: readonly ExposurePart[];
  /** Every part was read lately: only then may a position be opened on it. */
  readonly isFresh: boolean;
}

export interface ExposureInput {
  readonly underlying: Underlying;
  /** Wall clock in milliseconds, for the time that options have left. */
  readonly now: number;
  readonly loans: readonly { readonly id: string; readonly loan: Reading<LendingPosition> }[];
  readonly accounts: readonly { readonly id: string; readonly account: Reading<DerivativeAccount> }[];
  readonly instruments: readonly Instrument[];
}

/**
 * Delta, gamma, vega and theta in one underlying over loans and accounts. Loans: supplied less owed, through the rates of wrappers. Linear perpetuals: their coins. An account that settles in
 * the coin: its equity and the venue's delta together, which stay the same while the price moves (hedging.md section 5), and its options without their premium, since the equity holds that.
 * A stale part counts from nothing to all of what it was; an option that cannot be valued from none to all of its coins; what bounds nothing makes the whole unbounded.
 */
export function exposureOf(input: ExposureInput): Exposure {
  const higher: Higher = { missing: [], gamma: 0, vega: 0, theta: 0 };
  const parts = [
    ...input.loans.map(({ id, loan }) => loanPart(id, loan, input.underlying)),
    ...input.accounts.flatMap(({ id, account }) => accountParts(id, account, input, higher)),
  ].filter((part) => part.delta.kind === 'unbounded' || part.delta.lo !== 0n || part.delta.hi !== 0n || part.freshness !== 'fresh');
  return {
    underlying: input.underlying, parts,
    delta: parts.reduce<DeltaInterval>((sum, { delta }) => plus(sum, delta), exactly(0n)),
    higher: { kind: higher.missing.length === 0 ? 'whole' : 'partial', missing: higher.missing, gammaPerUsd: higher.gamma, vegaUsdPerVolPoint: higher.vega, thetaUsdPerDay: higher.theta },
    isFresh: parts.every(({ freshness }) => freshness === 'fresh'),
  };
}

interface Higher {
  readonly missing: string[];
  gamma: number;
  vega: number;
  theta: number;
}

const freshnessOf = (reading: Reading<unknown>): ExposurePart['freshness'] => (reading.kind === 'known' ? 'fresh' : reading.kind);

function loanPart(id: string, loan: Reading<LendingPosition>, underlying: Underlying): ExposurePart {
  if (loan.kind === 'unknown') return { of: id, what: 'lending', delta: unbounded(`The loan ${id} could not be read: ${loan.why}`), freshness: 'unknown' };
  const { position, rates } = portfolioPart(loan.value);
  const portfolio = portfolioOf([position], new Map(rates))[0];
  if (rates.length < position.legs.length) return { of: id, what: 'lending', delta: unbounded(`Nobody asked for the rates of the loan ${id}.`), freshness: 'unknown' };
  const without = rates.find(([, rate]) => rate.kind === 'no-rate' && rate.underlying === underlying);
  if (without !== undefined) return { of: id, what: 'lending', delta: unbounded(`A token of the loan ${id} has no rate now.`), freshness: 'unknown' };
  const net = portfolio?.deltas.find(({ of }) => of.kind === 'underlying' && of.underlying === underlying)?.netE18 ?? 0n;
  // Each leg is rounded by less than one of the smallest units, towards the lower end.
  const delta = net === 0n ? exactly(0n) : between(net, net + BigInt(position.legs.length));
  return { of: id, what: 'lending', delta: loan.kind === 'stale' ? maybeGone(delta) : delta, freshness: freshnessOf(loan) };
}

function accountParts(id: string, reading: Reading<DerivativeAccount>, input: ExposureInput, higher: Higher): readonly ExposurePart[] {
  if (reading.kind === 'unknown') return [{ of: id, what: 'coin-equity', delta: unbounded(`The account ${id} could not be read: ${reading.why}`), freshness: 'unknown' }];
  const account = reading.value;
  const ofAccount = freshnessOf(reading);
  const aged = (part: ExposurePart): ExposurePart => (ofAccount === 'stale' && part.freshness === 'fresh' ? { ...part, delta: maybeGone(part.delta), freshness: 'stale' } : part);
  const ownCoins = account.settlement.kind === 'coin' && account.settlement.underlying === input.underlying;
  const equity: readonly ExposurePart[] = ownCoins ? [{ of: account.id, what: 'coin-equity', delta: exactly(coinEquity(account)), freshness: 'fresh' }] : [];
  const positions = account.positions.flatMap((position): readonly ExposurePart[] => {
    const instrument = input.instruments.find((one) => one.id === position.instrument);
    if (instrument === undefined) return [{ of: position.id, what: position.kind, delta: unbounded(`The instrument of ${position.id} is not known.`), freshness: 'unknown' }];
    if (instrument.underlying !== input.underlying) return [];
    if (position.kind === 'perpetual' && instrument.kind === 'perpetual') return [perpetualPart(position, instrument, higher)];
    if (position.kind === 'option' && instrument.kind === 'option') return [optionPart(position, positionGreeks(position, instrument, input.now), coinsOfOption(position, instrument), ownCoins, higher)];
    return [{ of: position.id, what: position.kind, delta: unbounded(`${position.id} and its instrument are of different kinds.`), freshness: 'unknown' }];
  });
  return [...equity, ...positions].map(aged);
}

function perpetualPart(position: PerpetualPosition, instrument: Instrument, higher: Higher): ExposurePart {
  const { markUsdE8: mark, funding } = position;
  if (position.contracts === 0n) return { of: position.id, what: 'perpetual', delta: exactly(0n), freshness: 'fresh' };
  const needsPrice = instrument.contract.kind === 'inverse';
  if (needsPrice && (mark.kind === 'unknown' || mark.value <= 0n)) return { of: position.id, what: 'perpetual', delta: unbounded(`The mark of ${position.id} is not known.`), freshness: 'unknown' };
  const at = mark.kind === 'unknown' || mark.value <= 0n ? (1n as UsdE8) : mark.value;
  const delta = between(coinsFloor(position.contracts, instrument, at), coinsCeil(position.contracts, instrument, at));
  if (funding.kind === 'unknown' || mark.kind === 'unknown') higher.missing.push(position.id);
  else higher.theta -= (Number(coinsFloor(position.contracts, instrument, at)) / 1e18) * (Number(mark.value) / 1e8) * (Number(funding.value.perInterval) / 1e18) * (86_400 / funding.value.intervalSeconds);
  return { of: position.id, what: 'perpetual', delta, freshness: needsPrice ? freshnessOf(mark) : 'fresh' };
}

/** An option's size in coins; every venue counts them in coins. */
const coinsOfOption = ({ contracts }: OptionPosition, instrument: Extract<Instrument, { kind: 'option' }>): CoinE18 => coinsFloor(contracts, instrument, instrument.strikeUsdE8);

function optionPart(position: OptionPosition, greeks: Reading<OwnGreeks>, coins: CoinE18, settlesInCoin: boolean, higher: Higher): ExposurePart {
  if (coins === 0n) return { of: position.id, what: 'option', delta: exactly(0n), freshness: 'fresh' };
  if (greeks.kind === 'unknown') {
    higher.missing.push(position.id);
    // Between -1 and 1 a coin. Without its premium nothing bounds it: a put may be worth more coins than it is for.
    const size = coins < 0n ? -coins : coins;
    return { of: position.id, what: 'option', delta: settlesInCoin ? unbounded(`${position.id} cannot be valued: ${greeks.why}`) : between(-size, size), freshness: 'unknown' };
  }
  const units = Number(coins) / 1e18;
  higher.gamma += units * greeks.value.gamma;
  higher.vega += units * greeks.value.vega;
  higher.theta += units * greeks.value.theta;
  const delta = timesStatistic(coins, settlesInCoin ? greeks.value.delta - greeks.value.valueCoin : greeks.value.delta);
  return { of: position.id, what: 'option', delta: greeks.kind === 'stale' ? widened(delta, coins) : delta, freshness: freshnessOf(greeks) };
}

/** A stale valuation tells where the delta was: it may have gone to nothing, or to the option's whole size on the same side. */
function widened(delta: DeltaInterval, coins: CoinE18): DeltaInterval {
  if (delta.kind === 'unbounded') return delta;
  const size = coins < 0n ? -coins : coins;
  return delta.hi <= 0n ? between(delta.lo < -size ? delta.lo : -size, 0n) : delta.lo >= 0n ? between(0n, delta.hi > size ? delta.hi : size) : between(-size, size);
}
