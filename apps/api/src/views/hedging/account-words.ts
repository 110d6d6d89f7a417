import { hedgeSentence, type AccountDecision } from '@ballast/policy';

const SENTENCES: Readonly<Record<AccountDecision['reason'], string>> = {
  healthy: 'There is margin enough; nothing is to be done.', 'no-positions': 'Nothing is held that could be liquidated.', 'order-under-way': hedgeSentence('order-under-way'), 'below-trigger': 'Margin is below where Ballast acts.',
  'account-unread': 'The account could not be read, so nobody can look after it now.', 'margin-unknown': 'Nobody can tell how much margin the positions need.', 'order-unknown': hedgeSentence('order-unknown'), 'key-refused': hedgeSentence('key-refused'),
  stopped: hedgeSentence('stopped'), 'owner-must-deposit': 'Nothing that you allow would be enough: it needs a deposit.', 'nothing-allowed': 'You allow nothing that would help.',
};

/** Why something is or is not done for a derivative account, as one sentence for its owner. */
export const accountSentence = (reason: AccountDecision['reason']): string => SENTENCES[reason];
