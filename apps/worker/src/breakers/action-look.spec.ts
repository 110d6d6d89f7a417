import { describe, expect, it } from 'vitest';
import { BREAKERS } from '@ballast/policy';
import type { BreakerFactsReader, EndedIntent } from '@ballast/storage';
import { address, chainId } from '@ballast/units';
import { ActionLook, isFault } from './action-look.js';

const NOW = 1_800_000_000n;
const BLOCK = { number: 1n, hash: '0x', timestamp: NOW } as never;
const ended = (failure: string | null, protocol: EndedIntent['protocol'] = 'aave-v3'): EndedIntent => ({ protocol, failure, closedAt: new Date(Number(NOW) * 1000 - 60_000) });
const look = (all: readonly EndedIntent[], wei = 0n) =>
  new ActionLook(chainId(1), { endedSince: async () => all, spentSince: async () => new Map([[address(`0x${'1'.repeat(40)}`), wei]]) } as unknown as BreakerFactsReader, ['aave-v3', 'venus'], { laneWei: 100n, allWei: 200n }).look({ block: BLOCK, own: NOW });

describe('a failed action', () => {
  it('is a fault of ours unless only its owner can mend it, it was not needed any more, or a stop called it back', () => {
    const codes = [null, 'stopped', 'not-triggered', 'erc20-insufficient-allowance', 'above-band', 'reverted', 'nonce-taken', 'ended-expired'];
    expect(codes.map((failure) => isFault({ failure }))).toEqual([false, false, false, false, true, true, true, true]);
  });
});

describe('how our actions ended', () => {
  it('stops the protocol where they fail, and the chain', async () => {
    const found = await look([ended('reverted'), ended('reverted'), ended('reverted')]);
    expect(found.filter(({ rule }) => rule === BREAKERS.failureRate).map(({ scope, finding }) => [scope.kind, 'protocol' in scope ? scope.protocol : null, finding.kind])).toEqual([['chain', null, 'bad'], ['protocol', 'aave-v3', 'bad'], ['protocol', 'venus', 'good']]);
  });

  it('is not held against us where owners alone could have helped', async () => {
    expect((await look(Array.from({ length: 30 }, () => ended('erc20-insufficient-allowance')))).every(({ finding }) => finding.kind === 'good')).toBe(true);
  });

  it('lesson 20: what gas costs is bounded twice', async () => {
    const kinds = async (wei: bigint) => (await look([], wei)).slice(-2).map(({ rule, finding }) => [rule.name, finding.kind]);
    expect(await kinds(100n)).toEqual([['spend', 'good'], ['spend-most', 'good']]);
    expect(await kinds(101n)).toEqual([['spend', 'bad'], ['spend-most', 'good']]);
    expect(await kinds(301n)).toEqual([['spend', 'bad'], ['spend-most', 'bad']]);
  });
});
