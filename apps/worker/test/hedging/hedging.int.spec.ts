import { afterEach, describe, expect, inject, it } from 'vitest';
import type { VenueJournal } from '@ballast/policy';
import { known, quoteValue, venueAccountId, type VenueAccountId } from '@ballast/positions';
import { HedgePlanStore, VenueAccountStore } from '@ballast/storage';
import { aDerivativeAccount, ratio, usd } from '../../../../test/factories/derivatives.js';
import { withMethods } from './broken-parts.js';
import { HedgeStage } from './hedge-stage.js';
import { HYPERLIQUID } from './stage-venues.js';

let stage: HedgeStage;
const open = async (options?: Parameters<typeof HedgeStage.open>[1]): Promise<HedgeStage> => (stage = await HedgeStage.open(inject('postgresUrl'), options));
afterEach(() => stage.close());

/** 20 ETH of collateral: the band around -20 is about a fifth of one wide on each side. */
const NEAR = 0.5;

/** A journal that cannot be read for one account. */
const brokenFor = (account: VenueAccountId, journal: VenueJournal): VenueJournal =>
  withMethods(journal, { openOrders: async (asked) => (asked === account ? Promise.reject(new Error('this row cannot be read')) : journal.openOrders(asked)) });

describe('a hedge on the paper venue', () => {
  it('acceptance 1: partial fills converge to the target within the cap', async () => {
    await open();
    // Somebody else takes half of the book between the look at it and the order.
    stage.restart(stage.process({ broken: ({ journal, line }) => ({ journal, line: { ...line, trader: withMethods(line.trader, {
      place: async (order) => {
        await stage.price('3000', '2');
        return line.trader.place(order);
      },
    }) } }) }));
    await stage.until(async () => Math.abs((await stage.held()) + 20) <= NEAR, () => stage.moment('20', '3000', '4'));
    const orders = await stage.orders();
    expect(orders.length).toBeGreaterThanOrEqual(10);
    for (const { intent } of orders) expect(intent.order).toMatchObject({ side: 'sell', priceCap: { usdE8: 299_100_000_000n } });
    expect(orders.filter(({ intent }) => intent.state === 'CANCELED' && intent.filled > 0n && intent.filled < intent.order.contracts).length).toBeGreaterThanOrEqual(9);
    const fills = await stage.fills();
    expect(fills.every(({ price }) => quoteValue(price) >= usd(2_991))).toBe(true);
    expect(await stage.executed()).toBeCloseTo(await stage.held(), 9);
    expect(orders.map(({ slice }) => slice).sort((a, b) => a - b)).toEqual(orders.map((_, index) => index));
    // Leverage is set before the first order, and read back; nobody is alarmed.
    expect((await stage.position())?.leverage).toMatchObject({ value: ratio(2) });
    expect(new Set((await stage.notices()).map(({ kind }) => kind))).toEqual(new Set(['hedge.traded']));
    const before = (await stage.orders()).length;
    for (let turn = 0; turn < 3; turn += 1) {
      await stage.moment('20');
      await stage.turn();
    }
    expect(await stage.orders()).toHaveLength(before);
    expect(await stage.lastDecision()).toEqual({ kind: 'hold', reason: 'inside-band' });
  });

  it('a lost request is sent again under a new name once it could not arrive any more, and nothing before', async () => {
    await open();
    await stage.moment('20');
    await stage.faults({ on: 'order', kind: 'request-lost' });
    await stage.turn();
    for (let turn = 0; turn < 3; turn += 1) {
      await stage.moment('20');
      await stage.turn();
    }
    expect(await stage.held()).toBe(0);
    expect(await stage.orders()).toHaveLength(1);
    stage.advance(20_000);
    await stage.moment('20');
    await stage.turn();
    expect((await stage.notices('venue.order-unknown')).map(({ severity }) => severity)).toEqual(['critical']);
    stage.advance(70_000);
    await stage.hedged(-20, NEAR);
    expect((await stage.orders()).map(({ intent }) => intent.state).sort()).toEqual(['CANCELED', 'FILLED']);
  });

  it('acceptance 5: a rally of 60% within an hour makes the hedge smaller, and nothing is liquidated', async () => {
    // As large as it began it would be liquidated at about 4,780.
    await open({ deposit: '37500' });
    await stage.hedged(-20, NEAR);
    for (let price = 3_000; price <= 4_800; price += 60) {
      await stage.moment('20', String(price));
      await stage.turn();
      stage.advance(114_500);
    }
    expect(await stage.held()).toBeLessThan(0);
    expect(await stage.held()).toBeGreaterThan(-19);
    expect((await stage.notices()).map(({ kind }) => kind)).not.toContain('venue.liquidated');
    expect((await stage.notices('hedge.deposit-needed')).length).toBeGreaterThan(0);
  });

  it('acceptance 6: a fall of 40% with which the loan is liquidated on chain makes the hedge smaller in the next turn', async () => {
    await open();
    stage.owed = '30000';
    await stage.hedged(-20, NEAR);
    // At 1,800 its health is under 1: a liquidator pays half of the debt and takes 8.75 ETH for it.
    stage.owed = '15000';
    await stage.moment('11.25', '1800');
    await stage.turn();
    expect(Math.abs((await stage.held()) + 11.25)).toBeLessThanOrEqual(NEAR);
    expect((await stage.orders())[0]?.intent.order).toMatchObject({ side: 'buy', reduceOnly: true });
    await stage.moment('0', '1800');
    await stage.turn();
    expect(await stage.held()).toBe(0);
    expect((await stage.notices('hedge.unwound')).map(({ data }) => data['reason'])).toEqual(['position-gone']);
  });

  it('acceptance 7: automatic deleveraging is told, the loans are looked at again, and the hedge is planned anew', async () => {
    await open();
    await stage.hedged(-20, NEAR);
    await stage.deleverage(5_000, '3000');
    expect(await stage.held()).toBeCloseTo(-10, 0);
    await stage.moment('20');
    await stage.turn();
    expect(stage.replanned).toHaveLength(1);
    expect((await stage.notices('venue.deleveraged')).map(({ severity, data }) => [severity, data['position']])).toEqual([['critical', 'short']]);
    await stage.hedged(-20, NEAR);
    expect(await stage.notices('venue.unexplained')).toEqual([]);
  });

  it('acceptance 9: a revoked agent is told once, critical, and nothing is sent with it again and again', async () => {
    await open();
    await stage.hedged(-20, NEAR);
    await stage.revoke();
    const before = (await stage.orders()).length;
    for (let turn = 0; turn < 20; turn += 1) {
      await stage.moment('40');
      await stage.turn();
    }
    expect((await stage.notices('hedge.key')).map(({ severity, data }) => [severity, data['problem']])).toEqual([['critical', 'refused']]);
    expect((await stage.notices()).filter(({ severity }) => severity === 'critical')).toHaveLength(1);
    expect((await stage.orders()).length - before).toBeLessThanOrEqual(1);
    expect(await stage.lastDecision()).toEqual({ kind: 'cannot', reason: 'key-refused' });
  });

  it('an outage is told once and its end once; nothing grows meanwhile, and the loans are looked at again', async () => {
    await open();
    await stage.hedged(-20, NEAR);
    await stage.faults({ on: 'any', kind: 'outage', times: 1_000 });
    stage.replanned.length = 0;
    for (let turn = 0; turn < 24; turn += 1) {
      await stage.loan('40');
      await stage.turn();
    }
    expect(stage.replanned).toHaveLength(1);
    expect((await stage.notices()).filter(({ severity }) => severity === 'critical').map(({ kind }) => kind)).toEqual(['venue.unreachable']);
    await stage.faults();
    stage.advance(20_000);
    await stage.hedged(-40, 1, '40');
    expect(await stage.notices('venue.back')).toHaveLength(1);
    expect(await stage.notices('venue.unreachable')).toHaveLength(1);
  });

  it('acceptance 14: of two processes one acts', async () => {
    await open();
    await stage.moment('20');
    const other = stage.process({ holder: 'other' });
    await Promise.all([stage.turn(), other.round.turn(async () => undefined)]);
    await stage.moment('20');
    await Promise.all([stage.turn(), other.round.turn(async () => undefined)]);
    await stage.hedged(-20, NEAR);
    expect((await stage.orders()).filter(({ intent }) => intent.filled > 0n)).toHaveLength(1);
    expect(await stage.executed()).toBeCloseTo(-20, 0);
  });

  it('an account that fails for itself keeps no other from being looked after, and is told', async () => {
    await open();
    const other = venueAccountId(HYPERLIQUID, 'main.other');
    const accounts = new VenueAccountStore(stage.database);
    await accounts.put({ chainId: stage.chainId, owner: stage.owner, id: other, keyName: 'main', carriesHedges: false });
    const at = stage.now();
    await accounts.storeReading(aDerivativeAccount({ id: other, provenance: { observedAt: at, venueTime: known(at, at), source: 'test' } }));
    stage.restart(stage.process({ broken: (parts) => ({ ...parts, journal: brokenFor(other, parts.journal) }) }));
    await stage.moment('20');
    await stage.turn();
    expect(Math.abs((await stage.held()) + 20)).toBeLessThanOrEqual(NEAR);
    await stage.turn(2);
    expect((await stage.notices('hedge.cannot')).map(({ data }) => data['reason'])).toEqual(['failing']);
  });

  it('reductions that the venue refuses are tried again and again, each time later, and told once; they use up nothing', async () => {
    await open();
    await stage.hedged(-20, NEAR);
    const before = (await stage.orders()).length;
    await stage.faults({ on: 'order', kind: 'reduce-only-refused', times: 1_000 });
    for (let turn = 0; turn < 24; turn += 1) {
      await stage.moment('9');
      await stage.turn();
    }
    const refused = (await stage.orders()).slice(0, (await stage.orders()).length - before);
    expect(refused.every(({ intent }) => intent.state === 'REJECTED')).toBe(true);
    expect(refused.length).toBeGreaterThanOrEqual(4);
    expect(refused.length).toBeLessThanOrEqual(6);
    expect((await stage.notices()).filter(({ severity }) => severity === 'critical').map(({ kind, data }) => [kind, data['reason']])).toEqual([['venue.orders-fail', 'reduce-only']]);
    await stage.faults();
    await stage.hedged(-9, NEAR, '9', '3000', 60);
    await stage.turn();
    expect(await stage.notices('hedge.can-again')).toEqual([]);
    expect(await stage.notices('venue.orders-work')).toHaveLength(1);
  });

  it('what its owner takes out of the hedge is closed first, then forgotten: what he does there afterwards is his own', async () => {
    await open();
    await stage.hedged(-20, NEAR);
    const other = venueAccountId(HYPERLIQUID, 'main.other');
    await new VenueAccountStore(stage.database).put({ chainId: stage.chainId, owner: stage.owner, id: other, keyName: 'main', carriesHedges: true });
    const plans = new HedgePlanStore(stage.database);
    const changed = await stage.replan({ legs: [{ account: other, instrument: stage.instrument, maxNotionalUsdE8: usd(500_000) }] });
    expect(changed.leaving.map(({ account }) => account)).toEqual([stage.account]);
    await stage.until(async () => (await stage.held()) === 0, () => stage.moment('20'));
    expect((await stage.orders()).filter(({ version }) => version === 2).every(({ intent }) => intent.order.reduceOnly)).toBe(true);
    await stage.until(async () => (await plans.get(changed.id))?.leaving.length === 0, () => stage.moment('20'));
    await stage.byHand('sell', '3');
    for (let turn = 0; turn < 3; turn += 1) {
      await stage.moment('20');
      await stage.turn();
    }
    expect(await stage.held()).toBe(-3);
  });

  it('a hedge that is wanted no more ends only once its account was read and is empty', async () => {
    await open();
    await stage.hedged(-20, NEAR);
    const plans = new HedgePlanStore(stage.database);
    const { id } = await stage.replan({ policy: { mode: { kind: 'none' } } });
    const isActive = async (): Promise<boolean | undefined> => (await plans.get(id))?.active;
    await stage.faults({ on: 'order', kind: 'reply-lost' });
    await stage.moment('20');
    await stage.turn();
    // It was closed, and nobody knows so yet.
    expect([await stage.held(), await isActive()]).toEqual([0, true]);
    await stage.faults({ on: 'any', kind: 'outage', times: 1_000 });
    await stage.turn(14);
    expect(await isActive()).toBe(true);
    await stage.faults();
    stage.advance(20_000);
    await stage.until(async () => !(await isActive()), () => stage.moment('20'));
    expect(await stage.held()).toBe(0);
  });

  it('a trade by hand is counted, told and left alone', async () => {
    await open();
    await stage.hedged(-20, NEAR);
    await stage.byHand('sell', '5');
    await stage.moment('20');
    await stage.turn();
    // The hedge is what is held: five too many are bought back, and no more.
    await stage.hedged(-20, NEAR);
    expect((await stage.notices('venue.unexplained')).map(({ severity, data }) => [severity, data['what']])).toEqual([['warning', 'manual']]);
  });

  it('without a gateway a plan is an alarm', async () => {
    await open();
    stage.restart(stage.process({ hasGateway: false }));
    for (let turn = 0; turn < 10; turn += 1) {
      await stage.loan('20');
      await stage.turn();
    }
    expect((await stage.notices()).map(({ kind, severity, data }) => [kind, severity, data['reason']])).toEqual([['hedge.cannot', 'critical', 'no-venue']]);
  });
});

describe('what does not work', () => {
  it('orders that the venue refuses again and again are told once, with its reason in words, and once one is filled', async () => {
    await open();
    let refuses = true;
    stage.restart(stage.process({ broken: ({ journal, line }) => ({ journal, line: { ...line, trader: withMethods(line.trader, {
      place: async (order) => (refuses ? { kind: 'rejected', rejection: { reason: 'price-band', code: '110', message: 'Order price cannot be more than 80% away from the reference price' } } : line.trader.place(order)),
    }) } }) }));
    for (let turn = 0; turn < 8; turn += 1) {
      await stage.moment('20');
      await stage.turn();
    }
    expect((await stage.notices('venue.orders-fail')).map(({ severity, data }) => [severity, data['times'], data['sentence']])).toEqual([['critical', 3, 'The venue refused it: its price was too far from the market.']]);
    refuses = false;
    await stage.hedged(-20, NEAR);
    await stage.turn();
    expect((await stage.notices('venue.orders-work')).map(({ severity }) => severity)).toEqual(['info']);
    expect(await stage.notices('venue.orders-fail')).toHaveLength(1);
  });

  it('without a gateway a hedge that is to be closed is an alarm, and no plan ends', async () => {
    await open();
    await stage.hedged(-20, NEAR);
    stage.restart(stage.process({ hasGateway: false }));
    for (let turn = 0; turn < 10; turn += 1) {
      await stage.loan('0');
      await stage.turn();
    }
    expect(await stage.lastDecision()).toEqual({ kind: 'cannot', reason: 'no-venue' });
    expect((await stage.notices('hedge.cannot')).map(({ severity, data }) => [severity, data['reason']])).toEqual([['critical', 'no-venue']]);
    stage.restart();
    stage.advance(31_000);
    await stage.until(async () => (await stage.held()) === 0, () => stage.moment('0'));
    expect(await stage.notices('hedge.can-again')).toHaveLength(1);
  });
});
