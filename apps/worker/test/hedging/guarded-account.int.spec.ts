import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { withMethods } from './broken-parts.js';
import { HedgeStage } from './hedge-stage.js';

let stage: HedgeStage;
beforeEach(async () => {
  stage = await HedgeStage.open(inject('postgresUrl'), { hasPlan: false, deposit: '10000' });
});
afterEach(() => stage.close());

/** Turns of a second and a half at an unchanged price. */
const turns = async (count: number, price = '3000'): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) {
    await stage.price(price);
    await stage.turn();
  }
};
const given = async (): Promise<number> => {
  const position = await stage.position();
  if (position?.margin.kind !== 'isolated' || position.unrealised.kind === 'unknown') throw new Error('no isolated position');
  return Number(position.margin.margin - position.unrealised.value) / 1e18;
};

describe('an account that is guarded', () => {
  it('has a part of its position closed before the venue liquidates it', async () => {
    await stage.margin('cross', 25);
    await stage.byHand('sell', '40');
    await stage.guard();
    await turns(1);
    expect(await stage.accountDecision()).toEqual({ kind: 'hold', reason: 'healthy' });
    // 40 short from 3,000 lose 4,400 at 3,110: margin needs 2,490 of 5,500 that are left.
    await turns(3, '3110');
    expect(await stage.held()).toBeGreaterThan(-40);
    expect(await stage.held()).toBeLessThan(-5);
    expect(await stage.accountDecision()).toEqual({ kind: 'hold', reason: 'healthy' });
    const told = await stage.notices('account.protected');
    expect(told.map(({ data }) => data['action'])).toEqual(['close']);
    // What was filled, and not what was decided; and it is no trade of a hedge.
    expect(Number(told[0]?.data['amount'])).toBeLessThanOrEqual(40 + (await stage.held()));
    expect(await stage.notices('hedge.traded')).toEqual([]);
  });

  it('is told exactly what to deposit where nothing may be done, once', async () => {
    await stage.margin('cross', 25);
    await stage.byHand('sell', '40');
    await stage.guard({ mayClose: false });
    await turns(14, '3110');
    expect(await stage.held()).toBe(-40);
    const told = await stage.notices('account.cannot');
    expect(told.map(({ severity, data }) => [severity, data['reason'], data['currency']])).toEqual([['critical', 'owner-must-deposit', 'USDC']]);
    expect(Number(told[0]?.data['amount'])).toBeGreaterThan(5_000);
  });

  describe('with margin of its own', () => {
    beforeEach(async () => {
      await stage.margin('isolated', 20);
      await stage.byHand('sell', '20');
      await stage.guard();
    });

    it('is given free balance, and keeps all of its position', async () => {
      expect(await given()).toBeCloseTo(3_000, -2);
      await turns(3);
      expect(await stage.held()).toBe(-20);
      expect(await stage.moves()).toEqual(['DONE']);
      expect(await given()).toBeGreaterThan(5_500);
      expect((await stage.notices('account.protected')).map(({ data }) => [data['action'], data['currency']])).toEqual([['add-margin', 'USDC']]);
    });

    it('is given it once where the reply is lost: the margin itself tells that it arrived', async () => {
      await stage.faults({ on: 'change', kind: 'reply-lost' });
      await turns(1);
      expect(await stage.moves()).toEqual(['UNKNOWN']);
      const after = await given();
      await turns(4);
      expect(await stage.moves()).toEqual(['DONE']);
      expect(await given()).toBeCloseTo(after, 0);
    });

    it('that its venue does not give it is tried later each time, and its owner is told what to deposit', async () => {
      stage.restart(stage.process({ broken: ({ journal, line }) => ({ journal, line: { ...line, trader: withMethods(line.trader, { addIsolatedMargin: async () => ({ kind: 'rejected', rejection: { reason: 'other', code: 'none', message: 'no margin can be added now' } }) }) } }) }));
      await turns(16);
      expect(await stage.held()).toBe(-20);
      const moves = await stage.moves();
      expect(moves.every((state) => state === 'REJECTED')).toBe(true);
      expect(moves.length).toBeGreaterThanOrEqual(3);
      expect(moves.length).toBeLessThanOrEqual(5);
      const told = (await stage.notices('account.cannot')).filter(({ severity }) => severity === 'critical');
      expect(told.map(({ data }) => [data['reason'], data['currency']])).toEqual([['owner-must-deposit', 'USDC']]);
      // Once margin needs more than 70% of what is left, closing is all that keeps the venue from it.
      await turns(3, '3070');
      expect(await stage.held()).toBe(0);
    });

    it('is not given it twice where the request is lost: first it could not arrive any more', async () => {
      await stage.faults({ on: 'change', kind: 'request-lost' });
      await turns(1);
      expect(await stage.moves()).toEqual(['UNKNOWN']);
      // Closing a part would take its share of the margin out of the position, and nobody knows what comes in: it waits as long as it can.
      await turns(2);
      expect([await stage.held(), await stage.accountDecision()]).toEqual([-20, { kind: 'hold', reason: 'order-under-way' }]);
      // At 3,070 margin needs more than 70% of what is left: that cannot wait for an answer that never comes.
      await turns(2, '3070');
      expect(await stage.moves()).toEqual(['UNKNOWN']);
      expect(await stage.held()).toBeGreaterThan(-20);
      stage.advance(70_000);
      await turns(2);
      expect((await stage.moves())[0]).toBe('REJECTED');
    });
  });
});
