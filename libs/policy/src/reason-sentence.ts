import type { CannotReason, HoldReason } from './decision.js';

/** Symbols for the sentence; general words where they are not known. */
export interface ReasonNames {
  readonly collateral?: string;
  readonly debt?: string;
}

type Reason = HoldReason | CannotReason | 'below-trigger';

/** One plain sentence for every reason that a decision can give. */
export function reasonSentence(reason: Reason, names: ReasonNames = {}): string {
  const collateral = names.collateral ?? 'the collateral';
  const debt = names.debt ?? 'the borrowed asset';
  return SENTENCES[reason](collateral, debt);
}

const SENTENCES: Readonly<Record<Reason, (collateral: string, debt: string) => string>> = {
  'below-trigger': () => 'The health is below the point where Ballast acts.',
  'above-trigger': () => 'The health is above the point where Ballast acts.',
  'no-debt': () => 'Nothing is owed, so nothing can be liquidated.',
  'action-in-flight': () => 'An action for this loan is under way; the next is decided when it has ended.',
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
  'keeper-out-of-gas': () => 'Our own key has no coins left for network fees, so Ballast cannot act; this is ours to mend.',
  'keeper-not-listed': () => 'Our key was removed from the keepers that the mandate names, so Ballast cannot act under it.',
  'reading-disagrees': () => 'What was read of this loan does not add up to the health that the protocol reports, so Ballast does not trust it.',
};

const bare = (text: string): string => text.replace(/^the /, '');
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
