import { Logger } from '@nestjs/common';
import { hash32 } from '@ballast/units';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Actor } from '../pipeline/act.processor.js';
import type { Runtime } from '../runtime.js';
import { FastLane } from './fast-lane.js';
import { Precedence } from './precedence.js';
import type { NewBlock } from './reaction.js';

const block = (number: bigint): NewBlock => ({ number, hash: hash32(`0x${number.toString(16).padStart(64, '0')}`), timestamp: 1_800_000_000n + number, baseFee: 1n });

/** What `react` was called with, each call under way until it is ended. */
let reactions: { readonly at: bigint; readonly isPast: () => boolean; readonly end: (error?: Error) => void }[];
let lane: FastLane;

beforeEach(() => {
  Logger.overrideLogger(false);
  reactions = [];
  const react = (at: NewBlock, _: unknown, isPast: () => boolean) => new Promise<void>((resolve, reject) => reactions.push({ at: at.number, isPast, end: (error) => (error === undefined ? resolve() : reject(error)) }));
  const runtime = {
    env: { roles: ['watch', 'decide', 'act'] }, leader: { leads: true }, positions: {}, reads: { chainId: 1 },
    follower: { precedence: new Precedence(), refreshLists: async () => undefined, recall: async () => undefined }, reaction: { react, warm: async () => undefined },
  };
  lane = new FastLane(runtime as unknown as Runtime, {} as Actor);
});

const reacted = () => reactions.map(({ at }) => at);
const settled = () => new Promise((next) => setImmediate(next));

describe('the fast lane', () => {
  it('is not past a block that is merely seen once more while it is reacted to', async () => {
    lane.see(block(1n));
    lane.see(block(1n));
    expect(reactions[0]?.isPast()).toBe(false);
    lane.see(block(2n));
    expect(reactions[0]?.isPast()).toBe(true);
    reactions[0]?.end();
    await vi.waitFor(() => expect(reacted()).toEqual([1n, 2n]));
    reactions[1]?.end();
    lane.see(block(2n));
    await settled();
    expect(reacted()).toEqual([1n, 2n]);
  });

  it('looks only at the newest of those that wait, and at one that it failed at when it is seen again', async () => {
    lane.see(block(1n));
    lane.see(block(2n));
    lane.see(block(3n));
    reactions[0]?.end();
    await vi.waitFor(() => expect(reacted()).toEqual([1n, 3n]));
    reactions[1]?.end(new Error('no answer'));
    await settled();
    lane.see(block(3n));
    expect(reacted()).toEqual([1n, 3n, 3n]);
    reactions[2]?.end();
  });

  it('keeps the newer block that waits where a node that lags tells the one under way again', async () => {
    lane.see(block(1n));
    lane.see(block(2n));
    lane.see(block(1n));
    expect(reactions[0]?.isPast()).toBe(true);
    reactions[0]?.end();
    await vi.waitFor(() => expect(reacted()).toEqual([1n, 2n]));
    reactions[1]?.end();
  });
});
