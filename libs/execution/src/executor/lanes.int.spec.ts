import { address } from '@ballast/units';
import { Transaction } from 'ethers';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { carryOut, openStage } from '../../../../test/chaos/executor-stage.js';
import { plan, protectedLoan } from '../../../../test/chaos/protected-loan.js';
import { fetchNothing, openScene, type Scene, type Sends } from '../../test/scene.js';
import type { ExecutorParts } from './parts.js';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene(inject('postgresUrl'), 7_004);
});
afterAll(() => scene?.close());

describe('several lanes', () => {
  /** Two keepers of the list, and an account of no list for what moves no funds. */
  async function lanes() {
    const { chain } = scene;
    const admin = scene.account();
    await scene.coins(admin.address, 10n ** 18n);
    const wide = await openStage({ ...scene.at, keeperKey: [chain.accounts.keeper, chain.accounts.backupKeeper, admin].map(({ privateKey }) => privateKey) });
    const [first, second] = [address(chain.accounts.keeper.address), address(chain.accounts.backupKeeper.address)];
    const laneStates: ExecutorParts['laneStates'] = (head) => Promise.all(wide.parts.signer.lanes.map(async (lane) => ({ lane, isListed: lane === first || lane === second, balance: await wide.reads.balanceAt(head, lane) })));
    return { wide, critical: first, normal: second, admin: address(admin.address), run: (changed: Partial<ExecutorParts> = {}) => scene.executor({ laneStates, ...changed }, {}, wide), close: () => wide.database.close() };
  }
  const laneOf = async (id: string) => (await scene.intent(id)).transactions[0]?.lane;

  it('each call goes through the lane of its class: a loan next to liquidation through the first', async () => {
    const { run, critical, normal, admin, close } = await lanes();
    await scene.ethPrice(3_000n);
    const loan = await protectedLoan(scene.chain, scene.stage, scene.account());
    const activation = await plan(scene.stage, loan, 'ACTIVATE');
    await scene.withBlocks(() => carryOut(run(), activation.id));
    expect([(await scene.intent(activation.id)).state, await laneOf(activation.id)]).toEqual(['DONE', admin]);
    await scene.ethPrice(2_850n);
    const calm = await plan(scene.stage, loan, 'REPAY');
    await scene.withBlocks(() => carryOut(run(), calm.id));
    expect([(await scene.intent(calm.id)).state, await laneOf(calm.id)]).toEqual(['DONE', normal]);

    const other = await scene.loanInDanger();
    await scene.ethPrice(2_500n);
    const urgent = await plan(scene.stage, other, 'REPAY', 4_600_000_000n);
    await scene.withBlocks(() => carryOut(run(), urgent.id));
    expect(await scene.intent(urgent.id)).toMatchObject({ state: 'DONE', receipt: { executed: { hfBefore: expect.toSatisfy((health: bigint) => health < 1_050_000_000_000_000_000n) } } });
    expect(await laneOf(urgent.id)).toBe(critical);
    await close();
  });

  it('lesson 2: a lane whose coins ran out is passed over, and with no coins anywhere the action waits and says why', async () => {
    const { run, critical, normal, close } = await lanes();
    const loan = await scene.loanInDanger();
    const planned = await plan(scene.stage, loan, 'REPAY');
    const before = await Promise.all([critical, normal].map((lane) => scene.chain.provider.getBalance(lane)));
    await Promise.all([critical, normal].map((lane) => scene.coins(lane, 1_000n)));
    await scene.chain.mining.mine();
    expect(await run().advance(planned.id)).toMatchObject({ done: false, waiting: 'lanes-unusable' });
    expect(await scene.intent(planned.id)).toMatchObject({ state: 'PLANNED', transactions: [] });
    await scene.coins(critical, before[0] as bigint);
    await scene.chain.mining.mine();
    await scene.withBlocks(() => carryOut(run(), planned.id));
    expect([(await scene.intent(planned.id)).state, await laneOf(planned.id)]).toEqual(['DONE', critical]);
    await scene.coins(normal, before[1] as bigint);
    await close();
  });

  it('two loans are saved in one block by consecutive nonces of one lane, whichever is sent first', async () => {
    const loans = [await scene.loanInDanger(), await scene.loanInDanger()];
    await scene.ethPrice(2_850n);
    const planned = await Promise.all(loans.map((loan) => plan(scene.stage, loan, 'REPAY')));
    const silent = scene.executor({ sends: scene.sends({ broadcast: () => fetchNothing(scene.stage.chain) }) });
    for (const { id } of planned) await silent.advance(id);
    for (const { id } of [...planned].reverse()) await scene.executor().advance(id);
    await scene.withBlocks(() => Promise.all(planned.map(({ id }) => carryOut(scene.executor(), id))));
    const done = await Promise.all(planned.map(({ id }) => scene.intent(id)));
    expect(done.map(({ state }) => state)).toEqual(['DONE', 'DONE']);
    const [first, second] = done.map(({ transactions: [call], receipt }) => ({ nonce: call?.nonce ?? 0n, block: receipt?.blockNumber }));
    expect(second).toEqual({ nonce: (first?.nonce ?? 0n) + 1n, block: first?.block });
  });

  it('a node that keeps nothing out of order is sent what comes before; where that never helps the owner is told once', async () => {
    const { stage, chain } = scene;
    const planned = await Promise.all([await scene.loanInDanger(), await scene.loanInDanger()].map((loan) => plan(stage, loan, 'REPAY')));
    const silent = scene.executor({ sends: scene.sends({ broadcast: () => fetchNothing(stage.chain) }) });
    for (const { id } of planned) await silent.advance(id);
    const [, second] = planned;
    const orderly: Sends['broadcast'] = async (raw) => {
      const tx = Transaction.from(raw);
      return tx.nonce > (await chain.provider.getTransactionCount(tx.from ?? '', 'pending')) ? { kind: 'nonce-too-high', reason: 'nonce too high' } : stage.sends.broadcast(raw);
    };
    const deaf = scene.executor({ sends: scene.sends({ broadcast: async () => ({ kind: 'nonce-too-high', reason: 'nonce too high' }) }) });
    for (let times = 0; times < 5; times++) expect(await deaf.advance(second!.id)).toMatchObject({ waiting: 'nonce-gap' });
    expect(await scene.notices(second!.id)).toMatchObject([{ kind: 'action.stuck', severity: 'critical', data: { reason: 'nonce-gap', action: 'repay' } }]);

    const careful = scene.executor({ sends: scene.sends({ broadcast: orderly }) });
    expect(await careful.advance(second!.id)).toMatchObject({ waiting: 'nonce-gap' });
    expect(await careful.advance(second!.id)).toMatchObject({ waiting: 'mining' });
    await scene.withBlocks(() => Promise.all(planned.map(({ id }) => carryOut(careful, id))));
    expect((await Promise.all(planned.map(({ id }) => scene.intent(id)))).map(({ state }) => state)).toEqual(['DONE', 'DONE']);
    expect((await scene.notices(second!.id)).map(({ kind }) => kind)).toEqual(['action.stuck', 'action.done']);
  });
});
