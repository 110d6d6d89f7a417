import { aavePoolAbi, callOf, decodeResult, type Pinned, type ReadClient } from '@ballast/connectors';
import type { Address } from '@ballast/units';
import { z } from 'zod';

export interface EMode {
  readonly id: number;
  readonly label: string;
  readonly liquidationThreshold: bigint;
  readonly poolBonus: bigint;
  readonly ltv: bigint;
  readonly collaterals: bigint;
  /** Bitmap of reserves that count as having no loan-to-value in this category. */
  readonly zeroLtv: bigint;
}

const uint = z.tuple([z.bigint()]);
const NAMES = ['getEModeCategoryCollateralConfig', 'getEModeCategoryCollateralBitmap', 'getEModeCategoryLabel', 'getEModeCategoryLtvzeroBitmap'] as const;

/** The categories with these ids; 0 is none. @throws ReadFailed */
export async function readEModes(client: ReadClient, pool: Address, all: readonly number[], block: Pinned): Promise<ReadonlyMap<number, EMode>> {
  const ids = [...new Set(all)].filter((id) => id !== 0);
  const answers = await client.multicall(block, ids.flatMap((id) => NAMES.map((name) => callOf(pool, aavePoolAbi, name, [id]))));
  return new Map(
    ids.map((id, index) => {
      const answer = (place: number) => answers[index * NAMES.length + place];
      const [ltv, liquidationThreshold, poolBonus] = decodeResult(aavePoolAbi, NAMES[0], z.tuple([z.bigint(), z.bigint(), z.bigint()]), answer(0));
      const [collaterals] = decodeResult(aavePoolAbi, NAMES[1], uint, answer(1));
      const [label] = decodeResult(aavePoolAbi, NAMES[2], z.tuple([z.string()]), answer(2));
      const [zeroLtv] = decodeResult(aavePoolAbi, NAMES[3], uint, answer(3));
      return [id, { id, label, ltv, liquidationThreshold, poolBonus, collaterals, zeroLtv }];
    }),
  );
}
