import { getAddress } from 'ethers';
import { decimalText, exactDecimalText, type Address } from '@ballast/units';
import type { Asset, HealthFactor } from '@ballast/positions';

/** A health factor with 4 decimals, rounded down; null without debt. */
export const healthText = (wad: bigint | null): string | null => (wad === null ? null : decimalText(wad, 18, 4, 'down'));
export const ratioOf = (health: HealthFactor): bigint | null => (health.kind === 'ratio' ? health.wad : null);
/** Dollars and cents of what the owner has. */
export const usdDown = (e8: bigint): string => decimalText(e8, 8, 2, 'down');
/** Dollars and cents of what the owner owes, pays or may lose. */
export const usdUp = (e8: bigint): string => decimalText(e8, 8, 2, 'up');
/** A price as the oracle gave it. */
export const priceText = (e8: bigint): string => exactDecimalText(e8, 8);
export const amountText = (raw: bigint, asset: Pick<Asset, 'decimals'>): string => exactDecimalText(raw, asset.decimals);

/** ISO 8601 of chain seconds. */
export const chainTime = (seconds: bigint): string => new Date(Number(seconds) * 1000).toISOString();
export const isoOrNull = (at: Date | null | undefined): string | null => (at === null || at === undefined ? null : at.toISOString());

const moments = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: 'UTC' });
/** `22 Nov 2026, 10:00:05 UTC`, for sentences. */
export const moment = (at: Date): string => `${moments.format(at)} UTC`;

/** The checksummed form (ERC-55), for people. */
export const shownAddress = (address: Address | string): string => getAddress(address);
export const assetView = (asset: Pick<Asset, 'address' | 'symbol' | 'decimals'>) => ({ address: shownAddress(asset.address), symbol: asset.symbol, decimals: asset.decimals });

/** Rounded down to 1 decimal; null when the move is without end. */
export const movesDown = (moves: number): number | null => (Number.isFinite(moves) ? Math.floor(moves * 10 + 1e-9) / 10 : null);
