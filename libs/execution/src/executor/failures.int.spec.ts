import { SwitchStore } from '@ballast/storage';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { carryOut } from '../../../../test/chaos/executor-stage.js';
import { executions, plan } from '../../../../test/chaos/protected-loan.js';
import { openScene, type Scene } from '../../test/scene.js';

let scene: Scene;
let switches: SwitchStore;
beforeAll(async () => {
  scene = await openScene(inject('postgresUrl'), 7_007);
  switches = new SwitchStore(scene.stage.database);
});
afterAll(() => scene?.close());

const moment = (): Promise<void> => new Promise((later) => setTimeout(later, 220));

describe('what a node says', () => {
  it('lesson 19: is no outcome: bytes that every node took and none kept are sent again until a block holds them', async () => {
    const loan = await scene.loanInDanger();
    const planned = await plan(scene.stage, loan, 'REPAY');
    let taken = 0;
    const polite = scene.executor({ sends: scene.sends({ broadcast: async () => ({ kind: (taken += 1) === 1 ? 'accepted' : 'already-known' }) }) }, { rebroadcastAfterMs: 50 });
    for (let times = 0; times < 4; times++) {
      expect(await polite.advance(planned.id)).toMatchObject({ done: false, waiting: 'mining' });
      await scene.chain.mining.mine();
      await moment();
    }
    expect(taken).toBeGreaterThan(2);
    expect(await scene.intent(planned.id)).toMatchObject({ state: 'BROADCAST', receipt: null });
    expect(await scene.notices(planned.id)).toEqual([]);
    await scene.withBlocks(() => carryOut(scene.executor({}, { rebroadcastAfterMs: 50 }), planned.id));
    expect((await scene.intent(planned.id)).state).toBe('DONE');
    expect((await scene.notices(planned.id)).map(({ kind }) => kind)).toEqual(['action.done']);
  });

  it('that a call would do nothing, or something else, stops the protocol before the intent is given up', async () => {
    const loan = await scene.loanInDanger();
    const told: string[] = [];
    const onDefect = async ({ id }: { id: string }, why: { code: string }): Promise<void> => void told.push(`${why.code} in ${(await scene.intent(id)).state}`);
    const nothing = await plan(scene.stage, loan, 'REPAY');
    await scene.executor({ onDefect, sends: scene.sends({ simulate: async () => ({ kind: 'ok', logs: [] }) }) }).advance(nothing.id);
    expect(await scene.intent(nothing.id)).toMatchObject({ state: 'DROPPED', failure: { code: 'no-effect' } });

    const more = await plan(scene.stage, loan, 'REPAY');
    const greedy = scene.sends({
      simulate: async (call, head) => {
        const real = await scene.stage.sends.simulate(call, head);
        return real.kind === 'ok' && real.logs !== null ? { ...real, logs: [...real.logs, ...real.logs] } : real;
      },
    });
    await scene.executor({ onDefect, sends: greedy }).advance(more.id);
    expect(await scene.intent(more.id)).toMatchObject({ state: 'DROPPED', failure: { code: 'unexpected-move' } });
    expect(told).toEqual(['no-effect in PLANNED', 'unexpected-move in PLANNED']);

    const reverted = await plan(scene.stage, loan, 'REPAY', 12_000_000_000n);
    await scene.executor({ onDefect }).advance(reverted.id);
    expect(await scene.intent(reverted.id)).toMatchObject({ failure: { code: 'above-band' } });
    expect(told).toHaveLength(2);
  });
});

describe('when somebody stops it', () => {
  const scope = { kind: 'global' } as const;
  const stop = () => switches.stop({ scope, stops: 'all', setBy: 'operator', reason: 'A drill.' });

  it('a plan is dropped without a nonce, and the owner reads who stopped it and why', async () => {
    const loan = await scene.loanInDanger();
    const planned = await plan(scene.stage, loan, 'REPAY');
    await stop();
    await scene.executor().advance(planned.id);
    await switches.release(scope, 'operator');
    expect(await scene.intent(planned.id)).toMatchObject({ state: 'DROPPED', transactions: [], failure: { code: 'stopped' } });
    expect(await scene.notices(planned.id)).toMatchObject([{ kind: 'action.failed', data: { class: 'wait', message: 'An operator has stopped all actions everywhere: A drill.' } }]);
  });

  it('a call that is out is called back at its next replacement, and tells why', async () => {
    const loan = await scene.loanInDanger();
    const planned = await plan(scene.stage, loan, 'REPAY');
    await scene.executor().advance(planned.id);
    await stop();
    await moment();
    await scene.executor({}, { replaceAfterMs: 200 }).advance(planned.id);
    expect((await scene.intent(planned.id)).transactions.map(({ purpose }) => purpose)).toEqual(['call', 'cancel']);
    await scene.withBlocks(() => carryOut(scene.executor(), planned.id));
    await switches.release(scope, 'operator');
    expect(await executions(scene.stage, loan.mandate.hash)).toBe(0);
    expect(await scene.intent(planned.id)).toMatchObject({ state: 'DROPPED', failure: { code: 'stopped' } });
    expect(await scene.notices(planned.id)).toMatchObject([{ kind: 'action.failed', data: { reason: 'stopped', class: 'wait' } }]);
  });
});

describe('an action that fails again and again', () => {
  it('lesson 20: is not paid for a fourth time before a pause, and the owner is told why', async () => {
    const loan = await scene.loanInDanger();
    const fail = async (): Promise<void> => {
      await scene.ethPrice(2_850n);
      const planned = await plan(scene.stage, loan, 'REPAY');
      await scene.executor().advance(planned.id);
      // The price comes back in the same block, before it: it reverts, and costs its fee.
      await scene.ethPrice(3_000n);
      await scene.withBlocks(() => carryOut(scene.executor(), planned.id));
      expect(await scene.intent(planned.id)).toMatchObject({ state: 'REVERTED', failure: { code: 'not-triggered' } });
    };
    for (let times = 0; times < 3; times++) await fail();
    await scene.ethPrice(2_850n);
    const fourth = await plan(scene.stage, loan, 'REPAY');
    await scene.executor().advance(fourth.id);
    expect(await scene.intent(fourth.id)).toMatchObject({ state: 'DROPPED', transactions: [], failure: { code: 'failed-too-often', message: expect.stringMatching(/failed 3 times.*not-triggered.*tried again after/) } });
    expect(await scene.notices(fourth.id)).toMatchObject([{ kind: 'action.failed', data: { reason: 'failed-too-often', class: 'wait' } }]);

    const later = await plan(scene.stage, loan, 'REPAY');
    const inTwoMinutes = scene.executor({ now: () => Date.now() + 120_000 });
    await scene.withBlocks(() => carryOut(inTwoMinutes, later.id));
    expect((await scene.intent(later.id)).state).toBe('DONE');
    expect(await executions(scene.stage, loan.mandate.hash)).toBe(1);
  });
});
