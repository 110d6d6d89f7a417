import type { ChainBook } from '@ballast/connectors';
import { noticesOf } from '@ballast/execution';
import type { Intent, Mandate, Notice } from '@ballast/policy';
import type { VanishedNonce } from '@ballast/storage';
import type { ChainId } from '@ballast/units';
import { pageNotice } from '../breakers/operator-pages.js';
import type { Remedy } from './taken-back.js';

const TODO: Readonly<Record<Remedy, string>> = {
  'sent-again': 'The same signed transaction is sent again. Look whether it is mined, and raise the confirmations of this chain.',
  filled: 'It is not sent again, as it is stopped or offers too little by now: an empty transfer takes its nonce. Look whether that is mined, and raise the confirmations of this chain.',
  'nothing-signed': 'The journal has no transaction for it. Send any transaction with this nonce from this lane: until then nothing that comes after it can be mined.',
};

/** What operators are told of a nonce that is free again since a block. */
export function takenBackPage(chainId: ChainId, chainName: string, { lane, nonce, intent }: VanishedNonce, since: bigint, remedy: Remedy): Notice {
  return pageNotice(chainId, `taken_back_${lane}_${nonce}_${since}_${remedy}`, 'critical', {
    title: 'the chain took back what counted as settled',
    reason: `Nonce ${nonce} of ${lane} was used by a transaction that ${chainName} no longer has: a reorganisation was deeper than the confirmations that we wait for`,
    todo: TODO[remedy], chainName, lane, ...(intent?.bytes[0] === undefined ? {} : { transactionHash: intent.bytes[0].hash }),
  });
}

/** What the owner is told of an action that had been told as done; nothing of any other. */
export function takenBackNotices(intent: Intent, mandate: Mandate | null, tokens: ChainBook['tokens'], since: bigint, remedy: Remedy): readonly Notice[] {
  if (intent.state !== 'DONE') return [];
  const then = remedy === 'sent-again' ? 'The same transaction is sent again, and' : 'It is not sent again;';
  const message = `The chain took back the block in which this had been done. ${then} the loan is watched and decided on as before.`;
  return noticesOf(intent, mandate, { outcome: 'REPLACED', receipt: null, failure: { code: 'taken-back', class: 'wait', message } }, tokens).map((notice) => ({ ...notice, id: `evt_${intent.id}_taken_back_${since}` }));
}
