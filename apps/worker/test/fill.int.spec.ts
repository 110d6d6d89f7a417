import { Arbitrageur, freshAccounts, type DevAccount } from '@ballast/devchain';
import { MANDATE_ACTIONS, type MandateTerms } from '@ballast/policy';
import { bps, rawAmount } from '@ballast/units';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { Stage, type Owner, type RunningWorker } from './stage.js';

const ETH = 10n ** 18n;
const [empty, underwater, closed] = freshAccounts(41_001, 3) as [DevAccount, DevAccount, DevAccount];
const terms: Partial<MandateTerms> = { actions: MANDATE_ACTIONS.REPAY | MANDATE_ACTIONS.FILL, maxCostBps: bps(200n), fillPerDay: rawAmount(30_000_000_000n) };

let stage: Stage;
let worker: RunningWorker;
let arbitrageur: Arbitrageur;
beforeAll(async () => {
  stage = await Stage.open({ postgresUrl: inject('postgresUrl'), redisUrl: inject('redisUrl') });
  // Without somebody who trades, the market would stay where it was and nothing could be sold at the protocol's price.
  arbitrageur = new Arbitrageur(stage.chain);
  await arbitrageur.start();
  worker = await stage.startWorker();
});
afterAll(async () => {
  await worker?.stop();
  await arbitrageur?.stop();
  await stage?.close();
});

const filled = async (owner: Owner) => (await stage.records.intentsOf(owner.positionId, 20)).find(({ plan, state }) => plan.kind === 'FILL' && state === 'DONE');

it('a loan whose wallet is empty is saved by selling collateral through a flash loan, inside the band and under the cost limit', async () => {
  const owner = await stage.newOwner(empty, { walletUsdc: 0n, release: 10n * ETH, terms });
  await stage.active(owner);
  await stage.decided(owner, 'hold', 'above-trigger');
  await stage.setPrice(2_480);
  const intent = await stage.until('the loan is filled', async () => (await filled(owner)) ?? undefined).catch(async (error: Error) => {
    console.log(JSON.stringify(await stage.records.decisions(owner.positionId, 4), (_, v) => (typeof v === 'bigint' ? v.toString() : v), 1).slice(0, 6000));
    throw error;
  });
  const { executed, filled: told, gasUsed } = intent.receipt!;
  console.log('FILL gas', gasUsed, executed, told);
  expect(executed).toMatchObject({ action: 4, mandateHash: owner.mandate.hash });
  expect(told!.surplus).toBeGreaterThan(0n);
  const after = await stage.until('the loan was read again', async () => {
    const found = await stage.positions.latest(owner.positionId);
    return found !== null && found.position.provenance.blockNumber >= intent.receipt!.blockNumber ? found : undefined;
  });
  const health = after.position.reported.health;
  console.log('health', health);
  expect(health.kind === 'ratio' && health.wad >= owner.mandate.terms.minHf && health.wad <= owner.mandate.terms.maxHf).toBe(true);
  await stage.until('the owner was told', async () => (await stage.told(owner.address)).includes('action.done') || undefined);
  const mail = await stage.inbox.waitFor((message) => message.to.includes(owner.email) && message.subject.startsWith('Saved'), 20_000);
  console.log(mail.subject, mail.text);
});
