import { InvalidInput, exactDecimalText, formatTokenAmount, formatUsd, type Bps, type RawAmount, type UsdE8 } from '@ballast/units';
import type { Asset, LendingProtocol } from '@ballast/positions';
import { PRICE_GAP_BPS, keyTheftLoss, type LoanAtRisk } from './key-theft.js';
import { MANDATE_ACTIONS, type MandateTerms } from './mandate.js';

/** The two assets that the mandate names by address. */
export interface MandateAssets {
  readonly collateral: Asset;
  readonly debt: Asset;
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** Where a mandate counts: each has a guard of its own. */
export type MandateVenue = LendingProtocol;

const VENUE_NAMES: Record<MandateVenue, string> = { 'aave-v3': 'Aave', 'morpho-blue': 'Morpho', venus: 'Venus', 'compound-v3': 'Compound' };

/**
 * The mandate in plain words, made from the very terms that are signed. Healths, the cost and the day's amount are written out in full,
 * never rounded, so that the sentence says what the contract checks.
 * @throws InvalidInput when an asset is not the one that the terms name, or no known action is allowed
 */
export function mandateSentence(terms: MandateTerms, assets: MandateAssets, venue: MandateVenue = 'aave-v3'): string {
  requireNamed('collateral', terms.collateral, assets.collateral);
  requireNamed('debt', terms.debt, assets.debt);
  return sentenceOf(terms, assets, venue);
}

/** What the sentence is made of: the fields that the mandates of all venues share. */
export type SpokenTerms = Pick<MandateTerms, 'actions' | 'triggerHf' | 'minHf' | 'maxHf' | 'maxCostBps' | 'fillPerDay' | 'expiry'>;

/** The same for any venue, whose mandate may name its market otherwise; the caller says which assets that market has. @throws InvalidInput */
export function sentenceOf(terms: SpokenTerms, assets: MandateAssets, venue: MandateVenue): string {
  const limits = [
    ...(uses(terms, 'REPAY') || uses(terms, 'TOP_UP') ? ['from your wallet at most what you approved'] : []),
    ...(uses(terms, 'FILL') && venue === 'aave-v3' ? [`of the ${assets.collateral.symbol} at most what you approved`] : []),
  ];
  const usedUp = uses(terms, 'FILL') ? 'all that you approved, or all that may be repaid by selling in a day, is used' : 'all that you approved is used';
  return [
    `Until ${dayOf(terms.expiry)}, if the health of this loan is below ${healthText(terms.triggerHf)}, Ballast may ${deeds(terms, assets, VENUE_NAMES[venue])};`,
    ...limits.map((limit) => `${limit};`),
    `each time it must bring health to between ${healthText(terms.minHf)} and ${healthText(terms.maxHf)}.`,
    `It may end lower only when ${usedUp}, and higher only when the debt is repaid in full.`,
  ].join(' ');
}

const uses = ({ actions }: Pick<MandateTerms, 'actions'>, action: keyof typeof MANDATE_ACTIONS): boolean => (actions & MANDATE_ACTIONS[action]) !== 0;

function deeds(terms: SpokenTerms, { collateral, debt }: MandateAssets, venue: string): string {
  const parts: string[] = [];
  if (uses(terms, 'REPAY')) parts.push(`repay it with ${debt.symbol} from your wallet`);
  if (uses(terms, 'TOP_UP')) parts.push(`add ${collateral.symbol} from your wallet as collateral`);
  if (uses(terms, 'FILL')) {
    const day = `${exactAmount(terms.fillPerDay, debt)} a day of it (after a quiet day up to ${exactAmount(2n * terms.fillPerDay, debt)} within 24 hours)`;
    parts.push(`sell its ${collateral.symbol} to repay, at a cost of at most ${exactPercent(terms.maxCostBps)} of what is repaid, at ${venue}'s price, up to ${day}`);
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

/** What makes the worst case a sum: what is approved or asked for, and the loan as it stands. */
export interface WorstCaseFigures {
  readonly approved?: readonly Approved[];
  readonly loan?: LoanAtRisk | null;
  readonly venue?: MandateVenue;
}

/**
 * The worst that a stolen key and a fault of the contract could do under a mandate, in plain words (execution.md, end of section 2). With
 * FILL the published formula, and in this loan's dollars where it is given: all rounded up.
 */
export function worstCaseSentence(terms: MandateTerms, assets: MandateAssets, { approved = [], loan = null, venue = 'aave-v3' }: WorstCaseFigures = {}): string {
  const fills = uses(terms, 'FILL');
  const wallet = uses(terms, 'REPAY') || uses(terms, 'TOP_UP');
  const fromWallet = 'move what you approved from your wallet into this loan of yours, and nowhere else';
  const all = approved.map((entry) => formatTokenAmount(entry.amount, entry.asset.decimals, { symbol: entry.asset.symbol, rounding: 'up' })).join(' and ');
  const known = approved.every((entry) => entry.usdE8 !== null);
  const worth = known && approved.length > 0 ? `, ${formatUsd(approved.reduce((sum, entry) => sum + (entry.usdE8 ?? 0n), 0n), 'up')} in all` : '';
  const stolen = `If our key is stolen: while the health is below ${healthText(terms.triggerHf)}, the thief can `;
  return [
    ...(fills ? [`${stolen}${wallet ? `${fromWallet}; and ` : ''}buy its ${assets.collateral.symbol} by repaying your debt.`, ...soldSentences(terms, assets, loan, VENUE_NAMES[venue])] : [`${stolen}${fromWallet}.`]),
    fills
      ? `Never your collateral without repaying your debt; and the thief may withhold the rescue, so you may be liquidated as if you had no protection.`
      : 'The thief may also withhold the rescue, so you may be liquidated as if you had no protection.',
    fills ? 'It can never borrow in your name, raise these limits or add a keeper.' : `It can never take ${assets.collateral.symbol} out of the loan, borrow in your name, raise these limits or add a keeper.`,
    `If the contract has a fault: at worst all that you approved${all === '' ? '' : ` (${all}${worth})`}.`,
  ].join(' ');
}

/** What a thief who buys the collateral can cost, as published, and as an example of this loan. */
function soldSentences(terms: MandateTerms, { debt }: MandateAssets, loan: LoanAtRisk | null, venue: string): string[] {
  const [calm, crash] = [PRICE_GAP_BPS.calm, PRICE_GAP_BPS.crash].map((gap) => `${exactDecimalText(gap, 2)}%`);
  const rule = `That costs you at most ${exactPercent(terms.maxCostBps)}, plus however far ${venue}'s price is from the market's at that moment, of what is repaid. We estimate that gap at about ${calm} on a normal day and ${crash} in a crash; the contract does not limit that part.`;
  if (loan === null) return [rule];
  const { atOnce, atOnceUsdE8, inAllUsdE8 } = keyTheftLoss(terms, loan);
  const repaid = formatTokenAmount(atOnce, debt.decimals, { symbol: debt.symbol, rounding: 'up' });
  const dollars = (sum: { readonly calm: UsdE8; readonly crash: UsdE8 }): string => `${formatUsd(sum.calm, 'up')} on a normal day and ${formatUsd(sum.crash, 'up')} in a crash`;
  return [rule, `For example, with today's debt: ${repaid} at once, which costs at most ${dollars(atOnceUsdE8)}; over the life of this mandate all of today's debt, ${dollars(inAllUsdE8)}.`];
}

/**
 * How wide a venue's permission is, for the page on which it is given. null where a permission is an amount of a token and says so itself.
 */
export function authoritySentence(venue: MandateVenue, assets: MandateAssets): string | null {
  if (venue !== 'morpho-blue') return null;
  return [
    'This permission is wide. Morpho knows only all or nothing: whoever is authorised may withdraw and borrow in every market of your account.',
    'You authorise MorphoGuard, one contract for all your Morpho loans. What limits it is its code, which nobody can change:',
    `it has no call that borrows, and it moves collateral only of the market that a mandate names, here ${assets.collateral.symbol} against ${assets.debt.symbol}, and only for debt that it repays at once.`,
    'If that code had a fault, all that you have at Morpho would be at stake.',
    'Ending the mandate does not end this permission: take it back at Morpho itself, or on the revoke page.',
  ].join(' ');
}

/** A health factor as the decimal number that it is. */
const healthText = (wad: bigint): string => {
  const text = exactDecimalText(wad, 18);
  const [whole = '', fraction = ''] = text.split('.');
  return `${whole}.${fraction.padEnd(2, '0')}`;
};

/** A share as it is signed: `1.0%`, `1.87%`. */
function exactPercent(share: Bps): string {
  const [whole = '', fraction = ''] = exactDecimalText(share, 2).split('.');
  return `${whole}.${fraction.padEnd(1, '0')}%`;
}

/** A token amount as it is signed, every digit of it: `16,000 USDC`. */
function exactAmount(raw: bigint, asset: Asset): string {
  const [whole = '', fraction] = exactDecimalText(raw, asset.decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${grouped}${fraction === undefined ? '' : `.${fraction}`}\u00a0${asset.symbol}`;
}

/** The day in UTC on which a chain time falls: `21 May 2027`. */
function dayOf(seconds: bigint): string {
  const day = new Date(Number(seconds) * 1000);
  return `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()] ?? ''} ${day.getUTCFullYear()}`;
}

function requireNamed(field: string, signed: string, given: Asset): void {
  if (given.address !== signed) throw new InvalidInput(field, given.address, signed);
}
