import { WAD, type Address, type RawAmount, type UsdE8 } from '@ballast/units';
import type { Asset } from './asset.js';
import type { HealthFactor, LendingPosition } from './lending.js';
import { inUnderlyingDown, inUnderlyingUp, tokenKey, type TokenRate, type Underlying } from './underlying.js';

/** One thing owned or owed, wherever: at a protocol, in a hedge, in a wallet. */
export interface PortfolioLeg {
  readonly asset: Asset;
  readonly amount: RawAmount;
  /** As its position values it: what is owned rounded down, what is owed up. */
  readonly usdE8: UsdE8;
  readonly side: 'collateral' | 'debt';
}

/** A position as far as a portfolio needs it. */
export interface PortfolioPosition {
  readonly id: string;
  readonly owner: Address;
  readonly legs: readonly PortfolioLeg[];
  readonly health: HealthFactor;
}

/** What an owner has of one underlying, or of a token that stands for itself; with 18 decimals, whatever the token has. */
export interface Delta {
  readonly of: { readonly kind: 'underlying'; readonly underlying: Underlying } | { readonly kind: 'token'; readonly asset: Asset };
  /** Owned, rounded down leg by leg. */
  readonly longE18: bigint;
  /** Owed, rounded up leg by leg. */
  readonly shortE18: bigint;
  /** Owned less owed, and so rounded down: below zero where more is owed. */
  readonly netE18: bigint;
}

/** All positions of one owner. */
export interface Portfolio {
  readonly owner: Address;
  /** In order of the legs in which each is first met. */
  readonly deltas: readonly Delta[];
  readonly collateralUsdE8: UsdE8;
  readonly debtUsdE8: UsdE8;
  /** The position with the least health, of several the first; null where nothing is owed. */
  readonly weakest: { readonly id: string; readonly health: Extract<HealthFactor, { kind: 'ratio' }> } | null;
  /** Tokens that have an underlying but no rate now. They stand for themselves, so the underlying's delta is short of them. */
  readonly withoutRate: readonly Asset[];
}

/** The position as a portfolio takes it, and the rates that its legs carry. */
export function portfolioPart(position: LendingPosition): { readonly position: PortfolioPosition; readonly rates: readonly (readonly [string, TokenRate])[] } {
  const { id, account, collaterals, debts, reported } = position;
  return {
    position: {
      id, owner: account, health: reported.health,
      legs: [...collaterals.map((leg) => ({ asset: leg.asset, amount: leg.amount, usdE8: leg.valueUsdE8, side: 'collateral' as const })), ...debts.map((leg) => ({ asset: leg.asset, amount: leg.amount, usdE8: leg.valueUsdE8, side: 'debt' as const }))],
    },
    rates: [...collaterals, ...debts].flatMap((leg) => (leg.rate === undefined ? [] : [[tokenKey(leg.asset), leg.rate] as const])),
  };
}

interface Sums {
  readonly of: Delta['of'];
  longE18: bigint;
  shortE18: bigint;
}

/**
 * Each owner's positions taken together, owners in order of their first position. Rates by `tokenKey`; a token without an entry stands for itself. Sums of dollars are exact, and so as
 * careful as their legs.
 */
export function portfolioOf(positions: readonly PortfolioPosition[], rates: ReadonlyMap<string, TokenRate>): readonly Portfolio[] {
  const owners = [...new Set(positions.map(({ owner }) => owner))];
  return owners.map((owner) => portfolio(owner, positions.filter((position) => position.owner === owner), rates));
}

function portfolio(owner: Address, positions: readonly PortfolioPosition[], rates: ReadonlyMap<string, TokenRate>): Portfolio {
  const sums = new Map<string, Sums>();
  const withoutRate = new Map<string, Asset>();
  let [collateralUsdE8, debtUsdE8] = [0n, 0n];
  for (const { asset, amount, usdE8, side } of positions.flatMap(({ legs }) => legs)) {
    const key = tokenKey(asset);
    const rate = rates.get(key) ?? { kind: 'own' };
    if (rate.kind === 'no-rate') withoutRate.set(key, asset);
    const into = rate.kind === 'rate' ? sumsOf(sums, rate.underlying, { kind: 'underlying', underlying: rate.underlying }) : sumsOf(sums, key, { kind: 'token', asset });
    const rateE18 = rate.kind === 'rate' ? rate.rateE18 : WAD;
    if (side === 'collateral') {
      into.longE18 += inUnderlyingDown(amount, asset.decimals, rateE18);
      collateralUsdE8 += usdE8;
    } else {
      into.shortE18 += inUnderlyingUp(amount, asset.decimals, rateE18);
      debtUsdE8 += usdE8;
    }
  }
  return {
    owner, collateralUsdE8: collateralUsdE8 as UsdE8, debtUsdE8: debtUsdE8 as UsdE8, weakest: weakestOf(positions), withoutRate: [...withoutRate.values()],
    deltas: [...sums.values()].map(({ of, longE18, shortE18 }) => ({ of, longE18, shortE18, netE18: longE18 - shortE18 })),
  };
}

function sumsOf(all: Map<string, Sums>, key: string, of: Delta['of']): Sums {
  const known = all.get(key) ?? { of, longE18: 0n, shortE18: 0n };
  all.set(key, known);
  return known;
}

function weakestOf(positions: readonly PortfolioPosition[]): Portfolio['weakest'] {
  return positions.reduce<Portfolio['weakest']>((weakest, { id, health }) => (health.kind === 'ratio' && (weakest === null || health.wad < weakest.health.wad) ? { id, health } : weakest), null);
}
