import type { Database, SubscriptionRecord, SubscriptionRequest } from '@ballast/storage';
import { CHALLENGE_EVENT, SubscriptionStore } from '@ballast/storage';
import { clientOf } from '../../libs/storage/src/database.js';

/** A webhook that has proved itself. What its receiver does with the challenge is another test's matter: none is left of it. */
export async function addActiveWebhook(database: Database, request: Omit<SubscriptionRequest, 'channel'>): Promise<{ subscription: SubscriptionRecord; created: boolean; secret: string | null }> {
  const made = await new SubscriptionStore(database).add({ ...request, channel: 'webhook' }, new Date());
  const { id } = made.subscription;
  await provenWithout(database, id);
  return { ...made, subscription: { ...made.subscription, status: 'active', waitsFor: null } };
}

/** Makes a webhook active as though it had answered its challenge, of which nothing is left. */
export async function provenWithout(database: Database, subscriptionId: string): Promise<void> {
  const client = clientOf(database);
  await client.outboxEvent.deleteMany({ where: { kind: CHALLENGE_EVENT, deliveries: { some: { subscriptionId } } } });
  await client.subscription.updateMany({ where: { id: subscriptionId, status: 'pending' }, data: { status: 'active', confirmedAt: new Date() } });
}
