import { InvalidInput } from '@ballast/units';

/** How selling moves the price; units are of the asset that is sold. */
export type ImpactModel =
  | { readonly kind: 'linear'; /** Dollars per unit (Kyle 1985). */ readonly usdPerUnit: number }
  /** p e^(-Q / depth). */
  | { readonly kind: 'exponential'; readonly depthUnits: number }
  /** p (X / (X + Q))^2 with Q net of the pool's fee. */
  | { readonly kind: 'constant-product'; readonly reserveUnits: number; readonly fee?: number }
  /** p (1 - Y sqrt(Q / ADV)) (Almgren et al. 2005). */
  | { readonly kind: 'square-root'; readonly coefficient: number; readonly dailyVolumeUnits: number }
  /** Bids: share below the price, units; the price is that of the last bid touched. */
  | { readonly kind: 'order-book'; readonly bids: readonly { readonly below: number; readonly units: number }[] };

/** The price after selling `units` at `priceUsd`, never under 0. Falls in `units`. @throws InvalidInput for a model whose numbers make no market */
export function impactOf(model: ImpactModel, priceUsd: number): (units: number) => number {
  switch (model.kind) {
    case 'linear':
      requirePositive('usdPerUnit', model.usdPerUnit, true);
      return (units) => Math.max(0, priceUsd - model.usdPerUnit * units);
    case 'exponential':
      requirePositive('depthUnits', model.depthUnits);
      return (units) => priceUsd * Math.exp(-units / model.depthUnits);
    case 'constant-product': {
      requirePositive('reserveUnits', model.reserveUnits);
      const kept = 1 - (model.fee ?? 0);
      if (!(kept > 0 && kept <= 1)) throw new InvalidInput('fee', String(model.fee), 'a share from 0 and under 1');
      return (units) => priceUsd * (model.reserveUnits / (model.reserveUnits + units * kept)) ** 2;
    }
    case 'square-root':
      requirePositive('coefficient', model.coefficient, true);
      requirePositive('dailyVolumeUnits', model.dailyVolumeUnits);
      return (units) => Math.max(0, priceUsd * (1 - model.coefficient * Math.sqrt(units / model.dailyVolumeUnits)));
    case 'order-book':
      return orderBook(model.bids, priceUsd);
  }
}

/** The book walked down; beyond its last bid nobody buys, and the price is 0. */
function orderBook(bids: readonly { readonly below: number; readonly units: number }[], priceUsd: number): (units: number) => number {
  const sorted = [...bids].sort((one, other) => one.below - other.below);
  const filled: number[] = [];
  sorted.forEach(({ below, units }, index) => {
    if (!(below >= 0 && below <= 1) || !(units >= 0)) throw new InvalidInput(`bid ${index}`, JSON.stringify({ below, units }), 'a share below the price from 0 to 1, units from 0');
    filled.push((filled[index - 1] ?? 0) + units);
  });
  return (units) => {
    if (units <= 0) return priceUsd;
    let [low, high] = [0, filled.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((filled[middle] as number) >= units) high = middle;
      else low = middle + 1;
    }
    const touched = sorted[low];
    return touched === undefined ? 0 : priceUsd * (1 - touched.below);
  };
}

function requirePositive(field: string, value: number, mayBeZero = false): void {
  if (!(value > 0 || (mayBeZero && value === 0)) || !Number.isFinite(value)) throw new InvalidInput(field, String(value), mayBeZero ? 'a number from 0' : 'a number above 0');
}
