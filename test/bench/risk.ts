import { hitEach } from '@ballast/risk';
import { nanosecondsEach, spreadOf, type Spread } from './measure.js';
import { QuantlibBarrier, aaveUsers, morphoPositions } from './peers.js';
import { PRICES, bookOf, someHoldings, someMotions } from './population.js';

export interface RiskBenchSettings {
  /** Positions, rising; the last is what the ratios are taken at. */
  readonly sizes: readonly number[];
  readonly rounds: number;
  /** How many positions each peer is given in a round. */
  readonly quantlibSample: number;
  readonly aaveSample: number;
  readonly morphoSample: number;
}

const HORIZON_YEARS = 1 / 365;
/** A round is cut into turns, ours and the peer's one after the other, so that what slows the machine for a moment slows both. */
const SLICES = 5;

interface Work {
  readonly count: number;
  readonly run: () => void;
}
/** Positions that the same inputs were given to both, and the largest difference of their answers. */
interface Agreement {
  readonly compared: number;
  readonly largestDifference: number;
}

interface AgainstPeer {
  readonly peer: string;
  readonly nsPerPosition: Spread;
  readonly peerNsPerPosition: Spread;
  readonly timesFaster: Spread;
  readonly agreement: Agreement;
}

export interface RiskBench {
  readonly rounds: number;
  readonly positions: number;
  readonly chanceAndGreeks: AgainstPeer;
  readonly healthFactor: readonly AgainstPeer[];
  /** A whole tick over the plain pass plus as many evaluations. */
  readonly tick: { readonly nsPerPosition: Spread; readonly overSumOfParts: Spread };
  readonly bytesPerPosition: number;
  readonly growth: readonly { readonly positions: number; readonly chanceNs: number; readonly healthNs: number; readonly tickNs: number }[];
}

/** Measures the engine's columns beside three peers, each round one after the other so that the machine's mood is the same for both. Nanoseconds for one position. */
export async function benchRisk(settings: RiskBenchSettings, say: (line: string) => void): Promise<RiskBench> {
  const positions = settings.sizes.at(-1) ?? 0;
  const motions = someMotions(positions);
  const holdings = someHoldings(Math.min(positions, 100_000));
  const book = bookOf(holdings, positions);
  const quantlib = new QuantlibBarrier();
  const aave = aaveUsers(holdings, settings.aaveSample);
  const morpho = morphoPositions(settings.morphoSample);
  const chances = (): void => hitEach(motions.columns, positions, motions.out);
  const each = (count: number, one: (index: number) => number) => (): void => {
    let sum = 0;
    for (let index = 0; index < count; index += 1) sum += one(index);
    if (Number.isNaN(sum)) throw new Error('a peer answered NaN');
  };
  const ours = { chance: { count: positions, run: chances }, health: { count: positions, run: () => void book.reprice(PRICES) }, tick: { count: positions, run: () => book.tick(PRICES, HORIZON_YEARS) } };
  const slice = (sample: number, one: (index: number) => number): Work => ({ count: Math.ceil(sample / SLICES), run: each(Math.ceil(sample / SLICES), one) });
  const rows = {
    quantlib: [ours.chance, slice(settings.quantlibSample, (index) => quantlib.chanceAndGreeks(motions, index))],
    aave: [ours.health, slice(settings.aaveSample, aave.healthFactor)],
    morpho: [ours.health, slice(settings.morphoSample, morpho.healthFactor)],
    tick: [ours.tick, ours.chance, ours.health],
  } as const satisfies Record<string, readonly Work[]>;
  type Row = keyof typeof rows;
  const names = Object.keys(rows) as Row[];
  const found = Object.fromEntries(names.map((name) => [name, [] as number[][]])) as Record<Row, number[][]>;
  // One round to warm up, then those that count.
  for (let round = 0; round <= settings.rounds; round += 1) {
    for (const name of names) {
      const measured = inTurns(rows[name]);
      if (round > 0) found[name].push(measured);
    }
    say(round === 0 ? 'warm' : `round ${round} of ${settings.rounds}: ${names.map((name) => `${name} ${found[name].at(-1)?.map((ns) => ns.toFixed(1)).join(' / ')} ns`).join(', ')}`);
  }
  const column = (name: Row, place: number): number[] => found[name].map((measured) => measured[place] as number);
  const against = (peer: string, name: Row, agreement: Agreement): AgainstPeer => ({
    peer, nsPerPosition: spreadOf(column(name, 0)), peerNsPerPosition: spreadOf(column(name, 1)), timesFaster: spreadOf(column(name, 1).map((value, index) => value / (column(name, 0)[index] as number))), agreement,
  });
  return {
    rounds: settings.rounds, positions,
    chanceAndGreeks: against('@quantlib/ql: AnalyticDigitalAmericanEngine, Greeks by bumps', 'quantlib', agree(settings.quantlibSample, (index) => (motions.out.probability[index] as number) - quantlib.chance(motions, index))),
    healthFactor: [
      against('@aave/math-utils: formatUserSummary', 'aave', agree(settings.aaveSample, (index) => (book.healthFactor[index] as number) / aave.healthFactor(index) - 1)),
      against('@morpho-org/blue-sdk: MarketUtils.getHealthFactor', 'morpho', agree(settings.morphoSample, (index) => morpho.healthFactor(index) / morpho.expected(index) - 1)),
    ],
    tick: { nsPerPosition: spreadOf(column('tick', 0)), overSumOfParts: spreadOf(found.tick.map(([whole, chance, health]) => (whole as number) / ((chance as number) + (health as number)))) },
    bytesPerPosition: book.bytesPerPosition,
    growth: settings.sizes.map((count) => growthAt(count, holdings, settings.rounds)),
  };
}

/** Nanoseconds for each item of each work, over turns of all of them. */
function inTurns(works: readonly Work[]): number[] {
  // What the last row left behind is cleared away on nobody's time; without --expose-gc it is not.
  globalThis.gc?.();
  const total = works.map(() => 0);
  for (let turn = 0; turn < SLICES; turn += 1) works.forEach(({ count, run }, place) => { total[place] = (total[place] as number) + nanosecondsEach(count, run) / SLICES; });
  return total;
}

function agree(count: number, difference: (index: number) => number): Agreement {
  let largestDifference = 0;
  for (let index = 0; index < count; index += 1) largestDifference = Math.max(largestDifference, Math.abs(difference(index)));
  return { compared: count, largestDifference: Number(largestDifference.toPrecision(2)) };
}

/** The middle of the rounds; small sizes are gone through as often as it takes for the clock. */
function growthAt(count: number, holdings: Parameters<typeof bookOf>[0], rounds: number): RiskBench['growth'][number] {
  const motions = someMotions(count);
  const book = bookOf(holdings, count);
  const times = Math.max(1, Math.floor(1_000_000 / count));
  const middle = (work: () => void): number => {
    const repeated = (): void => {
      for (let time = 0; time < times; time += 1) work();
    };
    return spreadOf(Array.from({ length: rounds }, () => nanosecondsEach(count * times, repeated))).median;
  };
  return { positions: count, chanceNs: middle(() => hitEach(motions.columns, count, motions.out)), healthNs: middle(() => void book.reprice(PRICES)), tickNs: middle(() => book.tick(PRICES, HORIZON_YEARS)) };
}
