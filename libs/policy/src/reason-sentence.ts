import { formatUsdCents } from '@ballast/units';
import type { CannotReason, Dearness, HoldReason } from './decision.js';
import { SHADOW_WORDS } from './stop.js';

/** Symbols for the sentence; general words where they are not known. */
export interface ReasonNames {
  readonly collateral?: string;
  readonly debt?: string;
  /** The collateral that must be switched off before another one may be sold. */
  readonly blocking?: string;
  /** Of a rescue that costs more than it saves. */
  readonly dearness?: Dearness;
  /** Why the stop in force was set, in the words of who set it. */
  readonly stop?: string;
}

type Reason = HoldReason | CannotReason | 'below-trigger';

/** One plain sentence for every reason that a decision can give. */
export function reasonSentence(reason: Reason, names: ReasonNames = {}): string {
  const collateral = names.collateral ?? 'the collateral';
  const debt = names.debt ?? 'the borrowed asset';
  if (reason === 'rescue-too-dear' && names.dearness !== undefined) return tooDear(names.dearness);
  return SENTENCES[reason](collateral, debt, names.blocking ?? 'a collateral that the protocol lends nothing against', names.stop ?? '');
}

const tooDear = ({ costUsdE8, savesUsdE8, atMost }: Dearness): string =>
  `A rescue would cost ${formatUsdCents(costUsdE8)} now and ${atMost ? 'could save at most' : 'can be expected to save'} ${formatUsdCents(savesUsdE8, 'down')}, so Ballast does not act; it acts once a rescue is worth its price.`;

const SENTENCES: Readonly<Record<Reason, (collateral: string, debt: string, blocking: string, stop: string) => string>> = {
  'below-trigger': () => 'The health is below the point where Ballast acts.',
  'above-trigger': () => 'The health is above the point where Ballast acts.',
  'no-debt': () => 'Nothing is owed, so nothing can be liquidated.',
  'action-in-flight': () => 'An action for this loan is under way; the next is decided when it has ended.',
  'backup-waits': () => 'This keeper is the backup: it acts only when the first one has not for some time.',
  'not-rearmed': () => 'The last action did what it could and the health has not fallen since; Ballast acts again at the next fall.',
  'no-mandate': () => 'No mandate is signed for this loan: Ballast watches it and may not act.',
  'mandate-not-active': () => 'The mandate is not in force on chain, so Ballast may not act.',
  'mandate-expired': () => 'The mandate has expired, so Ballast may no longer act.',
  'wallet-empty': (_, debt) => `The wallet holds no ${bare(debt)} to protect the loan with.`,
  'allowance-missing': (_, debt) => `The wallet has not approved enough ${bare(debt)} to the guard: approve it again, or repay yourself.`,
  'debt-reserve-paused': (_, debt) => `The protocol has paused ${debt}: nobody can repay it now, and nobody can liquidate it.`,
  'collateral-reserve-frozen': (collateral) => `The protocol takes no new ${collateral} now, so it cannot be added.`,
  'price-missing': () => 'The protocol has no price for an asset of this loan, so its health cannot be told.',
  'price-stale': () => 'A price that this loan rests on is older than its feed promises, so its real health is not known.',
  'already-liquidatable-too-deep': () => 'The loan is already liquidatable, and all that the wallet may give would not lift it out.',
  'below-minimum': () => 'What could be saved is less than what an action costs, so Ballast does not act.',
  'action-not-signed': () => 'The mandate names no action that Ballast can take from the wallet.',
  'debt-not-covered': (_, debt) => `The mandate covers ${debt}, and this loan owes something else.`,
  'collateral-not-enabled': (collateral) => `${capital(collateral)} is not switched on as collateral for this loan, so adding it would not help.`,
  'funds-reserved': (_, debt) => `The wallet's ${bare(debt)} is needed for another of your loans, which is nearer to liquidation: what is left does not reach for this one.`,
  'rescue-too-dear': () => 'A rescue would cost more now than it can be expected to save, so Ballast does not act; it acts once a rescue is worth its price.',
  'gas-above-ceiling': () => 'The network fee is above the most that our signer may offer, so no transaction of ours would be mined now.',
  'reaction-too-slow': () => 'As fast as the price moves and as slowly as we react now, it may pass from where Ballast acts to liquidation before an action is mined.',
  'check-too-old': () => 'This loan was last read too long ago for what was seen to be still true; this is ours to mend.',
  'keeper-out-of-gas': () => 'Our own key has no coins left for network fees, so Ballast cannot act; this is ours to mend.',
  'signer-silent': () => 'The process that holds our keys does not answer, so Ballast cannot act; this is ours to mend.',
  'keeper-not-listed': () => 'Our key was removed from the keepers that the mandate names, so Ballast cannot act under it.',
  'stopped-by-operator': (_, __, ___, stop) => `The people who run Ballast have stopped it for this loan${because(stop)}. Until they let it go on, Ballast does not act.`,
  'stopped-by-breaker': (_, __, ___, stop) => `Ballast has stopped itself for this loan${because(stop)}. It does not act until that is over.`,
  'stopped-by-owner': () => 'You have stopped Ballast for this account: it does not act until you let it go on.',
  shadow: () => `${SHADOW_WORDS}.`,
  'fill-stopped': (collateral, _, __, stop) => `Selling ${collateral} is stopped for now${because(stop)}.`,
  'reading-disagrees': () => 'What was read of this loan does not add up to the health that the protocol reports, so Ballast does not trust it.',
  'collateral-missing': (collateral) => `The mandate lets Ballast sell ${collateral}, and this loan holds none of it.`,
  'collateral-illiquid': (collateral) => `Nearly all of the protocol's ${bare(collateral)} is lent out: it cannot pay out enough to be sold.`,
  'collateral-reserve-paused': (collateral) => `The protocol has paused ${collateral}: it cannot be sold now.`,
  'collateral-approval-missing': (collateral) => `The guard may not take any ${bare(collateral)} out of this loan: give it the permission again, or repay yourself.`,
  'ltv-zero-collateral': (collateral, _, blocking) => `${capital(blocking)} is switched on as collateral although nothing can be borrowed against it, and that keeps ${collateral} from being sold: switch ${blocking} off at the protocol.`,
  'fill-price-stale': (collateral) => `A price that a sale of ${collateral} would rest on is too old or missing, so the keepers contract refuses the sale.`,
  'fill-paused': (collateral) => `The protocol takes the price of ${collateral} or of what is borrowed from another feed than the keepers contract knows: selling is paused until you sign a mandate with a new one.`,
  'fill-not-offered': (collateral, debt) => `The keepers contract of the mandate knows no price feeds for selling ${collateral} for ${debt}.`,
  'fill-budget-used': (collateral) => `The mandate's budget for selling ${collateral} is used up for now; it fills up again within a day.`,
  'fill-not-priced': (collateral, debt) => `No market was found that would buy enough ${bare(collateral)} for ${debt}.`,
  'fill-market-disagrees': (collateral) => `The market's price of ${collateral} and the protocol's are too far apart: one of the two is wrong, so nothing is sold.`,
  'fill-no-loan': (_, debt) => `Nobody lends enough ${bare(debt)} for a moment to make the sale possible.`,
  'fill-too-costly': (collateral) => `Selling ${collateral} would cost more now than the mandate allows.`,
  'fill-cannot-help': (collateral) => `Selling ${collateral} at what it costs now would not bring the health into the signed band.`,
};

const because = (stop: string): string => (stop === '' ? '' : `: ${stop.replace(/[.\s]+$/, '')}`);
const bare = (text: string): string => text.replace(/^the /, '');
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
