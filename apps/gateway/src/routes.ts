import { RequestRefused, type LocalRequest } from '@ballast/local-server';
import { DERIVATIVES_VENUES, VenueKeyRefused, type VenueTrader } from '@ballast/positions';
import { gatewayChanges, gatewayQuestions, keyName, sealedKey, type GatewayChange, type GatewayHealth, type GatewayQuestion, type KeyName } from '@ballast/venue-wire';
import type { z } from 'zod';
import type { ConnectedKey } from './connected-key.js';
import type { GuardedTrader } from './guarded-trader.js';
import type { OpenKeys } from './open-keys.js';

export interface Desk {
  readonly keys: OpenKeys;
  readonly environment: GatewayHealth['environment'];
  readonly publicKey: string;
  readonly keyId: string;
}

/** Requests that need no token: nothing in their answers is secret. */
export const WITHOUT_TOKEN = new Set(['GET /health', 'GET /public-key']);

type Asked<Table extends Readonly<Record<string, { readonly request: z.ZodType }>>> = { readonly [Name in keyof Table]: z.output<Table[Name]['request']> };
type Questions = { readonly [Name in GatewayQuestion]: (key: ConnectedKey, asked: Asked<typeof gatewayQuestions>[Name], trader: GuardedTrader) => Promise<z.output<(typeof gatewayQuestions)[Name]['answer']>> };
type Changes = { readonly [Name in GatewayChange]: (trader: VenueTrader, asked: Asked<typeof gatewayChanges>[Name]) => Promise<z.output<(typeof gatewayChanges)[Name]['answer']>> };

const QUESTIONS: Questions = {
  account: ({ polls }, { account }) => polls.reader.account(account),
  instruments: ({ polls }, { underlyings }) => polls.reader.instruments(underlyings),
  market: ({ polls }, { instrument, depth }) => polls.reader.market(instrument, depth),
  fills: ({ polls }, { account, from }) => polls.reader.fills(account, from),
  funding: ({ polls }, { account, from }) => polls.reader.funding(account, from),
  order: (_, { account, instrument, clientId }, trader) => trader.order(account, instrument, clientId),
  check: ({ polls }) => polls.checkKey(),
};

const CHANGES: Changes = {
  place: (trader, order) => trader.place(order),
  cancel: (trader, { account, instrument, clientId }) => trader.cancel(account, instrument, clientId),
  'add-isolated-margin': (trader, { account, instrument, amount }) => trader.addIsolatedMargin(account, instrument, amount),
  'set-leverage': (trader, { account, instrument, leverage }) => trader.setLeverage(account, instrument, leverage),
};

/** Everything that is answered (docs/venue-keys.md). Nothing here gives a key out, and nothing withdraws or transfers. */
export async function route(desk: Desk, request: LocalRequest): Promise<unknown> {
  const { what } = request;
  if (what === 'GET /health') return { status: 'ok', environment: desk.environment, keys: desk.keys.count, keyId: desk.keyId } satisfies GatewayHealth;
  if (what === 'GET /public-key') return { publicKey: desk.publicKey, keyId: desk.keyId };
  if (what === 'POST /keys') return desk.keys.hand(await fitting(request, sealedKey));
  const [, method, at = '', named = '', action = ''] = /^(POST|DELETE) \/keys\/([a-z-]+)\/([A-Za-z0-9._-]+)(?:\/([a-z-]+))?$/.exec(what) ?? [];
  const key = named === '' ? null : keyAt(desk, at, named);
  if (key !== null && method === 'DELETE' && action === '') return { forgotten: desk.keys.forget(key) };
  if (key !== null && method === 'POST' && Object.hasOwn(QUESTIONS, action)) return asked(desk, key, action as GatewayQuestion, request);
  if (key !== null && method === 'POST' && Object.hasOwn(CHANGES, action)) return changed(desk, key, action as GatewayChange, request);
  throw new RequestRefused(404, 'not-found', `got another request, expected GET /health, GET /public-key, POST /keys, DELETE /keys/<venue>/<name> or POST /keys/<venue>/<name>/<${[...Object.keys(QUESTIONS), ...Object.keys(CHANGES)].join(', ')}>`);
}

async function asked<Name extends GatewayQuestion>(desk: Desk, key: KeyName, name: Name, request: LocalRequest): Promise<unknown> {
  const body = (await fitting(request, gatewayQuestions[name].request)) as Asked<typeof gatewayQuestions>[Name];
  const { connected, trader } = desk.keys.get(key);
  try {
    return await QUESTIONS[name](connected, body, trader);
  } catch (error) {
    // A key that its venue takes no more, or that may do more than it did, is not kept.
    if (name === 'check' && error instanceof VenueKeyRefused) desk.keys.forget(key);
    throw error;
  }
}

async function changed<Name extends GatewayChange>(desk: Desk, key: KeyName, name: Name, request: LocalRequest): Promise<unknown> {
  const body = (await fitting(request, gatewayChanges[name].request)) as Asked<typeof gatewayChanges>[Name];
  return CHANGES[name](desk.keys.get(key).trader, body);
}

function keyAt(desk: Desk, at: string, named: string): KeyName | null {
  const venue = DERIVATIVES_VENUES.find((one) => one === at);
  return venue !== undefined && keyName.safeParse(named).success ? { environment: desk.environment, venue, name: named } : null;
}

/** What was given is not repeated: somebody may have sent a key in plain text. @throws RequestRefused */
async function fitting<S extends z.ZodType>(request: LocalRequest, schema: S): Promise<z.output<S>> {
  const parsed = schema.safeParse(await request.json());
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.slice(0, 10).map(({ path, code, message }) => `${path.map(String).join('.') || '(request)'}: ${code === 'unrecognized_keys' ? 'more fields than are known' : `expected ${message}`}`);
  throw new RequestRefused(400, 'invalid-request', problems.join('; '));
}
