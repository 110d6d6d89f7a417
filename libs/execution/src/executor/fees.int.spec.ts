import type { Economics } from '@ballast/policy';
import { rawAmount, usdE8, wad } from '@ballast/units';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { carryOut } from '../../../../test/chaos/executor-stage.js';
import { executions, type ProtectedLoan } from '../../../../test/chaos/protected-loan.js';
import { fetchNothing, openScene, type Scene } from '../../test/scene.js';

const GWEI = 1_000_000_000n;
let scene: Scene;
beforeAll(async () => {
  scene = await openScene(inject('postgresUrl'), 7_005);
});
afterAll(() => scene?.close());
/** A repayment that averts a loss of so many dollars, at a health of 1.17 and a coin at 2,850. */
async function worth(loan: ProtectedLoan, dollars: bigint, seconds = 3_600n): Promise<string> {
  const { stage } = scene;
  const economics: Economics = { healthFactor: wad(1_170_000_000_000_000_000n), lossAvoidedUsdE8: usdE8(dollars * 10n ** 8n), coinUsdE8: usdE8(2_850n * 10n ** 8n), chance: 0.1 };
  const head = await stage.reads.head();
  const { guard, hash } = loan.mandate;
  const planned = await stage.journal.plan({ kind: 'REPAY', chainId: stage.chain, guard, mandateHash: hash, positionId: loan.positionId, min: rawAmount(0n), max: rawAmount(1_914_000_000n), deadline: head.timestamp + seconds, economics }, null, null, []);
  return planned.kind === 'planned' ? planned.intent.id : expect.fail('busy');
}
/** One block at this base fee; left alone the local chain keeps it at 30. */
async function mineAt(gwei: bigint, time?: number): Promise<void> {
  await scene.chain.provider.send('anvil_setNextBlockBaseFeePerGas', [`0x${(gwei * GWEI).toString(16)}`]);
  await scene.chain.provider.send('evm_mine', time === undefined ? [] : [{ timestamp: time }]);
}
const offers = async (id: string): Promise<readonly (bigint | null)[]> => (await scene.intent(id)).transactions.map((tx) => tx.maxFeePerGas);
const HASTY = { replaceAfterMs: 200 };
/** Longer than its patience. */
const moment = (): Promise<void> => new Promise((later) => setTimeout(later, 220));

describe('when gas gets dearer', () => {
  it('lesson 1: a call that was sent for too little climbs until a block takes it', async () => {
    const loan = await scene.loanInDanger();
    const id = await worth(loan, 5_000n);
    const hasty = scene.executor({}, HASTY);
    await hasty.advance(id);
    await mineAt(100n);
    expect(await hasty.advance(id)).toMatchObject({ waiting: 'mining' });
    await moment();
    await hasty.advance(id);
    await mineAt(110n);
    await scene.withBlocks(() => carryOut(scene.executor(), id));
    const done = await scene.intent(id);
    expect(done).toMatchObject({ state: 'DONE', receipt: { transactionHash: done.transactions[1]?.hash } });
    const [first, second] = await offers(id) as [bigint, bigint];
    expect(second * 8n).toBeGreaterThanOrEqual(first * 9n);
    expect(second).toBeGreaterThanOrEqual(200n * GWEI);
    expect(await executions(scene.stage, loan.mandate.hash)).toBe(1);
  });

  it('lesson 4: beyond what the loan is worth it is offered no more, the owner is told once, and it is mined when gas is cheap again', async () => {
    const loan = await scene.loanInDanger();
    const id = await worth(loan, 100n);
    const hasty = scene.executor({}, HASTY);
    await hasty.advance(id);
    await mineAt(400n);
    for (let times = 0; times < 3; times++) {
      await moment();
      expect(await hasty.advance(id)).toMatchObject({ waiting: 'mining' });
    }
    const offered = await offers(id);
    expect(offered.length).toBeLessThanOrEqual(2);
    expect(await scene.notices(id)).toMatchObject([{ kind: 'action.stuck', severity: 'critical', data: { reason: 'fee-ceiling', message: expect.stringMatching(/Blocks cost \d+\.\d+ gwei.*worth at most/) } }]);
    await scene.withBlocks(() => carryOut(scene.executor(), id));
    expect((await scene.intent(id)).state).toBe('DONE');
    expect((await scene.notices(id)).map(({ kind }) => kind)).toEqual(['action.stuck', 'action.done']);
  });

  it('lesson 4: what costs more than it saves is not signed at all', async () => {
    const loan = await scene.loanInDanger();
    await mineAt(400n);
    const id = await worth(loan, 100n);
    expect(await scene.executor().advance(id)).toMatchObject({ waiting: 'gas-ceiling' });
    expect(await scene.intent(id)).toMatchObject({ state: 'PLANNED', transactions: [] });
    await scene.withBlocks(() => carryOut(scene.executor(), id));
    expect((await scene.intent(id)).state).toBe('DONE');
  });

  it('a call whose time has passed is called back, for more than calls may offer', async () => {
    const loan = await scene.loanInDanger();
    const id = await worth(loan, 100n, 600n);
    await scene.executor().advance(id);
    await mineAt(200n, (await scene.chain.mining.chainTime()) + 700);
    expect(await scene.executor().advance(id)).toMatchObject({ waiting: 'mining' });
    expect((await offers(id)).at(-1)).toBeGreaterThanOrEqual(400n * GWEI);
    await scene.withBlocks(() => carryOut(scene.executor(), id));
    const end = await scene.intent(id);
    expect(end).toMatchObject({ state: 'EXPIRED', failure: { code: 'deadline-passed' } });
    expect(end.transactions.map(({ purpose }) => purpose)).toEqual(['call', 'cancel']);
    expect(await executions(scene.stage, loan.mandate.hash)).toBe(0);
  });

  it('a call that would find nothing to do any more is called back, not offered for more', async () => {
    const loan = await scene.loanInDanger();
    const id = await worth(loan, 5_000n);
    await scene.executor({ sends: scene.sends({ broadcast: () => fetchNothing(scene.stage.chain) }) }).advance(id);
    await scene.ethPrice(3_000n);
    const hasty = scene.executor({ sends: scene.sends({ broadcast: async () => ({ kind: 'accepted' }) }) }, HASTY);
    await hasty.advance(id);
    await moment();
    await hasty.advance(id);
    expect((await scene.intent(id)).transactions.map(({ purpose }) => purpose)).toEqual(['call', 'cancel']);
    await scene.withBlocks(() => carryOut(scene.executor(), id));
    expect(await executions(scene.stage, loan.mandate.hash)).toBe(0);
    expect(await scene.intent(id)).toMatchObject({ state: 'DROPPED', failure: { code: 'not-triggered' } });
    expect(await scene.notices(id)).toEqual([]);
  });
});
