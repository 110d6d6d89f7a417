import type { z } from 'zod';
import type { ChainState } from '@ballast/storage';
import type * as contract from '../contract/schemas.js';
import { unseenSince } from './freshness.js';
import { chainTime } from './text.js';

const NOBODY_LOOKS = 'No block was checked since then; the watcher is not running or cannot see the chain.';

/** How fresh our sight of a chain is: blind where the worker says so, and where it has said nothing for too long. */
export function chainView({ chainId, name, head, blind }: ChainState, now: Date): z.infer<typeof contract.chainStatus> {
  const silentSince = head === null ? null : unseenSince(head.seenAt, now);
  const spell = blind ?? (silentSince === null ? null : { since: silentSince, reason: NOBODY_LOOKS });
  return {
    chainId, name, headNumber: head?.number.toString() ?? null, headTime: head === null ? null : chainTime(head.timestamp), seenAt: head?.seenAt.toISOString() ?? null,
    blindSince: spell?.since.toISOString() ?? null, blindReason: spell?.reason ?? null,
  };
}
