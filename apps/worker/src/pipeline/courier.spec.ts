import { describe, expect, it } from 'vitest';
import type { Channel, DueEntry } from '@ballast/policy';
import { Courier, type CourierParts } from './courier.js';

const entries = (ids: readonly string[], channel: Channel = 'webhook'): readonly DueEntry[] => ids.map((id) => ({ id, channel }));
const many = (count: number, name = ''): readonly string[] => Array.from({ length: count }, (_, index) => `${name}${index}`);
const forEver = (): Promise<never> => new Promise(() => undefined);

/** A courier over an outbox in which `due` is due. What it hands and delivers ends at once unless told. */
function courierOver(due: () => readonly DueEntry[], parts: Partial<Pick<CourierParts, 'hand' | 'deliver'>> = {}) {
  const clock = { now: 0 };
  const [handed, delivered]: [string[], string[]] = [[], []];
  const courier = new Courier({
    outbox: { due: async () => due() }, now: () => clock.now,
    hand: (id) => (handed.push(id), parts.hand?.(id) ?? Promise.resolve()),
    deliver: (id) => (delivered.push(id), parts.deliver?.(id) ?? Promise.resolve()),
  });
  return { courier, clock, handed, delivered };
}

describe('the courier', () => {
  it('hands each due delivery to the queue once', async () => {
    const { courier, handed, delivered } = courierOver(() => entries(['one', 'two']));
    await courier.turn();
    await courier.turn();
    expect([handed, delivered]).toEqual([['one', 'two'], []]);
  });

  it('brings by itself what a queue that hangs has not brought within a while', async () => {
    const { courier, clock, handed, delivered } = courierOver(() => entries(['one']), { hand: forEver });
    await courier.turn();
    clock.now = 1_999;
    await courier.turn();
    expect(delivered).toEqual([]);
    clock.now = 2_000;
    await courier.turn();
    expect([handed, delivered]).toEqual([['one'], ['one']]);
  });

  it('hands again what was tried and is due once more', async () => {
    let due = entries(['one']);
    const { courier, handed } = courierOver(() => due);
    await courier.turn();
    due = [];
    await courier.turn();
    due = entries(['one']);
    await courier.turn();
    expect(handed).toEqual(['one', 'one']);
  });

  it('hands again only once the earlier hand has ended: a queue that hangs holds each delivery once, however often it is due', async () => {
    let due = entries(['one']);
    let ended: () => void = () => undefined;
    const { courier, handed } = courierOver(() => due, { hand: () => new Promise<void>((resolve) => (ended = resolve)) });
    for (let turn = 0; turn < 20; turn += 1) {
      due = turn % 2 === 0 ? entries(['one']) : [];
      await courier.turn();
    }
    expect(handed).toEqual(['one']);
    ended();
    due = entries(['one']);
    await courier.turn();
    await courier.turn();
    expect(handed).toEqual(['one', 'one']);
  });

  it('gives a queue that hangs no more than 400 at once, and the others once it takes them; it brings them by itself meanwhile', async () => {
    let due = entries(many(300, 'first-'));
    const waiting: (() => void)[] = [];
    const { courier, clock, handed, delivered } = courierOver(() => due, { hand: () => new Promise<void>((resolve) => waiting.push(resolve)) });
    await courier.turn();
    due = entries(many(300, 'second-'));
    await courier.turn();
    expect(handed).toHaveLength(400);
    clock.now = 2_000;
    await courier.turn();
    expect([handed.length, delivered.length]).toEqual([400, 8]);
    for (const end of waiting.splice(0)) end();
    await courier.turn();
    await courier.turn();
    expect(new Set(handed).size).toBe(600);
    expect(handed).toHaveLength(600);
  });

  it('brings no more than eight of a channel at once by itself', async () => {
    const { courier, clock, delivered } = courierOver(() => entries(many(20)), { hand: () => Promise.reject(new Error('no queue')), deliver: forEver });
    await courier.turn();
    clock.now = 5_000;
    await courier.turn();
    await courier.turn();
    expect(delivered).toEqual(many(20).slice(0, 8));
  });

  it('brings webhooks while mails wait for a server that hangs', async () => {
    const mails = entries(many(20, 'mail-'), 'email');
    const { courier, clock, delivered } = courierOver(() => [...mails, ...entries(['hook'])], { hand: forEver, deliver: (id) => (id === 'hook' ? Promise.resolve() : forEver()) });
    await courier.turn();
    clock.now = 2_000;
    await courier.turn();
    expect(delivered).toEqual([...many(8, 'mail-'), 'hook']);
  });
});
