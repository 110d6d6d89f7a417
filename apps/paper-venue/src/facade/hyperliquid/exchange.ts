import { InvalidInput } from '@ballast/units';
import type { Asking, ClientRequest, NoAnswer, Reply } from '../../faults/faulty-venue.js';
import type { Order } from '../../kernel/index.js';
import { stepAt } from '../../listing.js';
import { jsonAnswer, type WireAnswer } from '../../wire-answer.js';
import { averageE8, decimalOf } from '../wire-numbers.js';
import { marketsOf, noAnswer, tradedVolume, UNREADABLE, type HyperliquidDesk } from './desk.js';
import { OFFERED, parseAction, repacked, SIGNED_REQUEST, type WireAction, type WireOrder } from './exchange-requests.js';
import { MAINNET, signerOf } from './signature.js';
import { UNKNOWN_SIGNER, wordsOf } from './words.js';

/** Who sent an action, and until when it may be executed. */
interface Sender extends Asking {
  readonly account: string;
  readonly key: string;
  readonly nonce: number;
}

/** How one part of an action ended: its status in the venue's shape, or no answer at all. */
type Part = { readonly kind: 'status'; readonly status: unknown; readonly failed: string | null; readonly afterMs: number } | NoAnswer;

const failure = (message: string, afterMs = 0): WireAnswer => jsonAnswer(200, { status: 'err', response: message }, afterMs);

/** Answers POST /exchange: a signed action of a key that the paper venue made. Everything that it does not offer is turned down and recorded. */
export function exchange(desk: HyperliquidDesk, body: unknown): WireAnswer {
  const envelope = SIGNED_REQUEST.safeParse(body);
  if (!envelope.success) return refuse(desk, 'POST /exchange', 'not of the shape of a signed action', body, UNREADABLE);
  const { action } = envelope.data;
  if (!OFFERED.has(action.type)) return refuse(desk, action.type, 'an action that the paper venue does not offer', action, failure(`Action ${action.type} is not offered here.`));
  if ('builder' in action) return refuse(desk, action.type, 'an action with a builder, who would take a fee', action, failure('Builder fee has not been approved.'));
  const parsed = parseAction(action);
  if (!parsed.success) return refuse(desk, action.type, parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '), action, UNREADABLE);
  const sender = senderOf(desk, envelope.data);
  if ('refused' in sender) return refuse(desk, action.type, sender.refused, action, failure(sender.message));
  return carriedOut(desk, parsed.data, sender);
}

function refuse({ refusals }: HyperliquidDesk, asked: string, why: string, request: unknown, answer: WireAnswer): WireAnswer {
  refusals.add('hyperliquid', asked, why, request);
  return answer;
}

/** The sender, or why it is none and what is said to it. */
function senderOf(desk: HyperliquidDesk, { action, nonce, signature, vaultAddress, expiresAfter }: (typeof SIGNED_REQUEST)['_output']): Sender | { readonly refused: string; readonly message: string } {
  const { keys, running } = desk;
  const signed = { action: repacked(action), nonce, signature, vaultAddress: vaultAddress ?? null, expiresAfter: expiresAfter ?? null };
  let signers: { readonly here: string; readonly mainnet: string };
  try {
    signers = { here: signerOf(signed), mainnet: signerOf(signed, MAINNET) };
  } catch (error) {
    if (error instanceof InvalidInput) return { refused: error.message, message: 'Invalid signature.' };
    throw error;
  }
  const nowMs = running.tick();
  const key = signers.here;
  const account = keys.accountOf(key, nowMs);
  if (account === null) {
    const real = keys.accountOf(signers.mainnet, nowMs) !== null;
    return { refused: real ? 'signed for the real venue, with source a: the paper venue takes nothing that is valid there' : 'a signer that is no key of this venue', message: UNKNOWN_SIGNER(key) };
  }
  if (running.script.revoked.includes(key)) return { refused: 'a revoked key', message: UNKNOWN_SIGNER(key) };
  if (signed.vaultAddress !== null) return { refused: 'an action for a vault or a sub-account', message: `Vault not registered: ${signed.vaultAddress}` };
  if (signed.expiresAfter !== null && running.clock.fromClient(signed.expiresAfter) < nowMs) return { refused: 'an action past its expiry', message: 'Action has expired.' };
  const verdict = keys.judge(key, nonce, running.clock.wall());
  if (verdict.kind === 'bad') return { refused: verdict.message, message: verdict.message };
  const sent = desk.actions.get(account) ?? 0;
  const most = desk.limits.actions + tradedVolume(desk, account);
  if (sent >= most) {
    const message = `Too many cumulative requests sent (${sent + 1} > ${Math.floor(most)}) for cumulative volume traded $${tradedVolume(desk, account).toFixed(2)}. Place taker orders to free up 1 request per USDC traded.`;
    return { refused: message, message };
  }
  return { account, key, nonce, ...(signed.expiresAfter === null ? {} : { untilMs: running.clock.fromClient(signed.expiresAfter) }) };
}

function carriedOut(desk: HyperliquidDesk, action: WireAction, sender: Sender): WireAnswer {
  switch (action.type) {
    case 'order':
      return listed(desk, sender, 'order', action.orders.map((order) => () => placed(desk, order, sender)));
    case 'cancel':
      return listed(desk, sender, 'cancel', action.cancels.map(({ a, o }) => () => cancelled(desk, a, o, sender)));
    case 'cancelByCloid':
      return listed(desk, sender, 'cancel', action.cancels.map(({ asset, cloid }) => () => cancelled(desk, asset, desk.running.state.clientIds[`${sender.account}/${cloid}`] ?? -1, sender)));
    case 'updateLeverage': {
      const mode = { kind: action.isCross ? ('cross' as const) : ('isolated' as const), leverage: BigInt(action.leverage) };
      return single(desk, action.asset, sender, (instrument) => ({ kind: 'mode', account: sender.account, instrument, mode }));
    }
    case 'updateIsolatedMargin':
      return single(desk, action.asset, sender, (instrument) => ({ kind: 'isolated-margin', account: sender.account, instrument, amountE8: BigInt(action.ntli) * 100n }));
    case 'scheduleCancel':
      return timed(desk, action.time, sender);
  }
}

/** Carries the parts out one after another; where one gets no answer, neither does the whole. */
function listed(desk: HyperliquidDesk, sender: Sender, type: string, parts: readonly (() => Part)[]): WireAnswer {
  const statuses: unknown[] = [];
  let afterMs = 0;
  for (const part of parts) {
    const done = part();
    count(desk, sender, done);
    if (done.kind !== 'status') return noAnswer(done);
    // A key that was revoked fails the action as a whole.
    if (done.failed === 'key-revoked') return failure(UNKNOWN_SIGNER(sender.key), done.afterMs);
    statuses.push(done.status);
    afterMs = Math.max(afterMs, done.afterMs);
  }
  return jsonAnswer(200, { status: 'ok', response: { type, data: { statuses } } }, afterMs);
}

/** A nonce is used up, and an action counted, once the venue has it. */
function count({ keys, actions }: HyperliquidDesk, { account, key, nonce }: Sender, { kind, ...rest }: Part): void {
  const arrived = kind === 'status' || (kind === 'none' && 'arrived' in rest && rest.arrived);
  if (!arrived) return;
  keys.remember(key, nonce);
  actions.set(account, (actions.get(account) ?? 0) + 1);
}

function placed(desk: HyperliquidDesk, order: WireOrder, sender: Sender): Part {
  const market = marketsOf(desk)[order.a];
  if (market === undefined) return failed('unknown-instrument', `Asset ${order.a} does not exist.`);
  if (order.p % stepAt(market.instrument, order.p) !== 0n) return failed('bad-tick', wordsOf('bad-tick', '', order.a, market));
  const reply = desk.running.submit({
    kind: 'order',
    order: {
      account: sender.account, instrument: market.instrument.name, side: order.b ? 'buy' : 'sell', priceE8: order.p, sizeE8: order.s,
      timeInForce: order.t.limit.tif === 'Ioc' ? 'immediate-or-cancel' : 'good-til-cancelled', postOnly: order.t.limit.tif === 'Alo', reduceOnly: order.r, clientId: order.c ?? null,
    },
  }, sender);
  return partOf(reply, order.a, desk, (made) => orderStatus(made));
}

function cancelled(desk: HyperliquidDesk, asset: number, orderId: number, sender: Sender): Part {
  return partOf(desk.running.submit({ kind: 'cancel', account: sender.account, orderId }, sender), asset, desk, () => 'success');
}

const failed = (code: string, error: string, afterMs = 0): Part => ({ kind: 'status', status: { error }, failed: code, afterMs });

function partOf(reply: Reply, asset: number, desk: HyperliquidDesk, status: (order: Order | null) => unknown): Part {
  if (reply.kind === 'refused') return failed(reply.code, wordsOf(reply.code, reply.message, asset, marketsOf(desk)[asset]), reply.afterMs);
  return reply.kind === 'done' ? { kind: 'status', status: status(reply.applied.order), failed: null, afterMs: reply.afterMs } : reply;
}

function orderStatus(order: Order | null): unknown {
  if (order === null) return 'success';
  const named = order.clientId === null ? { oid: order.id } : { oid: order.id, cloid: order.clientId };
  if (order.filledE8 === 0n) return { resting: named };
  return { filled: { totalSz: decimalOf(order.filledE8), avgPx: decimalOf(averageE8(order.filledPriceSizeE16, order.filledE8)), ...named } };
}

/** A change of leverage or margin: done, or refused as a whole. */
function single(desk: HyperliquidDesk, asset: number, sender: Sender, request: (instrument: string) => ClientRequest): WireAnswer {
  const market = marketsOf(desk)[asset];
  if (market === undefined) return failure(`Asset ${asset} does not exist.`);
  const part = partOf(desk.running.submit(request(market.instrument.name), sender), asset, desk, () => 'success');
  count(desk, sender, part);
  if (part.kind !== 'status') return noAnswer(part);
  if (part.failed !== null) return failure(part.failed === 'key-revoked' ? UNKNOWN_SIGNER(sender.key) : (part.status as { error: string }).error, part.afterMs);
  return jsonAnswer(200, { status: 'ok', response: { type: 'default' } }, part.afterMs);
}

/** Cancels everything at a time of the client's clock, at least five seconds away; without a time the timer is taken back. */
function timed(desk: HyperliquidDesk, time: number | undefined, sender: Sender): WireAnswer {
  const met = desk.running.ask(sender.key, 'change');
  if (met.kind === 'key-revoked') return failure(UNKNOWN_SIGNER(sender.key));
  if (met.kind !== 'done') return noAnswer(met);
  desk.keys.remember(sender.key, sender.nonce);
  desk.actions.set(sender.account, (desk.actions.get(sender.account) ?? 0) + 1);
  const volume = tradedVolume(desk, sender.account);
  if (volume < desk.limits.volumeForTimer) return failure(`Cannot set scheduled cancel time until enough volume traded. Required: $${desk.limits.volumeForTimer}. Traded: $${volume.toFixed(5)}.`);
  const atMs = time === undefined ? null : desk.running.clock.fromClient(time);
  if (atMs !== null && atMs < desk.running.clock.now() + 5_000) return failure('Scheduled cancel time must be at least 5 seconds from now.');
  desk.running.cancelAllLater(sender.account, atMs);
  return jsonAnswer(200, { status: 'ok', response: { type: 'default' } }, met.afterMs);
}
