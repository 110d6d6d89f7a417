import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Interface } from 'ethers';
import { freshAccounts, tokenOf, type DevAccount } from '@ballast/devchain';
import { BY_SHADOW, type ShadowFigures, type StopScope } from '@ballast/policy';
import { LivenessStore, ShadowStore, SwitchStore, type OpenWouldHave } from '@ballast/storage';
import { address } from '@ballast/units';
import { Stage, type Owner, type RunningWorker } from './stage.js';

const [vera, sten] = freshAccounts(4_601, 2) as [DevAccount, DevAccount];
const START = 3_000;
const CRASH = 2_500;
let stage: Stage;
let worker: RunningWorker;
let store: ShadowStore;
let owner: Owner;
let other: Owner;

beforeAll(async () => {
  stage = await Stage.open({ postgresUrl: inject('postgresUrl'), redisUrl: inject('redisUrl') });
  store = new ShadowStore(stage.database);
  worker = await stage.startWorker();
  [owner, other] = [await stage.newOwner(vera), await stage.newOwner(sten)];
  await Promise.all([stage.active(owner), stage.active(other)]);
});
afterAll(async () => {
  await worker.stop();
  await stage.close();
});

const scope = (): StopScope => ({ kind: 'owner', chainId: stage.id, owner: owner.address });
const openOf = async (who: Owner): Promise<readonly OpenWouldHave[]> => (await store.open(stage.id)).filter(({ positionId }) => positionId === who.positionId);
const figures = (): Promise<ShadowFigures> => store.figures(stage.id, owner.address, new Date(0));
const pool = new Interface(['function repay(address asset, uint256 amount, uint256 rateMode, address onBehalfOf) returns (uint256)']);

/** The owner pays back USDC himself. */
async function repay(account: DevAccount, amount: bigint): Promise<void> {
  const to = stage.chain.book.aaveV3.pool;
  await stage.approve(account, amount, address(to));
  const call = { to, abi: pool, method: 'repay', args: [tokenOf(stage.chain.deployment, 'USDC').address, amount, 2n, account.address] };
  const sender = stage.chain.sender(account);
  const hash = await sender.send(call, { gasLimit: 500_000n });
  await stage.chain.mining.flush();
  await sender.mined(hash, call);
}
const actionsOf = async (who: Owner) => (await stage.records.intentsOf(who.positionId, 20)).filter(({ plan }) => plan.kind !== 'ACTIVATE');

describe('an owner in shadow mode', () => {
  it('is told so at once: the rule cannot run, and the mail says why', async () => {
    await stage.decided(owner, 'hold', 'above-trigger');
    await new SwitchStore(stage.database).stop({ scope: scope(), stops: 'all', setBy: BY_SHADOW, reason: 'it only notes what it would have done' });
    await stage.decided(owner, 'cannot', 'shadow');
    await stage.until('the owner is told', async () => (await stage.told(owner.address)).includes('stop.set'));
    await stage.until('the owner has the mail', async () => stage.inbox.messages().some((mail) => mail.to.includes(owner.email) && mail.text.includes('shadow mode')));
    expect(await stage.told(other.address)).not.toContain('stop.set');
    expect((await new LivenessStore(stage.database).measure(stage.id, new Date())).mandates).toMatchObject({ armed: 2, cannot: 1, reasons: [{ reason: 'shadow', count: 1 }] });
  });

  it('has nothing done when the price falls below the trigger, and one would-have with the health that it would have brought', async () => {
    await stage.setPrice(CRASH);
    const would = await stage.until('it is noted what would have been done', async () => (await openOf(owner))[0]);
    expect(would).toMatchObject({ action: 'repay', mandateHash: owner.mandate.hash, asset: { symbol: 'USDC' }, tried: { refusal: null } });
    expect(would.healthBefore).toBeLessThan(would.trigger);
    expect(would.tried.healthAfter).toBeGreaterThan(would.trigger);
    expect(would.tried.gasUsed).toBeGreaterThan(100_000n);
    expect([would.amount > 0n, would.costUsdE8 > 0n, would.lossAvoidedUsdE8 > 0n]).toEqual([true, true, true]);
    await stage.settled(other, 'REPAY');
    expect(await stage.events('Executed', other.address)).toBeGreaterThan(0);

    const again = await stage.until('the same call is tried out again', async () => (await openOf(owner)).find(({ againBlock }) => againBlock !== null));
    await stage.blocks(3);
    expect((await openOf(owner)).map(({ id }) => id)).toEqual([would.id]);
    expect(again.againBlock).toBeGreaterThanOrEqual(would.blockNumber + 3n);
    expect(await figures()).toMatchObject({ open: 1, mismatches: 0, repeated: 1, gasP95Bps: expect.any(Number) });
    expect((await stage.records.latestDecision(owner.positionId))?.decision).toMatchObject({ kind: 'cannot', reason: 'shadow', candidates: expect.arrayContaining([expect.objectContaining({ action: 'repay', verdict: 'chosen' })]) });
    expect([await stage.events('Executed', owner.address), await actionsOf(owner), await openOf(other)]).toEqual([0, [], []]);
  });

  it('has it closed as recovered once the price is back', async () => {
    await stage.setPrice(START);
    await stage.until('nothing is open', async () => (await openOf(owner)).length === 0);
    const { costUsdE8, costForNothingUsdE8, ...found } = await figures();
    expect(found).toMatchObject({ open: 0, outcomes: { recovered: 1, liquidated: 0, 'owner-acted': 0, lasted: 0, 'left-shadow': 0 }, lossAvertedUsdE8: 0n });
    expect(costForNothingUsdE8).toBe(costUsdE8);
  });

  it('has the next crash noted anew, and what the owner does then is told apart', async () => {
    await stage.setPrice(CRASH);
    await stage.until('it is noted anew', async () => (await openOf(owner)).length === 1);
    await repay(vera, 1_000_000_000n);
    await stage.until('it is closed', async () => (await figures()).outcomes['owner-acted'] === 1);
    await stage.setPrice(START);
    await stage.until('nothing is open', async () => (await openOf(owner)).length === 0);
    expect([await stage.events('Executed', owner.address), await actionsOf(owner)]).toEqual([0, []]);
  });

  it('has it done once shadow mode is left', async () => {
    await new SwitchStore(stage.database).release(scope(), BY_SHADOW);
    await stage.decided(owner, 'hold', 'above-trigger');
    const before = await figures();
    await stage.setPrice(CRASH - 100);
    await stage.settled(owner, 'REPAY');
    expect(await stage.events('Executed', owner.address)).toBeGreaterThan(0);
    expect(await figures()).toEqual(before);
    await stage.until('the owner is told', async () => (await stage.told(owner.address)).includes('stop.released'));
  });
});
