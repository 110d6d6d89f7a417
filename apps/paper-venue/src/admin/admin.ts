import { InvalidInput, toJson } from '@ballast/units';
import { z } from 'zod';
import type { VenueClock } from '../clock.js';
import { accountId, currenciesOf } from '../facade/deribit/account-results.js';
import { parseOptionName } from '../facade/deribit/option-quotes.js';
import type { DeribitDesk } from '../facade/deribit/outcome.js';
import type { HyperliquidDesk } from '../facade/hyperliquid/desk.js';
import { marketOf, VenueRefusal, type VenueEvent } from '../kernel/index.js';
import { modelledBook } from '../listing.js';
import type { PushFaults } from '../push/push-faults.js';
import type { RefusalLog } from '../refusals.js';
import type { RunningVenue } from '../running-venue.js';
import { jsonAnswer, type WireAnswer } from '../wire-answer.js';
import { CLOCK, DEPOSIT, HAPPENING, NEW_ACCOUNT, NEW_KEY, OPTION, PUSH_FAULT, REVOKED_KEY, SCRIPT, VENUE_NAME } from './admin-requests.js';

export interface Operated {
  readonly clock: VenueClock;
  readonly hyperliquid: HyperliquidDesk;
  readonly deribit: DeribitDesk;
  readonly refusals: RefusalLog;
  /** What goes wrong with what the sockets push. */
  readonly pushes: { readonly hyperliquid: PushFaults; readonly deribit: PushFaults };
}

type VenueName = z.output<typeof VENUE_NAME>;
type Route = (operated: Operated, venue: VenueName, body: unknown) => unknown;

const MOST_OPTIONS = 2_000;

const problem = (status: number, code: string, message: string): WireAnswer => jsonAnswer(status, { error: { code, message } });

const VENUE_ROUTES: Readonly<Record<string, Route>> = {
  accounts: (operated, venue, body) => openAccount(operated, venue, NEW_ACCOUNT.parse(body)),
  keys: (operated, venue, body) => newKey(operated, venue, NEW_KEY.parse(body)),
  'keys/revoke': (operated, venue, body) => runningOf(operated, venue).revoke(REVOKED_KEY.parse(body).key),
  deposits: (operated, venue, body) => {
    const { account, currency, amount } = DEPOSIT.parse(body);
    pay(operated, venue, account, currency, amount);
  },
  options: (operated, venue, body) => {
    const quote = OPTION.parse(body);
    const { options } = operated.deribit;
    if (venue !== 'deribit') throw new VenueRefusal('unknown-instrument', 'options are quoted on deribit alone');
    if (options.size >= MOST_OPTIONS && !options.has(quote.instrument)) throw new InvalidInput('options', String(options.size + 1), `at most ${MOST_OPTIONS}`);
    options.set(quote.instrument, { ...quote, ...parseOptionName(quote.instrument) });
  },
  events: (operated, venue, body) => {
    const { inMs, ...happening } = HAPPENING.parse(body);
    runningOf(operated, venue).happen(eventOf(runningOf(operated, venue), happening), inMs);
  },
  pushes: (operated, venue, body) => operated.pushes[venue].begin(PUSH_FAULT.parse(body), runningOf(operated, venue).tick()),
  faults: (operated, venue, body) => {
    const { rules, limit, silence } = SCRIPT.parse(body);
    const running = runningOf(operated, venue);
    const nowMs = running.tick();
    running.silence = silence;
    running.follow(rules.map(({ inMs, forMs, ...rule }) => ({ ...rule, fromMs: nowMs + inMs, untilMs: nowMs + inMs + forMs })), limit);
  },
};

/** Answers /admin/...: what an operator or a test makes happen, and what there is to see. Never open to anybody but this machine. */
export function admin(operated: Operated, method: string, path: string, body: unknown): WireAnswer {
  const [venue, ...rest] = path.replace(/^\/admin\//, '').split('/');
  try {
    if (method === 'GET' && path === '/admin/state') return jsonAnswer(200, stateOf(operated));
    if (method === 'GET' && path === '/admin/refusals') return jsonAnswer(200, operated.refusals.all);
    if (method !== 'POST') return problem(404, 'unknown-route', `${method} ${path} is not offered`);
    if (path === '/admin/clock') return advanced(operated, CLOCK.parse(body).advanceMs);
    const route = Object.hasOwn(VENUE_ROUTES, rest.join('/')) ? VENUE_ROUTES[rest.join('/')] : undefined;
    const named = VENUE_NAME.safeParse(venue);
    if (route === undefined || !named.success) return problem(404, 'unknown-route', `${method} ${path} is not offered`);
    return jsonAnswer(200, toJson(route(operated, named.data, body) ?? { done: true }));
  } catch (error) {
    if (error instanceof z.ZodError) return problem(400, 'bad-request', error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; '));
    if (error instanceof VenueRefusal || error instanceof InvalidInput) return problem(409, error.code, error.message);
    throw error;
  }
}

const runningOf = (operated: Operated, venue: VenueName): RunningVenue => operated[venue].running;

/** The account with its first key, and its deposits. */
function openAccount(operated: Operated, venue: VenueName, { deposits, scope }: z.output<typeof NEW_ACCOUNT>): unknown {
  const account = operated[venue].keys.newAccount();
  const known = venue === 'hyperliquid' ? ['USDC'] : currenciesOf(operated.deribit);
  const unknown = Object.keys(deposits).find((currency) => !known.includes(currency));
  if (unknown !== undefined) throw new InvalidInput('deposits', unknown, known.join(', '));
  for (const currency of known) {
    runningOf(operated, venue).happen({ kind: 'open-account', account: engineAccount(venue, account, currency), settlesIn: currency });
    const amountE8 = deposits[currency] ?? 0n;
    if (amountE8 > 0n) pay(operated, venue, account, currency, amountE8);
  }
  return newKey(operated, venue, { account, scope });
}

function newKey(operated: Operated, venue: VenueName, { account, scope }: z.output<typeof NEW_KEY>): unknown {
  const { state, clock } = runningOf(operated, venue);
  if (!Object.keys(state.accounts).some((id) => id === account || id.startsWith(`${account}:`))) throw new VenueRefusal('unknown-account', `no account ${account}`);
  return venue === 'hyperliquid' ? operated.hyperliquid.keys.newAgent(account, clock.now()) : operated.deribit.keys.newKey(account, scope);
}

const engineAccount = (venue: VenueName, account: string, currency: string): string => (venue === 'hyperliquid' ? account : accountId(account, currency));

function pay(operated: Operated, venue: VenueName, account: string, currency: string, amountE8: bigint): void {
  const id = engineAccount(venue, account, currency);
  runningOf(operated, venue).happen(amountE8 > 0n ? { kind: 'deposit', account: id, amountE8 } : { kind: 'withdraw', account: id, amountE8: -amountE8 });
}

function eventOf(running: RunningVenue, happening: Omit<z.output<typeof HAPPENING>, 'inMs'> & { kind: string }): VenueEvent {
  const asked = happening as z.output<typeof HAPPENING>;
  const market = marketOf(running.state, asked.instrument);
  switch (asked.kind) {
    case 'prices':
      return { kind: 'prices', instrument: asked.instrument, markE8: asked.mark, indexE8: asked.index ?? asked.mark, book: asked.book ?? modelledBook(market.instrument, asked.mark) };
    case 'funding-rate':
      return { kind: 'funding-rate', instrument: asked.instrument, rateE12: asked.rate };
    case 'pay-funding':
    case 'halt':
    case 'resume':
      return { kind: asked.kind, instrument: asked.instrument };
    case 'adl':
      return { kind: 'adl', account: asked.account, instrument: asked.instrument, shareBps: BigInt(asked.shareBps), priceE8: asked.price };
  }
}

function advanced({ clock, hyperliquid, deribit }: Operated, byMs: number): WireAnswer {
  clock.advance(byMs);
  hyperliquid.running.tick();
  deribit.running.tick();
  return jsonAnswer(200, { nowMs: clock.now() });
}

/** The whole of both venues; amounts are whole numbers of the unit in their names, as text. No key is in it. */
function stateOf({ clock, hyperliquid, deribit }: Operated): unknown {
  const seen = ({ running }: { readonly running: RunningVenue }): unknown => {
    running.tick();
    return { ...running.state, script: running.script, fundingSettlements: running.fundingSettlements };
  };
  return toJson({ nowMs: clock.now(), hyperliquid: seen(hyperliquid), deribit: seen(deribit) } as Record<string, unknown>);
}
