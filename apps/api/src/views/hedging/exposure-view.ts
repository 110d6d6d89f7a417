import type { z } from 'zod';
import { WAD, formatUsd, mulDivDown, parseDecimal, type CoinE18, type UsdE8 } from '@ballast/units';
import { PROTOCOL_NAMES, DERIVATIVES_VENUE_NAMES, aged, mapReading, partsOfVenueAccount, portfolioPart, tokenKey, type Instrument, type LendingPosition, type Reading, type Underlying, type VenueAccountId, type VenueEnvironment } from '@ballast/positions';
import { exposureOf, plus, withOwnGreeks, type ExposurePart } from '@ballast/risk';
import type { StoredVenueAccount } from '@ballast/storage';
import type * as contract from '../../contract/hedging-schemas.js';
import { intervalView } from './figures.js';
import { lossOf } from './hedge-view.js';
import { valueOf } from './venue-position-view.js';
import { priceText } from '../text.js';

export type UnderlyingExposureView = z.infer<typeof contract.underlyingExposure>;

export interface ExposureFacts {
  readonly underlying: Underlying;
  readonly environment: VenueEnvironment;
  readonly loans: readonly { readonly position: LendingPosition; readonly reading: Reading<LendingPosition> }[];
  /** Of this environment. */
  readonly accounts: readonly StoredVenueAccount[];
  readonly instruments: readonly Instrument[];
  /** Accounts that carry a hedge of this underlying: what is in them is the hedge. */
  readonly legs: ReadonlySet<VenueAccountId>;
  readonly now: number;
  readonly freshForMs: number;
}

/** The owner's exposure in one underlying without what hedges hold, what they hold, and both together. */
export function underlyingExposureView(facts: ExposureFacts): UnderlyingExposureView {
  const { underlying, environment, loans, accounts, instruments, legs, now, freshForMs } = facts;
  const readings = accounts.map(({ id, reading }) => ({ id, account: mapReading(aged(reading, now, freshForMs), (account) => withOwnGreeks(account, instruments, now)) }));
  const [without, hedge, all] = [
    exposureOf({ underlying, now, instruments, loans: loans.map(({ position, reading }) => ({ id: position.id, loan: reading })), accounts: readings.filter(({ id }) => !legs.has(id)) }),
    exposureOf({ underlying, now, instruments, loans: [], accounts: readings.filter(({ id }) => legs.has(id)) }),
    exposureOf({ underlying, now, instruments, loans: [], accounts: readings }),
  ];
  const price = priceOf(facts);
  const after = plus(without.delta, hedge.delta);
  const { higher } = all;
  return {
    underlying, environment, parts: without.parts.map((part) => partView(part, loans)), before: intervalView(without.delta), hedge: intervalView(hedge.delta), after: intervalView(after), priceUsd: price === null ? null : priceText(price), onePercentFallUsd: lossOf(after, price),
    gammaPerPercent: price === null ? null : (higher.gammaPerUsd * Number(price)) / 1e10, vegaUsd: higher.vegaUsdPerVolPoint, carryUsdADay: higher.thetaUsdPerDay, missing: [...higher.missing],
  };
}

/** Whether anything of it is exposed to the underlying at all. */
export const isExposed = ({ parts, hedge }: UnderlyingExposureView): boolean => parts.length > 0 || hedge === null || hedge.low !== '0' || hedge.high !== '0';

function partView(part: ExposurePart, loans: ExposureFacts['loans']): UnderlyingExposureView['parts'][number] {
  const loan = loans.find(({ position }) => position.id === part.of)?.position;
  const label = loan !== undefined ? `${PROTOCOL_NAMES[loan.protocol]} loan` : `${venueOf(part.of)}${part.what === 'coin-equity' ? ' balance' : part.what === 'option' ? ' option' : ''}`;
  return { of: part.of, label, what: part.what, delta: intervalView(part.delta), freshness: part.freshness };
}

const venueOf = (id: string): string => DERIVATIVES_VENUE_NAMES[partsOfVenueAccount(id.split(':').slice(0, 4).join(':') as VenueAccountId).venue];

/** One coin in dollars: as a protocol's oracle has it, or else as a venue marks it. */
export function priceOf({ underlying, loans, accounts, instruments }: Pick<ExposureFacts, 'underlying' | 'loans' | 'accounts' | 'instruments'>): UsdE8 | null {
  for (const { position } of loans) {
    const rates = new Map(portfolioPart(position).rates);
    for (const { asset, price } of [...position.collaterals, ...position.debts]) {
      const rate = rates.get(tokenKey(asset));
      if (rate?.kind === 'rate' && rate.underlying === underlying && rate.rateE18 > 0n && price.kind === 'price') return mulDivDown(price.usdE8, WAD, rate.rateE18) as UsdE8;
    }
  }
  for (const { reading } of accounts) {
    for (const position of valueOf(reading)?.positions ?? []) {
      const of = instruments.find(({ id }) => id === position.instrument);
      const mark = position.kind === 'perpetual' ? valueOf(position.markUsdE8) : null;
      if (of?.underlying === underlying && mark !== null) return mark;
    }
  }
  return null;
}

/** The finding of the page: what a fall of 1% takes, and what it would without the hedge. Play money is not told of where real money is, and never without saying so. */
export function headlineOf(exposures: readonly UnderlyingExposureView[]): string {
  if (exposures.length === 0) return 'Nothing here moves with ETH or BTC';
  const isLive = exposures.some(({ environment }) => environment === 'live');
  const told = exposures.filter((one) => !isLive || one.environment === 'live');
  const unknown = told.find(({ onePercentFallUsd }) => onePercentFallUsd === null);
  if (unknown !== undefined) return `Nobody can tell now what a fall of ${unknown.underlying} would cost you`;
  const [first] = [...told].sort((one, other) => Number(isHedged(other)) - Number(isHedged(one)) || (dollars(other.onePercentFallUsd) > dollars(one.onePercentFallUsd) ? 1 : -1));
  if (first === undefined) return 'Nothing here moves with ETH or BTC';
  const without = first.before === null || first.priceUsd === null ? null : lossOf({ kind: 'interval', lo: coins(first.before.low), hi: coins(first.before.high) }, parseDecimal(first.priceUsd, 8) as UsdE8);
  const finding = isHedged(first) && without !== null ? `If ${first.underlying} falls 1%, you ${outcome(first.onePercentFallUsd)} instead of ${dollars(without) < 0n ? `gaining ${formatUsd(-dollars(without), 'down')}` : formatUsd(dollars(without), 'up')}` : `If ${first.underlying} falls 1%, you ${outcome(first.onePercentFallUsd)}`;
  return hasPaper(first) ? `PAPER: ${finding}` : finding;
}

const isHedged = ({ hedge }: UnderlyingExposureView): boolean => hedge !== null && (hedge.low !== '0' || hedge.high !== '0');
const hasPaper = (exposure: UnderlyingExposureView): boolean => exposure.environment === 'paper' && (isHedged(exposure) || exposure.parts.some(({ what }) => what !== 'lending'));
const coins = (text: string): CoinE18 => parseDecimal(text, 18) as CoinE18;
const dollars = (text: string | null): bigint => (text === null ? 0n : parseDecimal(text, 8));
/** Losses round up, gains down. */
const outcome = (loss: string | null): string => (dollars(loss) < 0n ? `gain ${formatUsd(-dollars(loss), 'down')}` : `lose ${formatUsd(dollars(loss), 'up')}`);
