import { setTimeout } from 'node:timers/promises';
import { Interface, zeroPadValue } from 'ethers';
import { z } from 'zod';
import { aaveGuardAbi } from '@ballast/contracts';
import type { Devchain } from '@ballast/devchain';
import type { RunningInbox, RunningWebhookSink } from '@ballast/embedded';
import type { ApiUser } from '../../apps/cli/src/demo/onboarding.js';

const decisions = z.array(z.object({
  id: z.string(), kind: z.string(), reason: z.string(), blocks: z.number(), blockNumber: z.string(), lastBlock: z.string(), health: z.string().nullable(), triggerHealth: z.string().nullable(),
  intent: z.object({ id: z.string(), kind: z.string(), state: z.string(), receipt: z.object({ transactionHash: z.string(), blockNumber: z.string() }).nullable(), failure: z.object({ code: z.string(), message: z.string() }).nullable(), steps: z.array(z.object({ event: z.string(), to: z.string(), at: z.string() })), transactions: z.array(z.object({ hash: z.string().nullable() })) }).nullable(),
}));
const deliveries = z.array(z.object({ id: z.string(), eventId: z.string(), kind: z.string(), channel: z.enum(['email', 'webhook']), status: z.string(), lastError: z.string().nullable() }));

export interface Evidence {
  /** Intents that ended DONE. */
  readonly executed: number;
  readonly emails: number;
  readonly webhooks: number;
  readonly decisions: { readonly act: number; readonly hold: number; readonly cannot: number };
  /** Every decision and what became of it, one line each, oldest first: for a run that failed. */
  readonly timeline: readonly string[];
  /** What did not hold, in words. */
  readonly failures: readonly string[];
}

/** Compares what Ballast says it did with the chain's events, and every notification it says it delivered with what arrived. */
export async function readEvidence(parts: { user: ApiUser; chain: Devchain; inbox: RunningInbox; sink: RunningWebhookSink; owner: string; positionId: string }): Promise<Evidence> {
  const { user, chain, inbox, sink, owner, positionId } = parts;
  const failures: string[] = [];
  const made = await user.call('GET', `/v1/positions/${positionId}/decisions?limit=200`, decisions);
  const intents = made.flatMap(({ intent }) => (intent ? [intent] : []));
  const executed = await executedTransactions(chain, owner);
  for (const intent of intents) {
    const own = intent.transactions.flatMap(({ hash }) => (hash ? [hash.toLowerCase()] : []));
    const events = executed.filter((hash) => own.includes(hash)).length;
    const expected = intent.state === 'DONE' ? 1 : 0;
    if (events !== expected) failures.push(`intent ${intent.id} (${intent.state}) has ${events} Executed events, expected ${expected}`);
  }
  const known = new Set(intents.flatMap(({ transactions }) => transactions.map(({ hash }) => hash?.toLowerCase())));
  for (const hash of executed) if (!known.has(hash)) failures.push(`Executed in ${hash} belongs to no intent`);

  const sent = await ended(user, owner);
  const mailed = sent.filter(({ channel }) => channel === 'email');
  const posted = sent.filter(({ channel, kind }) => channel === 'webhook' && kind !== 'webhook.challenge');
  for (const delivery of sent) if (delivery.status !== 'delivered') failures.push(`${delivery.channel} of ${delivery.kind} is ${delivery.status}: ${delivery.lastError}`);
  for (const { eventId, kind } of mailed) if (!inbox.messages().some((message) => message.text.includes(eventId))) failures.push(`the mail of ${kind} (${eventId}) did not arrive`);
  for (const { eventId, kind } of posted) if (!sink.received().some((webhook) => webhook.id === eventId && webhook.verified)) failures.push(`the webhook of ${kind} (${eventId}) did not arrive signed`);
  for (const kind of ['mandate.active', 'action.done']) {
    for (const [channel, list] of [['email', mailed], ['webhook', posted]] as const) if (!list.some((delivery) => delivery.kind === kind)) failures.push(`no ${channel} told of ${kind}`);
  }
  const count = (kind: string): number => made.filter((decision) => decision.kind === kind).length;
  return {
    executed: intents.filter(({ state }) => state === 'DONE').length, emails: mailed.length, webhooks: posted.length,
    decisions: { act: count('act'), hold: count('hold'), cannot: count('cannot') }, failures, timeline: made.toReversed().map(line),
  };
}

/** The owner's deliveries, once none of them waits: a notice written after the story's last action is still on its way for a moment. After half a minute they are given as they are. */
async function ended(user: ApiUser, owner: string): Promise<z.infer<typeof deliveries>> {
  const last = Date.now() + 30_000;
  for (;;) {
    const made = await user.call('GET', `/v1/accounts/${owner}/deliveries`, deliveries);
    if (made.every(({ status }) => status !== 'pending') || Date.now() > last) return made;
    await setTimeout(250);
  }
}

/** Hashes of the transactions with an `Executed` event of the guard for the owner, one entry an event. */
async function executedTransactions(chain: Devchain, owner: string): Promise<readonly string[]> {
  const guard = new Interface(aaveGuardAbi);
  const logs = (await chain.provider.send('eth_getLogs', [{
    address: chain.deployment.ballast.aaveGuard, fromBlock: '0x0', toBlock: 'latest', topics: [guard.getEvent('Executed')!.topicHash, null, zeroPadValue(owner, 32)],
  }])) as { transactionHash: string }[];
  return logs.map(({ transactionHash }) => transactionHash.toLowerCase());
}

type Made = z.infer<typeof decisions>[number];

function line({ kind, reason, blockNumber, lastBlock, health, triggerHealth, intent }: Made): string {
  const after = intent ? ` → ${intent.state} in block ${intent.receipt?.blockNumber ?? '-'} ${intent.failure?.message ?? ''} ${intent.steps.map(({ to, at }) => `${to} ${at.slice(17, 23)}`).join(', ')}` : '';
  return `${blockNumber}-${lastBlock} ${kind} ${reason} health ${health} trigger ${triggerHealth}${after}`;
}
