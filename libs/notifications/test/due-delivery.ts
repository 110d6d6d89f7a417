import { address, chainId } from '@ballast/units';
import type { DueDelivery } from '@ballast/policy';

export const OWNER = address('0x7a3e00000000000000000000000000000000cafe');

interface Overrides {
  readonly id?: string;
  readonly attempts?: number;
  readonly event?: Partial<DueDelivery['event']>;
  readonly subscription?: Partial<DueDelivery['subscription']>;
}

/** A delivery that is due, its first attempt. */
export function aDueDelivery({ event, subscription, ...rest }: Overrides = {}): DueDelivery {
  return {
    id: 'delivery-1',
    claimId: 'claim-1',
    attempts: 1,
    claimedAt: new Date(),
    ...rest,
    event: { id: 'action.done:intent-1', kind: 'action.done', severity: 'info', account: OWNER, chainId: chainId(31337), positionId: `31337-aave-v3-${OWNER}`, data: {}, createdAt: new Date('2026-11-18T21:14:09Z'), ...event },
    subscription: { id: 'subscription-1', channel: 'email', target: 'mara@example.org', secret: null, endToken: 'end_token_of_this_subscription', ...subscription },
  };
}
