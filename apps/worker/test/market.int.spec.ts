import { freshAccounts, tokenOf, type DevAccount, type Devchain } from '@ballast/devchain';
import { MANDATE_ACTIONS } from '@ballast/policy';
import { SwitchStore } from '@ballast/storage';
import { bps, rawAmount } from '@ballast/units';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { Stage, type RunningWorker } from './stage.js';

const [account, selling] = freshAccounts(45_001, 2) as [DevAccount, DevAccount];
const WINDOW = { windowSeconds: 60, goodForSeconds: 600 };

/** Two pools of ether, each averaged over a minute: nobody trades here, so both stay where the chain began. */
function twoPools({ deployment }: Devchain): unknown {
  const [weth, usdc] = [tokenOf(deployment, 'WETH').address, tokenOf(deployment, 'USDC').address];
  const pool = (fee: number) => ({ kind: 'pool', quote: usdc, fee, ...WINDOW, quoteFeed: { feed: deployment.feeds.USDC, goodForSeconds: 90_000 } });
  return [{ asset: weth, sources: [pool(500), pool(3000)] }];
}

let stage: Stage;
let worker: RunningWorker;
beforeAll(async () => {
  stage = await Stage.open({ postgresUrl: inject('postgresUrl'), redisUrl: inject('redisUrl') }, twoPools);
  worker = await stage.startWorker();
});
afterAll(async () => {
  await worker?.stop();
  await stage?.close();
});

it('a protocol’s price that leaves the market’s is a fact of the report, and its owner is told once', async () => {
  await stage.setPrice(3_000);
  const owner = await stage.newOwner(account);
  const fact = async () => (await stage.positions.latest(owner.positionId))?.report.market?.find(({ asset }) => asset.symbol === 'WETH');
  const agreed = await stage.until('the market was looked at', async () => (await fact()) ?? undefined);
  expect(agreed).toMatchObject({ kind: 'agrees' });
  expect(Number(agreed.marketUsdE8) / 1e8).toBeCloseTo(3_000, -1);

  await stage.setPrice(2_900);
  const apart = await stage.until('the prices are apart', async () => {
    const found = await fact();
    return found?.kind === 'disagrees' ? found : undefined;
  });
  expect(apart.protocolIs).toBe('below');
  expect(apart.gapBps! > 300n && apart.gapBps! < 400n).toBe(true);
  const mail = await stage.inbox.waitFor((message) => message.to.includes(owner.email) && message.subject.startsWith('Prices apart'), 20_000);
  expect(mail.subject).toMatch(/^Prices apart: Aave has WETH 3\.\d% below the market$/);
  await stage.blocks(4);
  expect((await stage.told(owner.address)).filter((kind) => kind === 'price.disagrees')).toHaveLength(1);
});

it('lesson 16: nothing is sold at a price that the market says is wrong', async () => {
  await stage.setPrice(3_000);
  const terms = { actions: MANDATE_ACTIONS.REPAY | MANDATE_ACTIONS.FILL, maxCostBps: bps(200n), fillPerDay: rawAmount(30_000_000_000n) };
  const seller = await stage.newOwner(selling, { walletUsdc: 0n, release: 10n * 10n ** 18n, terms });
  await stage.active(seller);
  await stage.decided(seller, 'hold', 'above-trigger');
  const switches = new SwitchStore(stage.database);
  expect(await switches.inForce()).toEqual([]);
  await stage.setPrice(2_900);
  const stop = await stage.until('the prices stop sales', async () => (await switches.inForce()).find(({ setBy }) => setBy === 'price-gap'));
  expect(stop).toMatchObject({ stops: 'fill', scope: { kind: 'asset', protocol: 'aave-v3', asset: seller.mandate.terms.collateral }, reason: expect.stringMatching(/^the protocol's price of WETH is 3\.\d% below the market's$/) });
  await stage.decided(seller, 'cannot', 'fill-stopped');
  await stage.blocks(3);
  expect(await stage.events('Executed', seller.address)).toBe(0);
});
