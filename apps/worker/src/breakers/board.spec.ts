import { Logger } from '@nestjs/common';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BREAKERS, GOOD, UNKNOWN, bad, type Finding, type Notice, type Stop, type StopScope } from '@ballast/policy';
import type { StopRecord } from '@ballast/storage';
import { address } from '@ballast/units';
import { BreakerBoard } from './board.js';
import type { Looked } from './look.js';

const CHAIN: StopScope = { kind: 'chain', chainId: 1 };
const ASSET: StopScope = { kind: 'asset', chainId: 1, protocol: 'aave-v3', asset: address(`0x${'1'.repeat(40)}`) };
const BAD = bad('a drill');

let rows: StopRecord[];
let pages: string[];
let isWritable: boolean;
const key = ({ scope, setBy }: Pick<Stop, 'scope' | 'setBy'>): string => JSON.stringify([scope, setBy]);
const switches = {
  inForce: async () => [...rows],
  stop: async (stop: Stop, told?: (since: Date) => readonly Notice[]) => {
    if (!isWritable) throw new Error('the disk is full');
    if (rows.some((row) => key(row) === key(stop))) return false;
    rows.push({ ...stop, since: new Date(0) });
    pages.push(...(told?.(new Date(0)) ?? []).map(({ id }) => id));
    return true;
  },
  release: async (scope: StopScope, setBy: string) => {
    const before = rows.length;
    rows = rows.filter((row) => key(row) !== key({ scope, setBy }));
    return rows.length < before;
  },
};
const newBoard = (): BreakerBoard => new BreakerBoard(1, switches, ({ setBy }) => () => [{ id: setBy } as Notice]);
const names = (): readonly string[] => rows.map(({ setBy }) => setBy);
const looked = (rule: Looked['rule'], finding: Finding, scope: StopScope = CHAIN): Looked => ({ rule, scope, finding });
const at = (own: bigint, chain = own) => ({ own, chain });

beforeAll(() => Logger.overrideLogger(false));
beforeEach(() => {
  [rows, pages, isWritable] = [[], [], true];
});

describe('the board of breakers', () => {
  it('sets a stop with what operators are told, once, and takes it away when its time is over', async () => {
    const board = newBoard();
    for (const now of [0n, 1n]) await board.turn([looked(BREAKERS.spend, BAD)], at(now), true);
    expect([names(), pages]).toEqual([['spend'], ['spend']]);
    await board.turn([looked(BREAKERS.spend, GOOD)], at(2n), true);
    await board.turn([looked(BREAKERS.spend, GOOD)], at(301n), true);
    expect(names()).toEqual(['spend']);
    await board.turn([looked(BREAKERS.spend, GOOD)], at(302n), true);
    expect(names()).toEqual([]);
  });

  it('does not lose a trip that cannot be written, nor the others of that turn', async () => {
    const board = newBoard();
    isWritable = false;
    await expect(board.turn([looked(BREAKERS.implementationChanged, BAD)], at(0n), true)).rejects.toThrow('full');
    isWritable = true;
    await board.turn([looked(BREAKERS.implementationChanged, BAD)], at(1n), true);
    expect(names()).toEqual(['implementation-changed']);
  });

  it('counts by the clock that a fact lives by', async () => {
    const board = newBoard();
    await board.turn([looked(BREAKERS.priceGap, BAD, ASSET), looked(BREAKERS.rpcDisagreement, BAD)], at(0n, 1_000n), true);
    const good = [looked(BREAKERS.priceGap, GOOD, ASSET), looked(BREAKERS.rpcDisagreement, GOOD)];
    await board.turn(good, at(1n, 1_001n), true);
    await board.turn(good, at(61n, 1_002n), true);
    expect(names()).toEqual(['price-gap']);
    await board.turn(good, at(62n, 1_061n), true);
    expect(names()).toEqual([]);
  });

  it('takes the worst of several findings about one thing', async () => {
    const board = newBoard();
    await board.turn([looked(BREAKERS.feedAge, GOOD, ASSET), looked(BREAKERS.feedAge, BAD, ASSET), looked(BREAKERS.feedAge, UNKNOWN, ASSET)], at(0n), true);
    expect(names()).toEqual(['feed-age']);
  });

  it('after a restart takes over what is in force and waits the whole time', async () => {
    await newBoard().turn([looked(BREAKERS.baseFee, BAD)], at(0n), true);
    const board = newBoard();
    await board.turn([looked(BREAKERS.baseFee, GOOD)], at(1_000n), true);
    expect(names()).toEqual(['base-fee']);
    await board.turn([looked(BREAKERS.baseFee, GOOD)], at(1_060n), true);
    expect(names()).toEqual([]);
  });

  it('releases what nobody is concerned with any more, but not while something could not be read, and never another\'s', async () => {
    const board = newBoard();
    await board.turn([looked(BREAKERS.feedAge, BAD, ASSET)], at(0n), true);
    rows.push({ scope: CHAIN, stops: 'all', setBy: 'operator', reason: 'a drill', since: new Date(0) });
    rows.push({ scope: { kind: 'chain', chainId: 2 }, stops: 'fill', setBy: 'feed-age', reason: 'of another chain', since: new Date(0) });
    await board.turn([], at(1n), false);
    await board.turn([], at(100n), false);
    expect(names()).toEqual(['feed-age', 'operator', 'feed-age']);
    await board.turn([], at(101n), true);
    await board.turn([], at(113n), true);
    expect(rows.map(({ setBy, scope }) => [setBy, scope.kind])).toEqual([['operator', 'chain'], ['feed-age', 'chain']]);
  });

  it('sets anew what an operator took away while its fact is still bad', async () => {
    const board = newBoard();
    await board.turn([looked(BREAKERS.priceGap, BAD, ASSET)], at(0n), true);
    rows = [];
    await board.turn([looked(BREAKERS.priceGap, BAD, ASSET)], at(1n), true);
    expect(names()).toEqual(['price-gap']);
  });
});
