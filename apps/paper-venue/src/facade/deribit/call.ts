import type { z } from 'zod';
import type { WireAnswer } from '../../wire-answer.js';
import { allows, type DeribitKey, type SignedCall } from './keys.js';
import { followOptions } from './option-markets.js';
import { error, FORBIDDEN, invalidParam, UNAUTHORIZED, wired, type DeribitDesk, type Outcome } from './outcome.js';
import { PRIVATE } from './private-methods.js';
import { PUBLIC } from './public-methods.js';

export const BASE = '/api/v2/';

/** Answers GET /api/v2/{public,private}/method?params. What it does not offer, and whoever it does not know, is turned down and recorded. */
export function call(desk: DeribitDesk, signed: SignedCall): WireAnswer {
  const cameMs = desk.running.tick();
  followOptions(desk);
  const [path = '', query = ''] = signed.target.split('?');
  const [area = '', name = ''] = path.slice(BASE.length).split('/');
  // The last of a parameter that comes twice counts.
  const params = Object.fromEntries(new URLSearchParams(query));
  const outcome = area === 'public' ? publicly(desk, name, params) : privately(desk, name, params, signed);
  if (outcome.kind === 'error') desk.refusals.add('deribit', `${area}/${name}`, `${outcome.code} ${outcome.message} ${JSON.stringify(outcome.data ?? '')}`, withoutSecret(params));
  return wired(outcome, cameMs, desk.running.clock.now());
}

const withoutSecret = ({ client_secret: _secret, ...rest }: Record<string, string>): Record<string, string> => rest;

const METHOD_NOT_FOUND = error(-32601, 'Method not found');

function publicly(desk: DeribitDesk, name: string, params: unknown): Outcome {
  const method = Object.hasOwn(PUBLIC, name) ? PUBLIC[name] : undefined;
  if (method === undefined) return METHOD_NOT_FOUND;
  const met = desk.running.ask();
  if (met.kind !== 'done' && met.kind !== 'key-revoked') return met;
  return late(checked(method.params, params, (good) => method.call(desk, good)), met.kind === 'done' ? met.afterMs : 0);
}

function privately(desk: DeribitDesk, name: string, params: unknown, signed: SignedCall): Outcome {
  const wallMs = desk.running.clock.wall();
  const authorized = desk.keys.authorize(signed, wallMs);
  if (authorized.kind === 'nobody') {
    desk.refusals.add('deribit', `private/${name}`, authorized.why, {});
    return UNAUTHORIZED;
  }
  const { key, once } = authorized;
  const outcome = desk.running.script.revoked.includes(key.clientId) ? UNAUTHORIZED : withKey(desk, name, params, key);
  // What was lost on its way there is not spent.
  if (outcome.kind === 'result' || outcome.kind === 'error' || (outcome.kind === 'none' && outcome.arrived)) desk.keys.spend(once, wallMs);
  return outcome;
}

function withKey(desk: DeribitDesk, name: string, params: unknown, key: DeribitKey): Outcome {
  const method = Object.hasOwn(PRIVATE, name) ? PRIVATE[name] : undefined;
  if (method === undefined) return METHOD_NOT_FOUND;
  if (!allows(key.scope, ...method.right)) return FORBIDDEN;
  if (method.changes) return checked(method.params, params, (good) => method.call(desk, key, good));
  const met = desk.running.ask(key.clientId);
  if (met.kind === 'key-revoked') return UNAUTHORIZED;
  return met.kind === 'done' ? late(checked(method.params, params, (good) => method.call(desk, key, good)), met.afterMs) : met;
}

function checked(schema: z.ZodType, params: unknown, then: (good: never) => Outcome): Outcome {
  const parsed = schema.safeParse(params);
  if (parsed.success) return then(parsed.data as never);
  const issue = parsed.error.issues[0];
  return invalidParam(issue?.path.join('.') ?? '', issue?.message ?? 'invalid');
}

const late = (outcome: Outcome, afterMs: number): Outcome => (outcome.kind === 'result' || outcome.kind === 'error' ? { ...outcome, afterMs } : outcome);
