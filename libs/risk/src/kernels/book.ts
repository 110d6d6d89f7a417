import { InvalidInput } from '@ballast/units';
import { hitColumns, hitEach, type HitColumns } from './hit-each.js';

/** One position in whole tokens, in the order of the book's assets; thresholds are shares. Its motion is that of ln(health), per year. */
export interface BookEntry {
  readonly collateral: readonly number[];
  readonly liquidationThresholds: readonly number[];
  readonly debt: readonly number[];
  readonly drift: number;
  readonly volatility: number;
}

/** Assets are summed four at a time; a book of fewer or more is filled up with amounts of 0. */
const LANES = 4;

/**
 * Positions as columns of floats, for watching very many of them on each price. Figures are doubles and may be used to choose whom to look at; what is then decided is decided
 * on exact integers. Memory: 16 bytes for each asset, in fours, and 80 for the rest of a position: 144 with up to four assets.
 */
export class Book {
  readonly healthFactor: Float64Array;
  readonly logHealth: Float64Array;
  readonly hits: HitColumns;
  /** For each position and asset: tokens of collateral after their threshold, then tokens owed. */
  private readonly amounts: Float64Array;
  private readonly group: number;
  private readonly drift: Float64Array;
  private readonly volatility: Float64Array;

  constructor(private readonly assets: number, private readonly size: number) {
    for (const [field, value] of [['assets', assets], ['positions', size]] as const) if (!(Number.isInteger(value) && value > 0)) throw new InvalidInput(field, String(value), 'a whole number above 0');
    const column = (): Float64Array => new Float64Array(size);
    [this.healthFactor, this.logHealth, this.drift, this.volatility] = [column(), column(), column(), column()];
    this.group = LANES * Math.ceil(assets / LANES);
    this.amounts = new Float64Array(2 * this.group * size);
    this.hits = hitColumns(size);
  }

  /** Bytes that one position takes. */
  get bytesPerPosition(): number {
    return 8 * (2 * this.group + 4 + Object.keys(this.hits).length);
  }

  /** Writes one position. @throws InvalidInput for an index outside the book, lists of another length, amounts, thresholds or motion that cannot be */
  set(index: number, { collateral, liquidationThresholds, debt, drift, volatility }: BookEntry): void {
    if (!(Number.isInteger(index) && index >= 0 && index < this.size)) throw new InvalidInput('index', String(index), `a whole number from 0 and under ${this.size}`);
    for (const [field, list, most] of [['collateral', collateral, Number.MAX_VALUE], ['liquidation thresholds', liquidationThresholds, 1], ['debt', debt, Number.MAX_VALUE]] as const) {
      if (list.length !== this.assets) throw new InvalidInput(field, `${list.length} values`, `${this.assets} values`);
      for (const value of list) if (!(value >= 0 && value <= most)) throw new InvalidInput(field, String(value), most === 1 ? 'a share from 0 to 1' : 'a finite number from 0');
    }
    if (!Number.isFinite(drift)) throw new InvalidInput('drift', String(drift), 'a finite number');
    if (!(volatility >= 0 && Number.isFinite(volatility))) throw new InvalidInput('volatility', String(volatility), 'a finite number of zero or more');
    this.drift[index] = drift;
    this.volatility[index] = volatility;
    for (let asset = 0; asset < this.assets; asset += 1) {
      const at = 2 * (index * this.group + asset);
      this.amounts[at] = (collateral[asset] as number) * (liquidationThresholds[asset] as number);
      this.amounts[at + 1] = debt[asset] as number;
    }
  }

  /** The health factor of every position at these prices, in dollars for one token: Infinity without debt, 0 without counted collateral. @throws InvalidInput for other than one price above 0 per asset */
  reprice(prices: Float64Array): Float64Array {
    this.requirePrices(prices);
    const { amounts, healthFactor, group, size } = this;
    const padded = new Float64Array(group);
    padded.set(prices);
    let at = 0;
    for (let index = 0; index < size; index += 1) {
      let weighted = 0;
      let owed = 0;
      for (let asset = 0; asset < group; asset += LANES, at += 2 * LANES) {
        const p = padded[asset] as number;
        const q = padded[asset + 1] as number;
        const r = padded[asset + 2] as number;
        const s = padded[asset + 3] as number;
        weighted += (amounts[at] as number) * p + (amounts[at + 2] as number) * q + (amounts[at + 4] as number) * r + (amounts[at + 6] as number) * s;
        owed += (amounts[at + 1] as number) * p + (amounts[at + 3] as number) * q + (amounts[at + 5] as number) * r + (amounts[at + 7] as number) * s;
      }
      healthFactor[index] = owed === 0 ? Infinity : weighted / owed;
    }
    return healthFactor;
  }

  /** Health factor, its logarithm, the chance of liquidation within `years` and the Greeks of that chance, of every position. @throws InvalidInput as reprice does, and for a time that cannot be */
  tick(prices: Float64Array, years: number): void {
    const { logHealth, healthFactor, size } = this;
    this.reprice(prices);
    for (let index = 0; index < size; index += 1) {
      const health = healthFactor[index] as number;
      // Near 1 the difference is exact and the logarithm of it keeps its digits; far under 1 it does not.
      logHealth[index] = health > 0.5 ? Math.log1p(health - 1) : Math.log(health);
    }
    hitEach({ logDistance: logHealth, drift: this.drift, volatility: this.volatility, years }, size, this.hits);
  }

  private requirePrices(prices: Float64Array): void {
    if (prices.length !== this.assets) throw new InvalidInput('prices', `${prices.length} values`, `${this.assets} values`);
    for (const price of prices) if (!(price > 0 && price < Infinity)) throw new InvalidInput('price', String(price), 'dollars above 0');
  }
}
