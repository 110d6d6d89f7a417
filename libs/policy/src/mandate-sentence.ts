import { InvalidInput, exactDecimalText, formatPercentUp, formatTokenAmount, formatUsd, type RawAmount, type UsdE8 } from '@ballast/units';
import type { Asset } from '@ballast/positions';
import { MANDATE_ACTIONS, type MandateTerms } from './mandate.js';

/** The two assets that the mandate names by address. */
export interface MandateAssets {
  readonly collateral: Asset;
  readonly debt: Asset;
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/**
 * The mandate in plain words, made from the very terms that are signed. Healths are written out in full, never rounded, so that the
 * sentence says what the contract checks.
 * @throws InvalidInput when an asset is not the one that the terms name, or no known action is allowed
 */
export function mandateSentence(terms: MandateTerms, assets: MandateAssets): string {
  requireNamed('collateral', terms.collateral, assets.collateral);
  requireNamed('debt', terms.debt, assets.debt);
  return [
    `Until ${dayOf(terms.expiry)}, if the health of this loan is below ${healthText(terms.triggerHf)}, Ballast may ${deeds(terms, assets)};`,
    `from your wallet at most what you approved;`,
    `each time it must bring health to between ${healthText(terms.minHf)} and ${healthText(terms.maxHf)}.`,
    'It may end lower only when all that you approved is used, and higher only when the debt is repaid in full.',
  ].join(' ');
}

function deeds(terms: MandateTerms, { collateral, debt }: MandateAssets): string {
  const allowed = (bit: number): boolean => (terms.actions & bit) !== 0;
  const parts: string[] = [];
  if (allowed(MANDATE_ACTIONS.REPAY)) parts.push(`repay it with ${debt.symbol} from your wallet`);
  if (allowed(MANDATE_ACTIONS.TOP_UP)) parts.push(`add ${collateral.symbol} from your wallet as collateral`);
  if (allowed(MANDATE_ACTIONS.FILL)) {
    const perDay = formatTokenAmount(terms.fillPerDay, debt.decimals, { symbol: debt.symbol, rounding: 'up' });
    const cost = formatPercentUp(terms.maxCostBps);
    parts.push(`sell its ${collateral.symbol} to repay, at a cost of at most ${cost} of what is repaid, at Aave's price, up to ${perDay} a day`);
  }
  if (parts.length === 0) throw new InvalidInput('mandate actions', String(terms.actions), 'at least one of 1 (top up), 2 (repay), 4 (fill)');
  return parts.join(', or ');
}

/** What the owner approved, with its worth where it is known. */
export interface Approved {
  readonly asset: Asset;
  readonly amount: RawAmount;
  readonly usdE8: UsdE8 | null;
}

/**
 * The worst that a stolen key and a fault of the contract could do under a mandate without FILL, in plain words (execution.md, end of
 * section 2). `approved` names the approvals that stand or are asked for.
 */
export function worstCaseSentence(terms: MandateTerms, assets: MandateAssets, approved: readonly Approved[] = []): string {
  const all = approved.map((entry) => formatTokenAmount(entry.amount, entry.asset.decimals, { symbol: entry.asset.symbol, rounding: 'up' })).join(' and ');
  const known = approved.every((entry) => entry.usdE8 !== null);
  const worth = known && approved.length > 0 ? `, ${formatUsd(approved.reduce((sum, entry) => sum + (entry.usdE8 ?? 0n), 0n), 'up')} in all` : '';
  return [
    `If our key is stolen: while the health is below ${healthText(terms.triggerHf)}, the thief can move what you approved from your wallet into this loan of yours, and nowhere else.`,
    'The thief may also withhold the rescue, so you may be liquidated as if you had no protection.',
    `It can never take ${assets.collateral.symbol} out of the loan, borrow in your name, raise these limits or add a keeper.`,
    `If the contract has a fault: at worst all that you approved${all === '' ? '' : ` (${all}${worth})`}.`,
  ].join(' ');
}

/** A health factor as the decimal number that it is. */
const healthText = (wad: bigint): string => {
  const text = exactDecimalText(wad, 18);
  const [whole = '', fraction = ''] = text.split('.');
  return `${whole}.${fraction.padEnd(2, '0')}`;
};

/** The day in UTC on which a chain time falls: `21 May 2027`. */
function dayOf(seconds: bigint): string {
  const day = new Date(Number(seconds) * 1000);
  return `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()] ?? ''} ${day.getUTCFullYear()}`;
}

function requireNamed(field: string, signed: string, given: Asset): void {
  if (given.address !== signed) throw new InvalidInput(field, given.address, signed);
}
