import { unknown, mapReading, BS_USD, type DerivativeAccount, type Instrument, type ListedOption, type OptionGreeks, type OptionPosition, type Reading } from '@ballast/positions';
import { black76 } from '../options/black-76.js';

const MS_PER_YEAR = 365 * 86_400_000;
const MS_PER_DAY = 86_400_000;

/** An option with what its Greeks are worked out from. */
export interface OptionInputs {
  readonly option: Pick<ListedOption, 'type' | 'strikeUsdE8' | 'expiresAt' | 'settlementWindowSeconds'>;
  /** The forward of the option's own expiry in dollars, not the index. */
  readonly forwardUsd: number;
  /** Per year: 0.62 for 62%. */
  readonly volatility: number;
  /** Wall clock in milliseconds. */
  readonly now: number;
}

export interface OwnGreeks extends OptionGreeks {
  /** What one coin's worth of the option is worth in coins. BS delta less it is the premium-adjusted delta. */
  readonly valueCoin: number;
  readonly valueUsd: number;
}

/**
 * Greeks as Deribit tells them (hedging.md section 5): Black 1976 undiscounted on the expiry's forward, time ACT/365, delta N(d1), vega in dollars for one point,
 * theta in dollars for a day or for what is left. While the settlement price is being averaged only the part that is still open moves: delta and vega fade with
 * the time left, gamma with its square.
 * @throws InvalidInput for a forward or a strike that is not above zero
 */
export function ownGreeks({ option, forwardUsd, volatility, now }: OptionInputs): OwnGreeks {
  const left = Math.max(0, option.expiresAt - now);
  const years = left / MS_PER_YEAR;
  const found = black76({ type: option.type, forward: forwardUsd, strike: Number(option.strikeUsdE8) / 1e8, years, volatility, rate: 0 });
  const window = option.settlementWindowSeconds * 1_000;
  const open = window > 0 ? Math.min(1, left / window) : left > 0 ? 1 : 0;
  return {
    convention: BS_USD, delta: found.delta * open, gamma: found.gamma * open * open, vega: (found.vega / 100) * open,
    theta: (found.thetaPerYear / 365) * Math.min(1, left / MS_PER_DAY), valueCoin: found.value / forwardUsd, valueUsd: found.value,
  };
}

/** The position's own Greeks from its forward and its mark's volatility; as fresh as the older of them. */
export function positionGreeks(position: OptionPosition, option: ListedOption, now: number): Reading<OwnGreeks> {
  const { forwardUsdE8, markVolatility } = position;
  if (forwardUsdE8.kind === 'unknown') return forwardUsdE8;
  if (markVolatility.kind === 'unknown') return markVolatility;
  if (forwardUsdE8.value <= 0n || !(markVolatility.value >= 0)) return unknown('The venue tells a forward or a volatility that is none.');
  const older = forwardUsdE8.at <= markVolatility.at ? forwardUsdE8 : markVolatility;
  const kind = forwardUsdE8.kind === 'stale' || markVolatility.kind === 'stale' ? 'stale' : 'known';
  return { kind, at: older.at, value: ownGreeks({ option, forwardUsd: Number(forwardUsdE8.value) / 1e8, volatility: markVolatility.value, now }) };
}

/** The account with our own Greeks on each of its options. Readers leave them out: they know no model. */
export function withOwnGreeks(account: DerivativeAccount, instruments: readonly Instrument[], now: number): DerivativeAccount {
  return {
    ...account,
    positions: account.positions.map((position) => {
      if (position.kind !== 'option') return position;
      const option = instruments.find(({ id }) => id === position.instrument);
      if (option?.kind !== 'option') return { ...position, ownGreeks: unknown('The option is not listed.') };
      return { ...position, ownGreeks: mapReading(positionGreeks(position, option, now), ({ convention, delta, gamma, vega, theta }) => ({ convention, delta, gamma, vega, theta })) };
    }),
  };
}
