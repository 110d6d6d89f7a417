import { formatTokenAmount } from '@ballast/units';
import { health, plural, unscale } from '../src/words/numbers.js';
import { dateOfUnix } from '../src/words/times.js';
import type { TokenInfo } from './approvals.js';
import type { SignedTerms } from './mandates.js';

/** From half of what a word can hold, an amount is no limit: tokens differ in which large number they take for endless. */
const ENDLESS = 2n ** 255n;

/** An amount of a token, as exact as it is worth reading. */
export function tokenAmount(value: bigint, token: TokenInfo): string {
  if (value >= ENDLESS) return `all ${token.symbol}, without limit`;
  return token.decimals === null ? `${value} units of ${token.symbol}` : formatTokenAmount(value, token.decimals, { symbol: token.symbol });
}

const ratio = (wad: bigint): string => health(unscale(String(wad), 18), 4).replace(/0{1,2}$/, '');
const ACTIONS: ReadonlyArray<readonly [bit: number, words: string]> = [[2, 'repay from your wallet'], [1, 'add collateral from your wallet'], [4, 'repay by selling collateral']];

/** What a mandate allows, in one sentence. */
export function termsSentence(terms: SignedTerms): string {
  const may = ACTIONS.filter(([bit]) => (terms.actions & bit) !== 0).map(([, words]) => words).join(' or ');
  return `Until ${dateOfUnix(terms.expiry)}, while health is below ${ratio(terms.triggerHf)}, it may ${may}, and must bring health to between ${ratio(terms.minHf)} and ${ratio(terms.maxHf)}.`;
}

export interface Standing {
  readonly mandates: number;
  readonly permits: number;
  readonly approvals: number;
  /** Every search came to its end. */
  readonly complete: boolean;
}

const COUNTS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten'];
const counted = (count: number, one: string, many: string): string => `${COUNTS[count] ?? String(count)} ${count === 1 ? one : many}`;

/** The page's headline: what stands now. */
export function headline({ mandates, permits, approvals, complete }: Standing): string {
  const parts = [
    ...(mandates === 0 ? [] : [counted(mandates, 'mandate is live', 'mandates are live')]),
    ...(permits === 0 ? [] : [counted(permits, 'unused permit is open', 'unused permits are open')]),
    ...(approvals === 0 ? [] : [counted(approvals, 'approval stands', 'approvals stand')]),
  ];
  if (parts.length === 0) return complete ? 'Nothing is live: these guards can move nothing of this account' : 'Nothing was found so far';
  const [first, ...rest] = parts;
  const text = [first, ...rest.map((part) => part.charAt(0).toLowerCase() + part.slice(1))].join(', ').replace(/, ([^,]*)$/, ' and $1');
  return complete ? text : `So far: ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

export const blocks = (count: number): string => plural(count, 'block').replace(/^\d+/, (digits) => Number(digits).toLocaleString('en-US'));
