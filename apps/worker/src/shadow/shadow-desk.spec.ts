import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Logger } from '@nestjs/common';
import type { Rehearsed } from '@ballast/execution';
import { BY_SHADOW, LASTED_SECONDS, decideOutsideShadow, type Decision, type IntentPlan, type Stop } from '@ballast/policy';
import type { LendingPosition } from '@ballast/positions';
import type { LiquidationSeen, VenueReader } from '@ballast/readers';
import type { OpenWouldHave } from '@ballast/storage';
import { hash32, rawAmount, usdE8, wad } from '@ballast/units';
import { aDecideInput } from '../../../../test/factories/decide-input.js';
import { OWNER, withEthAt } from '../../../../test/factories/lending-position.js';
import { AGAIN_AFTER_BLOCKS, ShadowDesk } from './shadow-desk.js';

const input = aDecideInput({ position: withEthAt(245_000_000_000n) });
const { position } = input;
const mandate = input.mandate!;
const { blockNumber, blockTimestamp } = position.provenance;
const decision = decideOutsideShadow(input) as Decision & { kind: 'act' };
const plan: IntentPlan = {
  kind: 'REPAY', chainId: mandate.chainId, guard: mandate.guard, mandateHash: mandate.hash, positionId: position.id, min: rawAmount(1n), max: rawAmount(2_000_000_000n), deadline: blockTimestamp + 600n,
  economics: { healthFactor: decision.healthFactor, lossAvoidedUsdE8: usdE8(77n), coinUsdE8: null, chance: null },
};
const WELL: Rehearsed = { refusal: null, health: decision.healthFactor, healthAfter: wad(1_310_000_000_000_000_000n), gasUsed: 400_000n };
const refused = (code: string): Rehearsed => ({ refusal: { code, class: 'bug', message: '' } });
const inShadow: Stop = { scope: { kind: 'owner', chainId: mandate.chainId, owner: OWNER }, stops: 'all', setBy: BY_SHADOW, reason: '' };
const blockAfter = (blocks: bigint, seconds = 12n * blocks) => ({ number: blockNumber + blocks, hash: hash32(`0x${'0b'.repeat(32)}`), timestamp: blockTimestamp + seconds });
const readAfter = (blocks: bigint, at: LendingPosition = position): LendingPosition => ({ ...at, provenance: { ...at.provenance, blockNumber: blockNumber + blocks } });

let open: OpenWouldHave[];
let latest: LendingPosition;
let rehearsed: Rehearsed;
let stops: Stop[];
const store = {
  note: vi.fn(async (would, of) => open.push({ ...would, id: 'w1', account: OWNER, plan: of, againBlock: null, liquidationTold: false }) > 0), hasOpen: vi.fn(async () => open.length > 0), open: vi.fn(async () => open), triedAgain: vi.fn(async () => undefined),
  close: vi.fn(async () => true),
};
const rehearse = vi.fn(async () => rehearsed);
const liquidations = vi.fn<VenueReader['liquidations']>(async () => []);
let desk: ShadowDesk;

beforeEach(() => {
  vi.clearAllMocks();
  Logger.overrideLogger(false);
  [open, latest, rehearsed, stops] = [[], readAfter(1n), WELL, [inShadow]];
  desk = new ShadowDesk({ chainId: mandate.chainId, store, positions: { latest: async () => ({ position: latest, report: input.report }) }, mandates: { get: async () => mandate as never }, stops: { all: async () => stops }, readers: [{ protocol: position.protocol, liquidations }], rehearse });
});
const noted = () => desk.note({ plan, decision }, mandate, position);

describe('noting what would have been done', () => {
  it('tries the very plan out at the very block, and keeps what the decision rested on', async () => {
    await noted();
    expect(rehearse).toHaveBeenCalledWith(plan, mandate, expect.objectContaining({ number: blockNumber, hash: position.provenance.blockHash }));
    expect(open).toMatchObject([{ positionId: position.id, action: 'repay', amount: plan.max, trigger: decision.trigger, healthBefore: decision.healthFactor, lossAvoidedUsdE8: 77n, blockNumber, at: blockTimestamp, tried: { refusal: null, healthAfter: 1_310_000_000_000_000_000n, gasUsed: 400_000n } }]);
    expect(open[0]?.costUsdE8).toBe(decision.candidates.find(({ verdict }) => verdict === 'chosen')?.costUsdE8);
    expect(open[0]?.legs.debts).toEqual(position.debts.map(({ asset, amount }) => ({ asset: asset.address, amount })));
  });

  it('keeps a call that would have been refused, with why', async () => {
    rehearsed = refused('band-violated');
    await noted();
    expect(open).toMatchObject([{ tried: { refusal: 'band-violated', healthAfter: null, gasUsed: null } }]);
  });

  it('tries nothing out while one is open, nor twice at once', async () => {
    await Promise.all([noted(), noted()]);
    await noted();
    expect([rehearse.mock.calls.length, store.note.mock.calls.length]).toEqual([1, 1]);
  });

  it('never fails a decision: a node or a database that does not answer is asked again at the next block', async () => {
    rehearse.mockRejectedValueOnce(new Error('no answer'));
    await expect(noted()).resolves.toBeUndefined();
    store.hasOpen.mockRejectedValueOnce(new Error('no answer'));
    await expect(noted()).resolves.toBeUndefined();
    await noted();
    expect(open).toHaveLength(1);
  });
});

describe('comparing it later', () => {
  beforeEach(noted);

  it('leaves it open while nothing happens, and tries the same call again once, some blocks later', async () => {
    await desk.review(blockAfter(AGAIN_AFTER_BLOCKS - 1n));
    expect(store.triedAgain).not.toHaveBeenCalled();
    rehearsed = { ...WELL, gasUsed: 400_100n };
    await desk.review(blockAfter(AGAIN_AFTER_BLOCKS));
    expect(store.triedAgain.mock.calls).toEqual([['w1', { blockNumber: blockNumber + AGAIN_AFTER_BLOCKS, refusal: null, gasUsed: 400_100n, gasBps: 3, isMismatch: false }]]);
    open = open.map((would) => ({ ...would, againBlock: blockNumber + AGAIN_AFTER_BLOCKS }));
    await desk.review(blockAfter(AGAIN_AFTER_BLOCKS + 1n));
    expect([store.triedAgain.mock.calls.length, store.close.mock.calls.length]).toEqual([1, 0]);
  });

  it.each([['not-triggered', false], ['below-band', false], ['above-band', false], ['erc20-insufficient-allowance', false], ['band-violated', true], ['no-effect', true], ['health-not-improved', true], ['unknown-revert', true]])('a second try that is refused for %s: is that a mismatch? %s', async (code, isMismatch) => {
    rehearsed = refused(code);
    await desk.review(blockAfter(AGAIN_AFTER_BLOCKS));
    expect(store.triedAgain).toHaveBeenCalledWith('w1', expect.objectContaining({ refusal: code, gasUsed: null, gasBps: null, isMismatch }));
  });

  it('closes it by the newest stored state, by the chain\'s time, and by shadow mode', async () => {
    await desk.review(blockAfter(1n, LASTED_SECONDS));
    latest = readAfter(2n, withEthAt(400_000_000_000n));
    await desk.review(blockAfter(2n));
    open = open.map((would) => ({ ...would, liquidationTold: true }));
    latest = readAfter(3n, { ...position, debts: [] });
    await desk.review(blockAfter(3n));
    stops = [];
    await desk.review(blockAfter(3n));
    expect(store.close.mock.calls).toEqual([['w1', 'lasted'], ['w1', 'recovered'], ['w1', 'liquidated'], ['w1', 'left-shadow']]);
  });

  it('asks the chain for a liquidation that nobody told of before it says that the owner acted', async () => {
    latest = readAfter(2n, { ...position, debts: [] });
    liquidations.mockRejectedValueOnce(new Error('no answer'));
    await desk.review(blockAfter(2n));
    expect(store.close).not.toHaveBeenCalled();
    liquidations.mockResolvedValueOnce([{ account: position.account, marketId: position.marketId } as LiquidationSeen]);
    await desk.review(blockAfter(2n));
    await desk.review(blockAfter(2n));
    expect(liquidations).toHaveBeenLastCalledWith({ from: blockNumber + 1n, to: blockNumber + 2n }, [position.account]);
    expect(store.close.mock.calls).toEqual([['w1', 'liquidated'], ['w1', 'owner-acted']]);
  });

  it('waits with a state that is newer than the block whose liquidations were told', async () => {
    latest = readAfter(2n, { ...position, debts: [] });
    await desk.review(blockAfter(1n));
    expect(store.close).not.toHaveBeenCalled();
    await desk.review(blockAfter(2n));
    expect(store.close).toHaveBeenCalledWith('w1', 'owner-acted');
  });

  it('is closed all the same where the second try gets no answer, and never fails the watch', async () => {
    rehearse.mockRejectedValueOnce(new Error('no answer'));
    latest = readAfter(4n, withEthAt(400_000_000_000n));
    await desk.review(blockAfter(4n));
    expect(store.close).toHaveBeenCalledWith('w1', 'recovered');
    store.open.mockRejectedValueOnce(new Error('no answer'));
    await expect(desk.review(blockAfter(5n))).resolves.toBeUndefined();
  });
});
