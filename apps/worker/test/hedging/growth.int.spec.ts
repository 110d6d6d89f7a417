import { afterEach, describe, expect, inject, it } from 'vitest';
import { usd } from '../../../../test/factories/derivatives.js';
import { withMethods } from './broken-parts.js';
import { HedgeStage } from './hedge-stage.js';

let stage: HedgeStage;
const open = async (options?: Parameters<typeof HedgeStage.open>[1]): Promise<HedgeStage> => (stage = await HedgeStage.open(inject('postgresUrl'), options));
afterEach(() => stage.close());

const NEAR = 0.5;

describe('what keeps a hedge from growing', () => {
  it('acceptance 8: funding that turns against the hedge uses its budget up: told before and at its end, nothing grows, and it may still be made smaller', async () => {
    await open({ policy: { fundingBudgetUsdE8: usd(150) } });
    await stage.hedged(-20, NEAR);
    // What is paid and received counts with what trading cost, which is 27 dollars by now.
    const paid = async (rate: string): Promise<readonly unknown[]> => {
      await stage.funding(rate);
      await stage.moment('20');
      await stage.turn();
      return (await stage.notices('hedge.budget')).map(({ severity, data }) => [severity, data['state']]);
    };
    expect(await paid('0.0005')).toEqual([]);
    expect(await paid('-0.0012')).toEqual([]);
    expect(await paid('-0.001')).toEqual([['warning', 'alert']]);
    expect(await paid('-0.001')).toEqual([['warning', 'alert'], ['critical', 'spent']]);
    const before = (await stage.orders()).length;
    for (let turn = 0; turn < 3; turn += 1) {
      await stage.moment('40');
      await stage.turn();
    }
    expect(await stage.lastDecision()).toEqual({ kind: 'cannot', reason: 'budget-spent' });
    expect(await stage.orders()).toHaveLength(before);
    await stage.hedged(-10, NEAR, '10');
  });

  it('acceptance 12: where prices disagree or the oracle is old, only reductions are made', async () => {
    await open();
    await stage.hedged(-20, NEAR);
    const before = (await stage.orders()).length;
    const cannotGrow = async (): Promise<void> => {
      await stage.turn();
      expect(await stage.lastDecision()).toEqual({ kind: 'cannot', reason: 'price-refused' });
      expect(await stage.orders()).toHaveLength(before);
    };
    await stage.loan('40');
    await stage.price('3000', '90000', { index: '3100' });
    await cannotGrow();
    const OLD_MS = 4_600_000;
    await stage.loan('40', '3000', OLD_MS);
    await stage.price('3000');
    await cannotGrow();
    await stage.loan('15', '3000', OLD_MS);
    await stage.turn();
    expect(Math.abs((await stage.held()) + 15)).toBeLessThanOrEqual(NEAR);
    await stage.loan('10');
    await stage.price('3000', '90000', { index: '3100' });
    await stage.turn();
    expect(Math.abs((await stage.held()) + 10)).toBeLessThanOrEqual(NEAR);
    expect((await stage.orders()).slice(0, -before).every(({ intent }) => intent.order.reduceOnly)).toBe(true);
  });

  it('acceptance 13: a stop that is set between planning and sending lets nothing leave', async () => {
    await open();
    await stage.moment('20');
    // Right after the order was planned, and after all was looked at again, right before the transaction that would send it.
    for (const level of ['no-grow', 'cancel-all'] as const) {
      for (const moment of ['plan', 'sending'] as const) {
        stage.restart(stage.process({ broken: ({ journal, line }) => ({ line, journal: withMethods(journal, {
          plan: async (...given) => {
            const planned = await journal.plan(...given);
            if (moment === 'plan') await stage.stop(level);
            return planned;
          },
          sending: async (...given) => {
            if (moment === 'sending') await stage.stop(level);
            return journal.sending(...given);
          },
        }) }) }));
        await stage.moment('20');
        await stage.turn();
        const [{ intent } = expect.fail('nothing was planned')] = await stage.orders();
        expect([level, moment, intent.state, intent.why, intent.sent.kind]).toEqual([level, moment, 'DROPPED', { kind: 'dropped', code: level === 'no-grow' ? 'no-growth-allowed' : 'stopped' }, 'never']);
        await stage.goOn();
      }
    }
    expect(await stage.orders()).toHaveLength(4);
    expect(await stage.there.orders()).toEqual([]);
    stage.restart();
    await stage.hedged(-20, NEAR);
  });

  it('acceptance 13: a stop that is set while an order is on its way lets no further one leave, and that one is followed to its end', async () => {
    await open();
    stage.restart(stage.process({ broken: ({ journal, line }) => ({ journal, line: { ...line, trader: withMethods(line.trader, {
      place: async (order) => {
        await stage.stop('cancel-all');
        return line.trader.place(order);
      },
    }) } }) }));
    for (let turn = 0; turn < 4; turn += 1) {
      await stage.moment('20', '3000', '4');
      await stage.turn();
    }
    expect(await stage.held()).toBe(-4);
    expect((await stage.orders()).map(({ intent }) => intent.state)).toEqual(['FILLED']);
    expect(await stage.lastDecision()).toEqual({ kind: 'cannot', reason: 'stopped' });
  });
});
