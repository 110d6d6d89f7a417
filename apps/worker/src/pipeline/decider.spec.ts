import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Logger } from '@nestjs/common';
import { BY_OWNER, BY_SHADOW, type Stop } from '@ballast/policy';
import { usdE8 } from '@ballast/units';
import { aDecideInput } from '../../../../test/factories/decide-input.js';
import { OWNER, withEthAt } from '../../../../test/factories/lending-position.js';
import { Decider, type DeciderParts } from './decider.js';

const input = aDecideInput({ position: withEthAt(245_000_000_000n) });
const mandate = input.mandate!;
const assessed = { position: input.position, report: input.report };
const inShadow: Stop = { scope: { kind: 'owner', chainId: mandate.chainId, owner: OWNER }, stops: 'all', setBy: BY_SHADOW, reason: '' };

let stops: Stop[];
const journal = { record: vi.fn(async () => 'd1'), plan: vi.fn(async () => ({ kind: 'planned', intent: { id: 'i1' } })) };
const note = vi.fn(async () => undefined);
const parts = {
  journal, shadow: { note }, stops: { all: async () => stops },
  records: { before: async () => ({ intents: [], last: null }) }, mandates: { ofPosition: async () => [mandate] }, positions: { latest: async () => assessed },
  gas: { rescue: async () => ({ rescueUsdE8: usdE8(200_000_000n), baseFee: 1n }), coinUsdE8: async () => null }, pace: { reactionSeconds: () => 12, secondsPerBlock: () => 12 }, keeper: { state: async () => 'ready' },
  fills: { at: async () => undefined, fillerFor: async () => null }, budget: { of: async () => ({ reserved: [] }) },
};
const decider = new Decider(parts as unknown as DeciderParts, { actionDeadlineSeconds: 600, maxPriceAgeSeconds: 4_500, mostFeePerGas: 10n, now: () => input.position.provenance.observedAt });

beforeEach(() => {
  vi.clearAllMocks();
  Logger.overrideLogger(false);
  stops = [];
});

const told = { kind: 'cannot', reason: 'shadow', candidates: expect.arrayContaining([expect.objectContaining({ action: 'repay', verdict: 'chosen' })]) };
const noted = [expect.objectContaining({ plan: expect.objectContaining({ kind: 'REPAY', positionId: input.position.id, deadline: input.now + 600n }), decision: expect.objectContaining({ kind: 'act' }) }), mandate, input.position];

describe('deciding about a loan below its trigger', () => {
  it('plans an action', async () => {
    expect(await decider.decide(input.position.id)).toBe('i1');
    expect(await decider.decideBelow(assessed, mandate, () => undefined)).toMatchObject({ plan: { kind: 'REPAY' } });
    expect(await decider.stillWanted(input.position.id)).toBe(true);
    expect([note.mock.calls, journal.record.mock.calls]).toEqual([[], []]);
  });

  it.each(['in turn', 'at once'] as const)('in shadow mode, decided %s: notes the call and stores that the rule cannot run', async (path) => {
    stops = [inShadow];
    if (path === 'in turn') expect(await decider.decide(input.position.id)).toBeNull();
    else expect(await decider.decideBelow(assessed, mandate, () => undefined)).toMatchObject(told);
    await vi.waitFor(() => expect(note.mock.calls).toEqual([noted]));
    expect(journal.record).toHaveBeenCalledWith(expect.objectContaining(told), expect.anything(), []);
    expect(journal.plan).not.toHaveBeenCalled();
    expect(await decider.stillWanted(input.position.id)).toBe(false);
  });

  it('does not wait with a rescue of others until it is noted, and stores the decision where it cannot be', async () => {
    stops = [inShadow];
    note.mockImplementationOnce(() => new Promise(() => undefined));
    expect(await decider.decideBelow(assessed, mandate, () => undefined)).toMatchObject(told);
    note.mockRejectedValueOnce(new Error('no answer'));
    expect(await decider.decide(input.position.id)).toBeNull();
    expect(journal.record).toHaveBeenCalledTimes(2);
  });

  it('notes nothing where something else stops it as well', async () => {
    stops = [inShadow, { ...inShadow, setBy: BY_OWNER }];
    expect(await decider.decide(input.position.id)).toBeNull();
    expect(note).not.toHaveBeenCalled();
    expect(journal.record).toHaveBeenCalledWith(expect.objectContaining({ kind: 'cannot', reason: 'stopped-by-owner' }), expect.anything(), []);
  });
});
