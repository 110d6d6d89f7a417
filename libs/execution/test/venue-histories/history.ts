import { clientOrderId, usdQuote } from '@ballast/positions';
import { isTerminalVenueState, orderUnderWay, VENUE_ORDER_RULES, type VenueIntent } from '@ballast/policy';
import type { ContractsE18, UsdE8 } from '@ballast/units';
import { nextVenueEffect, venueStep, type VenueEvent, type VenueMoment } from '../../src/hedger/order-life.js';
import { SmallVenue, type Delivery, type Mood } from './venue.js';
import { lotsOf, seeded } from '../seeded.js';

export interface VenueHappening {
  readonly what: keyof typeof HAPPENINGS;
  readonly a: number;
  readonly b: number;
}

/** The functions under test; a mistake can be planted in either. */
export interface VenueLife {
  readonly nextVenueEffect: typeof nextVenueEffect;
  readonly venueStep: typeof venueStep;
  readonly orderUnderWay: typeof orderUnderWay;
}
export const VENUE_LIFE: VenueLife = { nextVenueEffect, venueStep, orderUnderWay };

export class VenueBroken extends Error {}
const must = (holds: boolean, what: () => string): void => {
  if (!holds) throw new VenueBroken(what());
};

const VENUES = ['deribit', 'hyperliquid', 'okx', 'bybit', 'binance-usdm'] as const;
const DELIVERIES: readonly Delivery[] = ['answer-lost', 'never', 'late', 'late-answer-lost', 'server-error-done', 'server-error-not-done'];
const MOODS: readonly Mood[] = ['fills', 'fills', 'fills-half', 'no-match', 'rejects', 'rests'];
const SIZE = 1_000n as ContractsE18;
const VALID_FOR_MS = 20_000;
const ACCOUNT = 'paper:deribit:account:main' as never;

interface Row {
  intent: VenueIntent;
  version: number;
}

/** What one process holds between reading and writing: it may be killed there, and another goes on. */
interface Waiting {
  readonly row: number;
  readonly version: number;
  readonly event: VenueEvent;
}

interface World {
  readonly life: VenueLife;
  readonly venue: SmallVenue;
  readonly rows: Row[];
  readonly waiting: Waiting[];
  readonly skewMs: number;
  clock: number;
  delivery: Delivery;
}

const moment = ({ clock, venue, skewMs }: World): VenueMoment => ({ now: clock + skewMs, rules: venue.rules, answerWithinMs: 10_000, clockSkewMs: 2_000 });

/** Writes against the version that the change was made from; a later writer is turned away. */
function write(world: World, { row, version, event }: Waiting): boolean {
  const kept = world.rows[row] as Row;
  if (kept.version !== version) return false;
  const { next, changed, alarm } = world.life.venueStep(kept.intent, event, moment(world));
  must(alarm.kind === 'none', () => `o${row}: ${alarm.kind}`);
  if (!changed) return false;
  must(next.filled >= kept.intent.filled, () => `o${row}: fills fell`);
  world.rows[row] = { intent: next, version: version + 1 };
  return true;
}

/** One step of one process for one order; `dies` says after which of its writes and sendings. */
function turn(world: World, pick: number, dies: number): void {
  const open = world.rows.map((row, index) => ({ ...row, index })).filter(({ intent }) => !isTerminalVenueState(intent.state));
  const one = open[pick % Math.max(1, open.length)];
  if (one === undefined) return;
  const effect = world.life.nextVenueEffect(one.intent, moment(world));
  const { index: row, version } = one;
  switch (effect?.kind) {
    case undefined: case 'wait': return;
    case 'drop': return void write(world, { row, version, event: { type: 'dropped', code: effect.code } });
    case 'note-silence': return void write(world, { row, version, event: { type: 'silent' } });
    case 'send': return send(world, row, version, dies);
    case 'cancel':
      world.venue.cancel(one.intent.order.clientId);
      return lookUp(world, row, version, dies);
    case 'look-up': return lookUp(world, row, version, dies);
  }
}

function send(world: World, row: number, version: number, dies: number): void {
  const now = world.clock + world.skewMs;
  if (!write(world, { row, version, event: { type: 'sending', at: now } })) return;
  if (dies === 1) return;
  const { intent } = world.rows[row] as Row;
  const answer = world.venue.send(intent.order, world.delivery, world.clock);
  world.delivery = 'arrives';
  const event: VenueEvent = { type: 'answered', answer, attempt: intent.sent.kind === 'sent' ? intent.sent.times : 0 };
  if (dies === 2) return void world.waiting.push({ row, version: version + 1, event });
  write(world, { row, version: version + 1, event });
}

function lookUp(world: World, row: number, version: number, dies: number): void {
  if (world.venue.isDown) return;
  const { intent } = world.rows[row] as Row;
  const lookup = world.venue.lookUp(intent.order.clientId, dies === 3 ? 'open-orders' : 'history', world.clock);
  const event: VenueEvent = { type: 'looked-up', lookup };
  if (dies === 2) return void world.waiting.push({ row, version, event });
  const wrote = write(world, { row, version, event });
  // Nothing was found and it may be sent again under its id.
  if (!wrote && lookup.kind === 'not-found' && lookup.searched === 'history' && intent.state === 'UNKNOWN') send(world, row, version, dies);
}

const HAPPENINGS = {
  turn: { weight: 60, happen: (world: World, a: number, b: number) => turn(world, a, b % 12 < 4 ? b % 12 : 0) },
  plan: { weight: 14, happen: (world: World, a: number) => plan(world, a) },
  wait: { weight: 20, happen: (world: World, a: number) => void (world.clock += a * 150) },
  delivery: { weight: 14, happen: (world: World, a: number) => void (world.delivery = DELIVERIES[a % DELIVERIES.length] as Delivery) },
  mood: { weight: 8, happen: ({ venue }: World, a: number) => void (venue.mood = MOODS[a % MOODS.length] as Mood) },
  arrival: { weight: 12, happen: ({ venue, clock }: World, a: number) => venue.comeIn(a, clock) },
  trade: { weight: 4, happen: ({ venue }: World, a: number) => venue.trade(a) },
  down: { weight: 3, happen: ({ venue }: World, a: number) => void (venue.isDown = a % 2 === 1) },
  /** An answer that another process held comes to be written only now, or once more. */
  late: { weight: 8, happen: (world: World, a: number) => comeLate(world, a) },
} as const;

function comeLate(world: World, a: number): void {
  const one = world.waiting[a % Math.max(1, world.waiting.length)];
  if (one === undefined) return;
  const kept = world.rows[one.row] as Row;
  // A write that reads afresh: the event is old, the state is what it is now.
  write(world, { ...one, version: kept.version });
}

/** The decision plans the next order only where nothing of ours is in the way. */
function plan(world: World, a: number): void {
  if (world.life.orderUnderWay(world.rows.map(({ intent }) => intent), ACCOUNT, 'ETH').kind !== 'none') return;
  const index = world.rows.length;
  // Whatever was over before must be known for what it was, or this one would be too much.
  checkEnded(world);
  world.rows.push({
    version: 0,
    intent: {
      underlying: 'ETH', state: 'PLANNED', sent: { kind: 'never' }, filled: 0n as ContractsE18, why: { kind: 'nothing' },
      order: { account: ACCOUNT, instrument: 'paper:deribit:instrument:ETH' as never, clientId: clientOrderId(index.toString(16).padStart(32, '0')), side: a % 2 === 0 ? 'sell' : 'buy', contracts: SIZE, priceCap: usdQuote(1n as UsdE8), reduceOnly: false, validUntil: world.clock + world.skewMs + VALID_FOR_MS },
    },
  });
}

function checkEnded({ rows, venue }: World): void {
  rows.forEach(({ intent }, index) => {
    const done = venue.executed(intent.order.clientId);
    must(done <= SIZE, () => `o${index} was executed ${done} of ${SIZE}`);
    if (isTerminalVenueState(intent.state)) must(done === intent.filled, () => `o${index} is ${intent.state} with ${intent.filled} filled, and the venue executed ${done}`);
  });
}

const LOTS = lotsOf(HAPPENINGS);

/** The same seed makes the same history. */
export function venueHistoryOf(seed: number): readonly VenueHappening[] {
  const random = seeded(seed);
  return [{ what: 'plan', a: random(256), b: 0 }, ...Array.from({ length: 30 + random(70) }, (): VenueHappening => ({ what: LOTS[random(LOTS.length)] as VenueHappening['what'], a: random(256), b: random(256) }))];
}

const QUIET_ROUNDS = 60;

/** Lets it all happen, then ends the faults: every order ends, and as the venue knows it. Null where nothing was broken. */
export function venueBrokenBy(history: readonly VenueHappening[], seed: number, life: VenueLife = VENUE_LIFE): { readonly at: number; readonly what: string } | null {
  const rules = VENUE_ORDER_RULES[VENUES[seed % VENUES.length] as (typeof VENUES)[number]];
  const world: World = { life, venue: new SmallVenue(rules), rows: [], waiting: [], skewMs: [0, 1_500, -1_500][seed % 3] as number, clock: 1_000_000, delivery: 'arrives' };
  let at = 0;
  try {
    for (const { what, a, b } of history) {
      HAPPENINGS[what].happen(world, a, b);
      at += 1;
      checkEnded(world);
    }
    Object.assign(world.venue, { isDown: false, mood: 'fills' });
    world.delivery = 'arrives';
    for (let round = 0; round < QUIET_ROUNDS && world.rows.some(({ intent }) => !isTerminalVenueState(intent.state)); round++) {
      for (let pick = 0; pick < 4; pick++) turn(world, pick, 0);
      world.clock += 5_000;
    }
    // Whatever is still on its way arrives at the very end, and must not be executed.
    while (world.venue.travelling.length > 0) world.venue.comeIn(0, world.clock);
    checkEnded(world);
    world.rows.forEach(({ intent }, index) => must(isTerminalVenueState(intent.state), () => `o${index} is still ${intent.state} long after the last fault`));
    return null;
  } catch (error) {
    if (error instanceof VenueBroken) return { at, what: error.message };
    throw error;
  }
}

/** A smaller history that is broken too: pieces are left out, then numbers set to zero, as long as something still breaks. */
export function venueShrunk(history: readonly VenueHappening[], isBroken: (history: readonly VenueHappening[]) => boolean): readonly VenueHappening[] {
  let best = history;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < best.length; ) {
      const without = [...best.slice(0, from), ...best.slice(from + size)];
      if (isBroken(without)) best = without;
      else from += size;
    }
  }
  return best;
}

/** For people, and to be pasted into a test. */
export const venueWritten = (history: readonly VenueHappening[]): string => history.map(({ what, a, b }) => `${what}(${a}, ${b})`).join(' ');
