import { describe, expect, it } from 'vitest';
import type { ChainState } from '@ballast/storage';
import { chainId, hash32 } from '@ballast/units';
import { chainStatus } from '../contract/schemas.js';
import { chainView } from './chain-view.js';
import { SEEN_WITHIN_MS } from './freshness.js';

const seenAt = new Date('2026-11-22T10:00:00Z');
const seen: ChainState = { chainId: chainId(1), name: 'Base', head: { number: 7n, hash: hash32(`0x${'1'.repeat(64)}`), timestamp: 1_800_000_000n, seenAt }, blind: null };
const view = (state: ChainState, after: number) => chainStatus.parse(chainView(state, new Date(seenAt.getTime() + after)));

describe('chainView', () => {
  it('is not blind while the last block was seen a moment ago', () => {
    expect(view(seen, SEEN_WITHIN_MS)).toMatchObject({ headNumber: '7', seenAt: seenAt.toISOString(), blindSince: null, blindReason: null });
  });

  it('is blind since the last block when nobody has looked for too long, though no worker is there to say so', () => {
    expect(view(seen, SEEN_WITHIN_MS + 1)).toMatchObject({
      blindSince: seenAt.toISOString(), blindReason: 'No block was checked since then; the watcher is not running or cannot see the chain.',
    });
  });

  it('keeps what the worker itself said', () => {
    const since = new Date('2026-11-22T09:00:00Z');
    for (const after of [0, 3_600_000]) expect(view({ ...seen, blind: { since, reason: 'no answer' } }, after)).toMatchObject({ blindSince: since.toISOString(), blindReason: 'no answer' });
  });

  it('is not called blind before its first block', () => {
    expect(view({ ...seen, head: null }, 3_600_000)).toMatchObject({ seenAt: null, blindSince: null, blindReason: null });
  });
});
