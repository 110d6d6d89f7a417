import { createHmac, timingSafeEqual } from 'node:crypto';

/** What names an alarm and who was told of it. */
export interface Acknowledging {
  readonly alarmId: string;
  readonly subscriptionId: string;
}

const sealOf = ({ alarmId, subscriptionId }: Acknowledging, endToken: string): Buffer => createHmac('sha256', endToken).update(`acknowledge\n${alarmId}\n${subscriptionId}`).digest();

/**
 * What a subscriber's mail about an alarm carries: `<alarm>.<subscription>.<HMAC-SHA256 under the end token of his subscription, which he has anyway>`. It acknowledges that alarm, in his name, as long as his subscription has
 * not ended, and does nothing else.
 */
export const acknowledgeToken = (of: Acknowledging, endToken: string): string => `${of.alarmId}.${of.subscriptionId}.${sealOf(of, endToken).toString('base64url')}`;

/** What a token says that it is of: nothing of it is proved yet. Null for what is no such token. */
export function readAcknowledgeToken(token: string): Acknowledging | null {
  const [, alarmId, subscriptionId] = /^([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{1,64})\.[A-Za-z0-9_-]{43}$/.exec(token) ?? [];
  return alarmId === undefined || subscriptionId === undefined ? null : { alarmId, subscriptionId };
}

/** Whether the token was made with this end token for what it says. */
export function isAcknowledgeToken(token: string, endToken: string): boolean {
  const of = readAcknowledgeToken(token);
  if (of === null) return false;
  const [given, expected] = [Buffer.from(token), Buffer.from(acknowledgeToken(of, endToken))];
  return given.length === expected.length && timingSafeEqual(given, expected);
}
