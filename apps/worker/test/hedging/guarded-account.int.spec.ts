import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
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

    it('is not given it twice where the request is lost: first it could not arrive any more', async () => {
      await stage.faults({ on: 'change', kind: 'request-lost' });
      await turns(1);
      expect(await stage.moves()).toEqual(['UNKNOWN']);
      // Closing goes on meanwhile: a margin that gets thin does not wait for an answer that never comes.
      await turns(2);
      expect(await stage.moves()).toEqual(['UNKNOWN']);
      expect(await stage.held()).toBeGreaterThan(-20);
      stage.advance(70_000);
      await turns(2);
      expect((await stage.moves())[0]).toBe('REJECTED');
    });
  });
});
