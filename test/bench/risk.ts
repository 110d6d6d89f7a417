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
  const work = {
    chance: [positions, chances], health: [positions, () => void book.reprice(PRICES)], tick: [positions, () => book.tick(PRICES, HORIZON_YEARS)],
    quantlib: [settings.quantlibSample, each(settings.quantlibSample, (index) => quantlib.chanceAndGreeks(motions, index))],
    aave: [settings.aaveSample, each(settings.aaveSample, aave.healthFactor)], morpho: [settings.morphoSample, each(settings.morphoSample, morpho.healthFactor)],
  } as const satisfies Record<string, readonly [number, () => void]>;
  type Name = keyof typeof work;
  const names = Object.keys(work) as Name[];
  const found = Object.fromEntries(names.map((name) => [name, [] as number[]])) as unknown as Record<Name, number[]>;
  // One round to warm up, then those that count.
  for (let round = 0; round <= settings.rounds; round += 1) {
    for (const name of names) {
      const [count, run] = work[name];
      // What the last one left behind is cleared away on nobody's time; without --expose-gc it is not.
      globalThis.gc?.();
      const each = nanosecondsEach(count, run);
      if (round > 0) found[name].push(each);
    }
    say(round === 0 ? 'warm' : `round ${round} of ${settings.rounds}: ${names.map((name) => `${name} ${found[name].at(-1)?.toFixed(1)} ns`).join(', ')}`);
  }
  const ratio = (top: Name, bottom: Name): Spread => spreadOf(found[top].map((value, index) => value / (found[bottom][index] as number)));
  const against = (peer: string, ours: Name, theirs: Name, agreement: Agreement): AgainstPeer => ({
    peer, nsPerPosition: spreadOf(found[ours]), peerNsPerPosition: spreadOf(found[theirs]), timesFaster: ratio(theirs, ours), agreement,
  });
  return {
    rounds: settings.rounds, positions,
    chanceAndGreeks: against('@quantlib/ql: AnalyticDigitalAmericanEngine, Greeks by bumps', 'chance', 'quantlib', agree(settings.quantlibSample, (index) => (motions.out.probability[index] as number) - quantlib.chance(motions, index))),
    healthFactor: [
      against('@aave/math-utils: formatUserSummary', 'health', 'aave', agree(settings.aaveSample, (index) => (book.healthFactor[index] as number) / aave.healthFactor(index) - 1)),
      against('@morpho-org/blue-sdk: MarketUtils.getHealthFactor', 'health', 'morpho', agree(settings.morphoSample, (index) => morpho.healthFactor(index) / morpho.expected(index) - 1)),
    ],
    tick: { nsPerPosition: spreadOf(found.tick), overSumOfParts: spreadOf(found.tick.map((value, index) => value / ((found.health[index] as number) + (found.chance[index] as number)))) },
    bytesPerPosition: book.bytesPerPosition,
    growth: settings.sizes.map((count) => growthAt(count, holdings, settings.rounds)),
  };
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
