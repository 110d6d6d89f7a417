import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { DueDelivery } from '@ballast/policy';
import { DeliveryFailed } from '../errors.js';
import type { WebhookAnswer, WebhookChannel } from './http-channel.js';
import { webhookFor } from './message.js';

/** The kind of the event with which a webhook proves that it wants to be posted to. */
export const CHALLENGE_KIND = 'webhook.challenge';

/** What a challenge's event carries. */
export const challengeData = z.looseObject({ challenge: z.string().min(20) });

/**
 * Whether the beginning of an answer's body holds the challenge: as `{"challenge": "…"}`, or as bare text, with white space around it or without.
 * Compared in constant time.
 */
export function isEcho(challenge: string, answer: string): boolean {
  return timingSafeEqual(digest(challenge), digest(echoIn(answer)));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function echoIn(answer: string): string {
  try {
    const { success, data } = z.looseObject({ challenge: z.string() }).safeParse(JSON.parse(answer));
    if (success) return data.challenge;
  } catch {
    // No JSON: the bare text.
  }
  return answer.trim();
}

/** Posts a delivery. Of a challenge it resolves only when it was echoed, and says so. @throws DeliveryFailed */
export async function post(channel: WebhookChannel, delivery: DueDelivery): Promise<WebhookAnswer & { readonly proven?: boolean }> {
  const sent = await channel.send(webhookFor(delivery));
  if (delivery.event.kind !== CHALLENGE_KIND) return sent;
  const { success, data } = challengeData.safeParse(delivery.event.data);
  if (!success) throw new DeliveryFailed(sent.status, 'final', 'the stored challenge cannot be read', sent.answer);
  if (!isEcho(data.challenge, sent.answer)) throw new DeliveryFailed(sent.status, 'passing', `the receiver answered ${sent.status} without the challenge in the first kibibyte of its body`, sent.answer);
  return { ...sent, proven: true };
}
