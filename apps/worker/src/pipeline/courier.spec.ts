import { describe, expect, it } from 'vitest';
import { Courier } from './courier.js';

function courierOver(due: () => readonly string[], handing: () => Promise<void> = () => Promise.resolve()) {
  const clock = { now: 0 };
  const [handed, delivered]: [string[], string[]] = [[], []];
  const courier = new Courier({
    outbox: { due: async () => due() }, deliver: async (id) => void delivered.push(id),
    hand: (id) => (handed.push(id), handing()), now: () => clock.now,
  });
  return { courier, clock, handed, delivered };
}

describe('the courier', () => {
  it('hands each due delivery to the queue once', async () => {
    const { courier, handed, delivered } = courierOver(() => ['one', 'two']);
    await courier.turn();
    await courier.turn();
    expect([handed, delivered]).toEqual([['one', 'two'], []]);
  });

  it('brings by itself what a queue that hangs has not brought within a while', async () => {
    const { courier, clock, handed, delivered } = courierOver(() => ['one'], () => new Promise(() => undefined));
    await courier.turn();
    clock.now = 1_999;
    await courier.turn();
    expect(delivered).toEqual([]);
    clock.now = 2_000;
    await courier.turn();
    expect([handed, delivered]).toEqual([['one'], ['one']]);
  });

  it('hands again what was tried and is due once more', async () => {
    let due: readonly string[] = ['one'];
    const { courier, handed } = courierOver(() => due);
    await courier.turn();
    due = [];
    await courier.turn();
    due = ['one'];
    await courier.turn();
    expect(handed).toEqual(['one', 'one']);
  });

  it('brings no more than eight at once by itself', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `${index}`);
    const clock = { now: 0 };
    const begun: string[] = [];
    const courier = new Courier({ outbox: { due: async () => ids }, deliver: (id) => (begun.push(id), new Promise(() => undefined)), hand: () => Promise.reject(new Error('no queue')), now: () => clock.now });
    await courier.turn();
    clock.now = 5_000;
    await courier.turn();
    await courier.turn();
    expect(begun).toEqual(ids.slice(0, 8));
  });
});
