import { Logger } from '@nestjs/common';
import type { Mandate } from '@ballast/policy';
import { partsOf, type LendingPosition, type PositionId } from '@ballast/positions';
import { hash32, type Address } from '@ballast/units';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { aCollateralLeg, aLendingPosition, aPrice, anAddress } from '../../../../test/factories/lending-position.js';
import { Precedence } from './precedence.js';
import { Reaction, type NewBlock, type ReactionParts } from './reaction.js';

type Outcome = 'planned' | 'busy' | 'lanes-full' | 'cannot' | 'in-flight' | 'above';

const blockAt = (number: bigint): NewBlock => ({ number, hash: hash32(`0x${number.toString(16).padStart(64, '0')}`), timestamp: 1_800_000_000n + number, baseFee: 1n });

/** The weaker, the lower its number. */
const loanOf = (n: number): LendingPosition => {
  const account = anAddress(0x100 + n);
  return aLendingPosition({ account, id: `31337-aave-v3-${account}` as PositionId, collaterals: [aCollateralLeg({ price: aPrice(240_000_000_000n + BigInt(n) * 10_000_000n) })] });
};
const numberOf = (id: PositionId): number => Number(partsOf(id).account) - 0x100;

/** Whom the block names, what comes of each, and in which order they were decided about. */
let crossed: readonly number[];
let outcomes: Record<number, Outcome>;
let order: number[];
let openActions: () => Promise<ReadonlySet<PositionId>>;
/** Of loans that wait for a keeper account, those whose wait is over. */
let over: Set<number>;
let reaction: Reaction;

beforeEach(() => {
  Logger.overrideLogger(false);
  [outcomes, order, over] = [{}, [], new Set()];
  openActions = async () => new Set();
  const reader = {
    protocol: 'aave-v3', follow: async () => undefined, holds: () => true, keepOnly: () => undefined, warm: async () => undefined,
    read: async (accounts: readonly Address[]) => accounts.map((account) => loanOf(Number(account) - 0x100)),
  };
  const parts = {
    follower: { precedence: new Precedence(), mandateOf: () => ({}) as Mandate, tracker: { look: async () => ({ crossed: new Map([['aave-v3', crossed.map((n) => anAddress(0x100 + n))]]) }), learn: () => undefined } },
    quick: { readers: [reader] }, assessor: { assess: async (positions: readonly LendingPosition[]) => positions.map((position) => ({ position })) },
    decider: {
      decideBelow: async ({ position: { id } }: { position: LendingPosition }, _: Mandate, isBelow: () => void) => {
        order.push(numberOf(id));
        // As long as a question or two takes.
        await new Promise((next) => setImmediate(next));
        const outcome = outcomes[numberOf(id)] ?? 'planned';
        if (outcome !== 'above') isBelow();
        if (outcome === 'above') return null;
        if (outcome === 'cannot') return { kind: 'cannot', reason: 'wallet-empty' };
        return outcome === 'in-flight' ? { kind: 'hold', reason: 'action-in-flight' } : { plan: { positionId: id } };
      },
    },
    executor: {
      foresee: () => ({}), endWaits: (isOver: (id: PositionId) => boolean) => upTo(9).forEach((n) => isOver(loanOf(n).id) && over.add(n)),
      plan: async ({ plan: { positionId } }: { plan: { positionId: PositionId } }) => ({ kind: outcomes[numberOf(positionId)] ?? 'planned', intent: {} }),
    },
    gas: { note: () => undefined, feeAt: async () => 1n }, fills: { ahead: () => undefined }, keeper: { state: async () => 'ready' }, pace: { see: () => undefined }, stops: { all: async () => [] }, openActions: () => openActions(),
  };
  reaction = new Reaction(parts as unknown as ReactionParts);
});

/** The order in which the block's loans were decided about. */
async function at(number: bigint, isPast = () => false): Promise<readonly number[]> {
  order = [];
  await reaction.react(blockAt(number), async () => undefined, isPast);
  return order;
}
const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, index) => index + 1);

describe('whom a block brings below their triggers', () => {
  it('are helped the weakest first; behind all others those for whom nothing could be done lately', async () => {
    crossed = upTo(5);
    outcomes = { 1: 'cannot', 2: 'cannot', 3: 'planned' };
    expect(await at(10n)).toEqual([1, 2, 3, 4, 5]);
    crossed = [1, 2, 4, 6];
    expect(await at(11n)).toEqual([4, 6, 1, 2]);
    // Something could be done now: the weakest leads again.
    outcomes = {};
    await at(12n);
    expect(await at(13n)).toEqual([1, 2, 4, 6]);
  });

  it('keep their place where all lanes were full, where they were above after all, and where a commit in doubt was found to have been made', async () => {
    crossed = upTo(5);
    outcomes = { 1: 'lanes-full', 2: 'above', 3: 'busy', 4: 'in-flight' };
    await at(10n);
    expect(await at(11n)).toEqual([1, 2, 3, 4, 5]);
  });

  it('wait no more for a keeper account once they are above, or something else keeps them; nor does anybody whom the block does not name', async () => {
    crossed = upTo(6);
    outcomes = { 1: 'lanes-full', 2: 'above', 3: 'cannot', 4: 'in-flight', 5: 'busy', 6: 'planned' };
    await at(10n);
    expect([...over].sort()).toEqual([2, 3, 4, 7, 8, 9]);
  });

  it('are nobody\'s who does not lead: whoever comes to lead begins to count anew', async () => {
    crossed = upTo(9);
    await reaction.react(blockAt(10n), null);
    expect([...over].sort()).toEqual(upTo(9));
  });

  it('stay behind where they were beyond help and an action is under way: nothing is known of it yet', async () => {
    crossed = upTo(2);
    outcomes = { 1: 'cannot' };
    await at(10n);
    outcomes = { 1: 'busy' };
    await at(11n);
    expect(await at(12n)).toEqual([2, 1]);
  });

  it('are not held up by a crowd that is beyond help, not even at blocks that the next one overtakes', async () => {
    crossed = upTo(70);
    outcomes = Object.fromEntries(upTo(70).map((n) => [n, 'cannot']));
    await at(10n);
    crossed = upTo(72);
    for (const number of [11n, 12n]) expect((await at(number, () => true)).slice(0, 2)).toEqual([71, 72]);
  });

  it('are begun with the weakest again ten blocks later', async () => {
    crossed = [1, 2];
    outcomes = { 1: 'cannot' };
    await at(10n);
    crossed = [];
    await at(21n);
    crossed = [1, 2];
    expect(await at(22n)).toEqual([1, 2]);
  });

  it('are looked at where it cannot be told who has an open action: the database refuses a second one', async () => {
    const warn = vi.fn();
    Logger.overrideLogger({ log: vi.fn(), error: vi.fn(), warn });
    crossed = [1];
    openActions = () => Promise.reject(new Error('no connection'));
    expect(await at(10n)).toEqual([1]);
    expect(warn.mock.calls.flat().join(' ')).toContain('no connection');
    Logger.overrideLogger(false);
  });
});
