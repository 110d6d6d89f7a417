import { aavePoolAbi, callOf, decodeResult, erc20Abi, type ChainBook, type ReadClient } from '@ballast/connectors';
import { aaveHealth, type BlockRef, type CollateralLeg, type DebtLeg, type LendingPosition, type Provenance } from '@ballast/positions';
import { hash32, mulDivUp, type Address, type Bps, type UsdE8 } from '@ballast/units';
import { z } from 'zod';
import { figuresOf } from '../refresh/tracked-positions.js';
import type { Factor, PricedLeg, Pricing, TrackedSource } from '../refresh/tracked-source.js';
import { AAVE_SOURCE, type AaveV3Reader } from './aave-v3-reader.js';
import { readEModes, type EMode } from './e-modes.js';
import { collateralLeg, debtLeg, eModeOf } from './legs.js';
import { Reserves, type Reserve, type ReserveSource } from './reserves.js';

const RAY = 10n ** 27n;
const uint = z.tuple([z.bigint()]);

/** An account of Aave: its position as it was read, and the scaled balances behind it by token. */
export interface AaveAccount {
  readonly position: LendingPosition;
  /** The same order as the position's collaterals and debts. */
  readonly supplied: readonly bigint[];
  readonly owed: readonly bigint[];
  /** False where the pool's balances are not the scaled ones times its index, as in older pools that round otherwise: such an account is read at every block. */
  readonly isExact: boolean;
}

interface Indexed {
  readonly reserve: Reserve;
  /** Scaled by 1e27: what a scaled unit supplied, and a scaled unit owed, is worth at the block. */
  readonly income: bigint;
  readonly debt: bigint;
}

export interface AaveMarket {
  readonly reserves: ReadonlyMap<Address, Indexed>;
  readonly eModes: ReadonlyMap<number, EMode>;
  /** Where and when all of it was read. */
  readonly seen: Provenance;
}

/** Aave's accounts between blocks: balances grow with the reserve's index, supplied ones rounded down and owed ones up (TokenMath of v3.6). `now` is the wall clock in milliseconds. */
export class TrackedAave implements TrackedSource<AaveAccount, AaveMarket>, Pricing {
  private last: { readonly hash: string; readonly market: Promise<ReadonlyMap<Address, Indexed>> } | null = null;
  private lastAssets: readonly Address[] = [];
  /** E-modes of the loans that were priced so far, and their rules at the newest block asked for. */
  private readonly modes = new Set<number>();
  private lastModes: { readonly key: string; readonly eModes: Promise<ReadonlyMap<number, EMode>> } | null = null;

  constructor(
    private readonly client: ReadClient, private readonly book: ChainBook, private readonly reader: AaveV3Reader, private readonly now: () => number,
    private readonly reserves: ReserveSource = new Reserves(client, book),
  ) {}

  async accounts(accounts: readonly Address[], block: BlockRef): Promise<readonly AaveAccount[]> {
    if (accounts.length === 0) return [];
    const [positions, reserves] = await Promise.all([this.reader.read(accounts, block), this.indexed(block)]);
    const asked = positions.flatMap(({ account, collaterals, debts }) => [
      ...collaterals.map(({ asset }) => ({ token: reserves.get(asset.address)?.reserve.aToken, account })), ...debts.map(({ asset }) => ({ token: reserves.get(asset.address)?.reserve.debtToken, account })),
    ]);
    const answers = await this.client.multicall(block, asked.map(({ token, account }) => callOf(token as Address, erc20Abi, 'scaledBalanceOf', [account])));
    let next = 0;
    const scaled = (): bigint => decodeResult(erc20Abi, 'scaledBalanceOf', uint, answers[next++])[0];
    const parts = positions.map((position) => ({ position, supplied: position.collaterals.map(scaled), owed: position.debts.map(scaled), isExact: true }));
    const market = await this.market(parts, block);
    return parts.map((part) => ({ ...part, isExact: isSame(this.compose(part, market)?.[0], part.position) }));
  }

  async market(accounts: readonly AaveAccount[], block: BlockRef): Promise<AaveMarket> {
    const ids = accounts.map(({ position: { eMode } }) => (eMode.kind === 'none' ? 0 : eMode.id));
    for (const id of ids) this.modes.add(id);
    const [reserves, eModes] = await Promise.all([this.indexed(block), this.eModes(block)]);
    const seen = { chainId: this.client.chainId, blockNumber: block.number, blockHash: hash32(block.hash), blockTimestamp: block.timestamp, observedAt: this.now(), source: AAVE_SOURCE };
    return { reserves, eModes, seen };
  }

  compose({ position, supplied, owed, isExact }: AaveAccount, { reserves, eModes, seen }: AaveMarket): readonly LendingPosition[] | null {
    if (!isExact) return null;
    const eMode = position.eMode.kind === 'none' ? null : (eModes.get(position.eMode.id) ?? null);
    const collaterals: CollateralLeg[] = [];
    for (let index = 0; index < position.collaterals.length; index += 1) {
      const leg = position.collaterals[index] as CollateralLeg;
      const indexed = reserves.get(leg.asset.address);
      // An asset that cannot be valued makes the pool's own sums another matter.
      if (indexed === undefined || indexed.reserve.price.kind === 'no-price') return null;
      collaterals.push(collateralLeg(indexed.reserve, ((supplied[index] as bigint) * indexed.income) / RAY, leg.enabled, eMode, leg.releasable));
    }
    const debts: DebtLeg[] = [];
    for (let index = 0; index < position.debts.length; index += 1) {
      const indexed = reserves.get((position.debts[index] as DebtLeg).asset.address);
      if (indexed === undefined || indexed.reserve.price.kind === 'no-price') return null;
      debts.push(debtLeg(indexed.reserve, mulDivUp(owed[index] as bigint, indexed.debt, RAY)));
    }
    return [{ ...position, provenance: seen, collaterals, debts, eMode: eModeOf(eMode), reported: sumsOf(collaterals, debts) }];
  }

  isMovedBy(): boolean {
    return false;
  }

  async factors(block: BlockRef): Promise<ReadonlyMap<string, Factor>> {
    const [reserves, eModes] = await Promise.all([this.indexed(block), this.eModes(block)]);
    const factors = new Map<string, Factor>();
    for (const [asset, { reserve, income, debt }] of reserves) {
      const dollars = reserve.price.kind === 'price' ? Number(reserve.price.usdE8) / 1e8 / 10 ** reserve.asset.decimals : NaN;
      factors.set(owedKey(asset), { perUnit: dollars, index: Number(debt) / Number(RAY) });
      for (const mode of [0, ...this.modes]) {
        const { liquidationThreshold } = collateralLeg(reserve, 0n, true, eModes.get(mode) ?? null, undefined);
        factors.set(suppliedKey(asset, mode), { perUnit: (dollars * Number(liquidationThreshold)) / 10_000, index: Number(income) / Number(RAY) });
      }
    }
    return factors;
  }

  legsOf({ collaterals, debts, eMode }: LendingPosition): readonly PricedLeg[] {
    const mode = eMode.kind === 'none' ? 0 : eMode.id;
    this.modes.add(mode);
    return [
      ...collaterals.filter(({ enabled }) => enabled).map(({ asset, amount }): PricedLeg => ({ key: suppliedKey(asset.address, mode), side: 'collateral', raw: Number(amount) })),
      ...debts.map(({ asset, amount }): PricedLeg => ({ key: owedKey(asset.address), side: 'debt', raw: Number(amount) })),
    ];
  }

  private eModes(block: BlockRef): Promise<ReadonlyMap<number, EMode>> {
    const key = `${block.hash} ${[...this.modes].join(' ')}`;
    if (this.lastModes?.key !== key) {
      const eModes = readEModes(this.client, this.book.aaveV3.pool, [...this.modes], block);
      this.lastModes = { key, eModes };
      eModes.catch(() => (this.lastModes = null));
    }
    return this.lastModes.eModes;
  }

  private indexed(block: BlockRef): Promise<ReadonlyMap<Address, Indexed>> {
    if (this.last?.hash !== block.hash) {
      const market = this.readIndexed(block);
      this.last = { hash: block.hash, market };
      market.catch(() => (this.last = null));
    }
    return this.last.market;
  }

  private async readIndexed(block: BlockRef): Promise<ReadonlyMap<Address, Indexed>> {
    const names = ['getReserveNormalizedIncome', 'getReserveNormalizedVariableDebt'] as const;
    const ask = (assets: readonly Address[]) => this.client.multicall(block, assets.flatMap((asset) => names.map((name) => callOf(this.book.aaveV3.pool, aavePoolAbi, name, [asset]))));
    // The assets of the last block are taken for this one's until the pool has answered, so that all is asked for at once.
    const guess = this.lastAssets;
    const early = ask(guess);
    early.catch(() => undefined); // Heard of below, or not needed.
    const reserves = await this.reserves.at(block);
    this.lastAssets = reserves.map(({ asset }) => asset.address);
    const answers = await (reserves.length === guess.length && guess.every((asset, index) => asset === this.lastAssets[index]) ? early : ask(this.lastAssets));
    return new Map(reserves.map((reserve, index) => {
      const [income, debt] = names.map((name, place) => decodeResult(aavePoolAbi, name, uint, answers[index * 2 + place])[0]) as [bigint, bigint];
      return [reserve.asset.address, { reserve, income, debt }];
    }));
  }
}

const owedKey = (asset: Address): string => `owed ${asset}`;
/** What counts of it is the e-mode's where that names the asset; 0: no e-mode. */
const suppliedKey = (asset: Address, mode: number): string => `supplied ${asset} ${mode}`;

/** What the pool itself says of these legs (GenericLogic.calculateUserAccountData). */
function sumsOf(collaterals: LendingPosition['collaterals'], debts: LendingPosition['debts']): LendingPosition['reported'] {
  let [collateral, weighted, debt] = [0n, 0n, 0n];
  for (const leg of collaterals) {
    if (!leg.enabled || leg.liquidationThreshold === 0n) continue;
    collateral += leg.valueUsdE8;
    weighted += leg.valueUsdE8 * leg.liquidationThreshold;
  }
  for (const leg of debts) debt += leg.valueUsdE8;
  return {
    collateralUsdE8: collateral as UsdE8, debtUsdE8: debt as UsdE8, liquidationThreshold: (collateral === 0n ? 0n : weighted / collateral) as Bps, health: aaveHealth(weighted, debt),
  };
}

const isSame = (composed: LendingPosition | undefined, read: LendingPosition): boolean => composed !== undefined && figuresOf(composed) === figuresOf(read);
