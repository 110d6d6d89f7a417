import { describe, expect, it } from 'vitest';
import type { Channel, DueDelivery, Settlement } from '@ballast/policy';
import { aDueDelivery } from '../../../../libs/notifications/test/due-delivery.js';
import { Courier } from './courier.js';

const due = (count: number, channel: Channel, name = ''): DueDelivery[] => Array.from({ length: count }, (_, index) => aDueDelivery({ id: `${channel}-${name}${index}`, subscription: { channel } }));
const forEver = (): Promise<never> => new Promise(() => undefined);
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
};

/** A courier over an outbox in which `deliveries` are due; what it brings ends at once unless told. */
function courierOver(deliveries: DueDelivery[], attempt?: (delivery: DueDelivery) => Promise<Settlement>) {
  const [asked, brought, stored, warned]: [[Channel, number][], string[], string[], string[]] = [[], [], [], []];
  const courier = new Courier({
    outbox: {
      claimDue: async (channel, limit) => {
        asked.push([channel, limit]);
        const claimed = deliveries.filter(({ subscription }) => subscription.channel === channel).slice(0, limit);
        for (const one of claimed) deliveries.splice(deliveries.indexOf(one), 1);
        return claimed;
      },
    },
    attempt: async (delivery) => {
      brought.push(delivery.id);
      return attempt?.(delivery) ?? { claim: { id: delivery.id, claimId: delivery.claimId }, outcome: { kind: 'delivered', status: 200 } };
    },
    settle: async ({ claim }) => void stored.push(claim.id),
    warn: (message) => warned.push(message),
  });
  return { courier, asked, brought, stored, warned };
}

describe('the courier', () => {
  it('brings all that is due at one turn, many with each statement, and has it stored', async () => {
    const { courier, asked, brought, stored } = courierOver([...due(150, 'webhook'), ...due(40, 'email')]);
    await courier.turn();
    await settled();
    expect(new Set(brought).size).toBe(190);
    expect(stored).toHaveLength(190);
    expect(asked.length).toBeLessThan(12);
  });

  it('has no more than 64 webhooks and 16 mails under way, and asks for no more while they are', async () => {
    const { courier, asked, brought } = courierOver([...due(100, 'webhook'), ...due(100, 'email')], forEver);
    for (let turn = 0; turn < 3; turn += 1) await courier.turn();
    expect(brought.filter((id) => id.startsWith('webhook'))).toHaveLength(64);
    expect(brought.filter((id) => id.startsWith('email'))).toHaveLength(16);
    expect(asked).toEqual([['email', 16], ['webhook', 64]]);
  });

  it('brings webhooks while mails wait for a server that hangs', async () => {
    const { courier, brought } = courierOver([...due(40, 'email'), ...due(200, 'webhook')], ({ id, claimId, subscription }) =>
      subscription.channel === 'email' ? forEver() : Promise.resolve({ claim: { id, claimId }, outcome: { kind: 'delivered', status: 200 } }));
    await courier.turn();
    await settled();
    expect(brought.filter((id) => id.startsWith('webhook'))).toHaveLength(200);
  });

  it('goes on where one delivery fails beyond what is foreseen', async () => {
    const { courier, stored, warned } = courierOver(due(3, 'webhook'), ({ id, claimId }) => (id === 'webhook-1' ? Promise.reject(new Error('unforeseen')) : Promise.resolve({ claim: { id, claimId }, outcome: { kind: 'delivered', status: 200 } })));
    await courier.turn();
    await settled();
    expect(stored).toEqual(['webhook-0', 'webhook-2']);
    expect(warned).toEqual(['delivery webhook-1: unforeseen']);
  });

  it('once closed takes no more, and waits for what is under way', async () => {
    const ends: (() => void)[] = [];
    const { courier, brought, stored } = courierOver(due(100, 'webhook'), ({ id, claimId }) => new Promise((done) => ends.push(() => done({ claim: { id, claimId }, outcome: { kind: 'delivered', status: 200 } }))));
    await courier.turn();
    let closed = false;
    const closing = courier.close().then(() => (closed = true));
    await settled();
    expect(closed).toBe(false);
    for (const end of ends) end();
    await closing;
    await courier.turn();
    expect([brought.length, stored.length]).toEqual([64, 64]);
  });
});
