import type { HarModel } from './har.js';

/** How the volatility that distances are divided by was found. */
export type VolatilityKind = 'har' | 'ewma-24h';
export type Direction = 'fall' | 'rise';

/** The history of one asset's days, as far as a chance needs it. */
export interface AssetHistory {
  readonly asset: string;
  /** First and last day, as 2024-12-31. */
  readonly from: string;
  readonly through: string;
  readonly har: HarModel;
  /** Largest move within a day over volatility x sqrt(24), reached or passed by the share of HISTORY_SHARES at the same place. */
  readonly scaled: Readonly<Record<VolatilityKind, Readonly<Record<Direction, readonly number[]>>>>;
  /** Days without overlap that the shares come from. */
  readonly days: number;
  /** The latest whole days, each from its midnight: on how many the price moved by at least 1%, 2%, ... from where the day began. */
  readonly recent: { readonly days: number } & Readonly<Record<Direction, readonly number[]>>;
}

/** Shares at which a history is told, from most to least. */
export const HISTORY_SHARES: readonly number[] = [
  0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.175, 0.15, 0.125, 0.1, 0.08, 0.06, 0.05, 0.04, 0.03, 0.025, 0.02, 0.015, 0.0125, 0.01, 0.008, 0.006, 0.005, 0.004, 0.003, 0.002, 0.0015, 0.001, 0.0005,
];
