import type { MandateDraft } from '../api/types.js';

type Permit = NonNullable<MandateDraft['approvals'][number]['permit']>['typedData'];

/** Where the revoke page looks for permits that were signed in this browser. */
const KEY = 'ballast.permits';
const MOST_KEPT = 200;

/** Keeps what a permit says, without its signature, so that the revoke page can tell of it while it is unused. */
export function keepPermit({ domain, message }: Permit): void {
  const entry = { chainId: domain.chainId, token: domain.verifyingContract, owner: message.owner, spender: message.spender, value: message.value, nonce: message.nonce, deadline: message.deadline };
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    localStorage.setItem(KEY, JSON.stringify([...(Array.isArray(kept) ? kept : []), entry].slice(-MOST_KEPT)));
  } catch {
    // A browser that keeps nothing: the permit still ends by itself within 30 minutes.
  }
}
