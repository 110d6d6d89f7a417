import { afterEach, describe, expect, inject, it } from 'vitest';
import { HedgeStage } from './hedge-stage.js';

let stage: HedgeStage;
const open = async (options?: Parameters<typeof HedgeStage.open>[1]): Promise<HedgeStage> => (stage = await HedgeStage.open(inject('postgresUrl'), options));
afterEach(() => stage.close());

const NEAR = 0.5;
const MINUTE_MS = 60_000;

/** Every order went out once at most, is over, and the venue has each of its ids once; what was executed is what is held. */
async function everyOrderOnce(): Promise<void> {
  const orders = await stage.orders();
  expect(orders.filter(({ intent }) => intent.sent.kind === 'sent' && intent.sent.times > 1)).toEqual([]);
  expect(orders.filter(({ intent }) => !['FILLED', 'CANCELED', 'DROPPED', 'REJECTED'].includes(intent.state))).toEqual([]);
  const ids = (await stage.there.orders()).map(({ clientId }) => clientId);
  expect(ids).toEqual([...new Set(ids)]);
  expect(await stage.executed()).toBeCloseTo(await stage.held(), 9);
  expect(await stage.notices('venue.unexplained')).toEqual([]);
}

describe('an answer that is lost', () => {
  it('acceptance 2: a lost reply at Hyperliquid leaves exactly one position', async () => {
    await open();
    await stage.moment('20');
    await stage.faults({ on: 'order', kind: 'reply-lost' });
    await stage.turn();
    await stage.hedged(-20, NEAR);
    expect((await stage.orders()).filter(({ intent }) => intent.filled > 0n)).toHaveLength(1);
    expect(await stage.there.orders()).toHaveLength(1);
    await everyOrderOnce();
  });

  it('acceptance 2: a lost reply at Deribit, which takes a label twice, leaves exactly one change of the position', async () => {
    await open({ on: 'deribit', deposit: '20' });
    await stage.moment('20');
    await stage.faults({ on: 'order', kind: 'reply-lost' });
    // What the account holds in coins is hedged with the loan's.
    await stage.until(async () => Math.abs((await stage.held()) / 3_000 + 40) < 0.5, () => stage.moment('20'));
    const [first, ...others] = (await stage.orders()).toReversed();
    expect([first?.intent.state, first?.intent.order.side, first?.intent.order.reduceOnly]).toEqual(['FILLED', 'sell', false]);
    expect(await stage.there.orders()).toHaveLength(1 + others.length);
    await everyOrderOnce();
  });
});

describe('a venue that says nothing', () => {
  it('acceptance 4: while a venue is silent for a minute nothing grows and the owner is told; when it answers again the hedge comes to its target', async () => {
    await open({ timeoutMs: 300 });
    await stage.hedged(-20, NEAR);
    const [before, since] = [(await stage.orders()).length, stage.now()];
    await stage.silence();
    while (stage.now() - since < MINUTE_MS) {
      await stage.loan('40');
      await stage.turn();
    }
    await stage.faults();
    expect(await stage.held()).toBeCloseTo(-20, 0);
    expect(await stage.orders()).toHaveLength(before);
    expect((await stage.notices('venue.unreachable')).map(({ severity }) => severity)).toEqual(['critical']);
    stage.advance(15_000);
    await stage.hedged(-40, 1, '40');
    expect(await stage.notices('venue.back')).toHaveLength(1);
    await everyOrderOnce();
  });

  it('lesson 9: for 27 minutes no order is taken: one at a time is tried, none twice, nothing is executed, and the owner is told within a minute', async () => {
    await open();
    await stage.hedged(-20, NEAR);
    const [before, since] = [(await stage.orders()).length, stage.now()];
    await stage.faults({ on: 'order', kind: 'outage', times: 1_000_000 }, { on: 'cancel', kind: 'outage', times: 1_000_000 });
    while (stage.now() - since < 27 * MINUTE_MS) {
      await stage.moment('40');
      await stage.turn();
      expect((await stage.orders()).filter(({ intent }) => ['PLANNED', 'SENT', 'UNKNOWN'].includes(intent.state)).length).toBeLessThanOrEqual(1);
      stage.advance(40_000);
      if (stage.now() - since > MINUTE_MS) expect((await stage.notices('venue.order-unknown'))[0]?.severity).toBe('critical');
    }
    expect(await stage.held()).toBeCloseTo(-20, 0);
    const tried = (await stage.orders()).length - before;
    expect(tried).toBeGreaterThan(1);
    expect(tried).toBeLessThanOrEqual(27);
    await stage.faults();
    await stage.hedged(-40, 1, '40');
    await everyOrderOnce();
  });

  it('lesson 12: a venue that comes back after three hours with the prices of then: nothing is opened at them', async () => {
    await open();
    await stage.hedged(-20, NEAR);
    const before = (await stage.orders()).length;
    await stage.faults({ on: 'any', kind: 'outage', times: 1_000_000 });
    for (let hour = 0; hour < 6; hour += 1) {
      stage.advance(30 * MINUTE_MS);
      await stage.loan('40', '2400');
      await stage.turn();
    }
    await stage.faults();
    stage.advance(15_000);
    for (let turn = 0; turn < 4; turn += 1) {
      await stage.loan('40', '2400');
      await stage.price('3000');
      await stage.turn();
    }
    expect(await stage.lastDecision()).toEqual({ kind: 'cannot', reason: 'price-refused' });
    expect(await stage.orders()).toHaveLength(before);
    expect(new Set((await stage.notices('hedge.prices')).map(({ data }) => data['because']))).toEqual(new Set(['disagree']));
    await stage.hedged(-40, 1, '40', '2400');
  });
});

describe('an id that comes twice', () => {
  it.each([['once', 'once'], ['each time', 'repeatable']] as const)('acceptance 11: where the venue counts an id %s, lost replies, late orders and a restart still leave every order once', async (_, clientIds) => {
    await open({ clientIds });
    await stage.moment('20');
    await stage.faults({ on: 'order', kind: 'reply-lost' });
    await stage.turn();
    stage.restart();
    await stage.hedged(-20, NEAR);
    // Its bytes arrive when nobody waits for them any more, and another process has taken over.
    await stage.moment('24');
    await stage.faults({ on: 'order', kind: 'executed-late', byMs: 4_000 });
    await stage.turn();
    stage.restart();
    await stage.hedged(-24, NEAR, '24');
    // It is seen in the position before it is found by its id.
    await stage.moment('24');
    await stage.turn();
    expect((await stage.orders()).filter(({ intent }) => intent.filled > 0n)).toHaveLength(2);
    expect(await stage.there.orders()).toHaveLength(2);
    await everyOrderOnce();
  });
});
