import type { SessionRecord } from '@ballast/storage';
import { address } from '@ballast/units';
import type { VenueOwner } from '@ballast/policy';
import { requireOwn } from '../auth/session-guard.js';
import type { Env } from '../env.js';

/** The signed-in owner that the path speaks of, on the chain of this service. @throws ForeignAccount */
export function ownerOf(params: { readonly address: string }, session: SessionRecord, env: Env): VenueOwner {
  const owner = address(params.address);
  requireOwn(session, owner);
  return { chainId: env.rpc.chainId, owner };
}
