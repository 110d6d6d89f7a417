import { describe, expect, it } from 'vitest';
import { classifyBroadcast } from './send-client.js';

describe('what a node says to signed bytes', () => {
  it.each([
    ['already known', 'already-known'],
    ['transaction already imported', 'already-known'],
    ['AlreadyKnown', 'already-known'],
    ['nonce too low: next nonce 5, tx nonce 4', 'nonce-too-low'],
    ['OldNonce', 'nonce-too-low'],
    ['replacement transaction underpriced', 'underpriced'],
    ['transaction underpriced: gas tip cap 0', 'underpriced'],
    ['max fee per gas less than block base fee', 'underpriced'],
    ['insufficient funds for gas * price + value', 'rejected'],
    ['exceeds block gas limit', 'rejected'],
  ])('%s: %s', (reason, kind) => {
    expect(classifyBroadcast(reason).kind).toBe(kind);
  });
});
