import { Interface } from 'ethers';
import { CallReverted, callOf, decodeAs, morphoBlueAbi, parseAddressBook, type Hex, type ReadClient } from '@ballast/connectors';
import { morphoParams, type Borrower, type Devchain } from '@ballast/devchain';
import { liquidateMorpho, morphoDebt, morphoHealth, venusHealth, venusSums, type BlockRef, type LendingPosition, type MorphoLoan, type VenusLoan } from '@ballast/positions';
import { AaveV3Reader, MorphoBlueReader, VenusReader } from '@ballast/readers';
import { countedCollaterals, healthFactor, totalDebt, weightedCollateral } from '@ballast/risk';
import { WAD, address, hash32, type Address } from '@ballast/units';
import { z } from 'zod';

const uint = z.bigint();
const PARAMS = '(address loanToken, address collateralToken, address oracle, address irm, uint256 lltv)';
const morphoDeeds = new Interface([
  `function accrueInterest(${PARAMS} params)`,
  `function repay(${PARAMS} params, uint256 assets, uint256 shares, address onBehalf, bytes data) returns (uint256 assets, uint256 shares)`,
  `function liquidate(${PARAMS} params, address borrower, uint256 seizedAssets, uint256 repaidShares, bytes data) returns (uint256 seized, uint256 repaid)`,
]);
const liquidityAbi = new Interface(['function getAccountLiquidity(address account) view returns (uint256 code, uint256 liquidity, uint256 shortfall)']);
const BATCH = 100;

/** One figure of ours that is not the protocol's own. */
export interface Difference {
  readonly account: string;
  readonly protocol: string;
  readonly field: string;
  readonly ours: string;
  readonly theirs: string;
}

/** Compared positions and every figure that differs; positions under a health of 1 and near it are counted, so that a run that saw none of them shows. */
export interface Comparison {
  readonly compared: number;
  readonly withDebt: number;
  readonly liquidatable: number;
  readonly near: number;
  readonly differences: readonly Difference[];
}

type Told = Readonly<Record<string, bigint | boolean | string>>;

/** Reads every borrower at one block with our readers and holds each figure against what the protocol itself answers at that block. `payer` can pay any debt, for what only an attempt shows. */
export class Conformance {
  private readonly aave: AaveV3Reader;
  private readonly morpho: MorphoBlueReader;
  private readonly venus: VenusReader;
  private readonly comptroller: Address;
  private readonly morphoAt: Address;

  constructor(private readonly chain: Devchain, private readonly client: ReadClient, private readonly payer: Address) {
    const book = parseAddressBook({ [chain.chainId]: chain.book }, chain.chainId);
    this.aave = new AaveV3Reader(client, book, Date.now);
    this.morpho = new MorphoBlueReader(client, book, Date.now);
    this.venus = new VenusReader(client, book, Date.now);
    this.comptroller = address(chain.deployment.venus.comptroller);
    this.morphoAt = address(chain.deployment.morpho.address);
  }

  async compare(borrowers: readonly Borrower[], block: BlockRef): Promise<Comparison> {
    const parts = [await this.compareAave(of(borrowers, 'aave-v3'), block), await this.compareMorpho(borrowers, block), await this.compareVenus(of(borrowers, 'venus'), block)];
    const sum = (pick: (part: Comparison) => number): number => parts.reduce((total, part) => total + pick(part), 0);
    return {
      compared: sum((part) => part.compared), withDebt: sum((part) => part.withDebt), liquidatable: sum((part) => part.liquidatable), near: sum((part) => part.near), differences: parts.flatMap((part) => part.differences),
    };
  }

  /** Every loan at the block, by who has it, for liquidations. */
  async loans(borrowers: readonly Borrower[], block: BlockRef): Promise<{ readonly aave: readonly LendingPosition[]; readonly morpho: readonly MorphoLoan[]; readonly venus: readonly VenusLoan[] }> {
    const accounts = of(borrowers, 'aave-v3');
    const aave: LendingPosition[] = [];
    for (let start = 0; start < accounts.length; start += BATCH) aave.push(...(await this.aave.read(accounts.slice(start, start + BATCH), block)));
    return { aave, morpho: await this.morphoLoans(borrowers, block), venus: await this.venus.read(of(borrowers, 'venus'), block) };
  }

  private morphoLoans(borrowers: readonly Borrower[], block: BlockRef): Promise<readonly MorphoLoan[]> {
    return this.morpho.read(morphoPlaces(this.chain, borrowers), block);
  }

  private async compareAave(accounts: readonly Address[], block: BlockRef): Promise<Comparison> {
    const found = newCount('aave-v3');
    for (let start = 0; start < accounts.length; start += BATCH) {
      for (const position of await this.aave.read(accounts.slice(start, start + BATCH), block)) found.add(position.account, aaveOurs(position), aaveTheirs(position), healthOf(healthFactor(position)));
    }
    return found.result();
  }

  private async compareMorpho(borrowers: readonly Borrower[], block: BlockRef): Promise<Comparison> {
    const found = newCount('morpho-blue');
    const accrued = await this.accruedMarkets(block);
    for (const loan of await this.morphoLoans(borrowers, block)) {
      const params = morphoParams(this.marketOf(loan));
      const owed = loan.borrowShares === 0n ? 0n : decodeAs(morphoDeeds, 'repay', z.tuple([uint, uint]), await this.client.callAt(block, this.morphoAt, callOf(this.morphoAt, morphoDeeds, 'repay', [params, 0, loan.borrowShares, loan.account, '0x']).data, this.payer))[0];
      const market = accrued.get(loan.terms.id);
      const seize = liquidateMorpho(loan, { seize: 1n });
      const attempt = await this.attempt(block, callOf(this.morphoAt, morphoDeeds, 'liquidate', [params, loan.account, 1, 0, '0x']).data);
      found.add(loan.account, { ...loan.sums, debt: morphoDebt(loan), isLiquidatable: seize !== null }, { ...market, debt: owed, isLiquidatable: attempt !== null }, healthOf(morphoHealth(loan)));
    }
    return found.result();
  }

  private async compareVenus(accounts: readonly Address[], block: BlockRef): Promise<Comparison> {
    const found = newCount('venus');
    const loans = await this.venus.read(accounts, block);
    const answers = await this.client.multicall(block, accounts.map((account) => callOf(this.comptroller, liquidityAbi, 'getAccountLiquidity', [account])));
    loans.forEach((loan, index) => {
      const answer = answers[index];
      const [error, liquidity, shortfall] = decodeAs(liquidityAbi, 'getAccountLiquidity', z.tuple([uint, uint, uint]), answer?.kind === 'ok' ? answer.data : '0x');
      found.add(loan.account, venusOurs(loan), { error, liquidity, shortfall, isLiquidatable: shortfall > 0n }, healthOf(venusHealth(loan)));
    });
    return found.result();
  }

  /** The sums that Morpho itself has once it has accrued, in one call that changes nothing. */
  private async accruedMarkets(block: BlockRef): Promise<ReadonlyMap<string, Told>> {
    const { markets } = this.chain.deployment.morpho;
    const answers = await this.client.multicall(block, [
      ...markets.map((market) => callOf(this.morphoAt, morphoDeeds, 'accrueInterest', [morphoParams(market)])), ...markets.map(({ id }) => callOf(this.morphoAt, morphoBlueAbi, 'market', [id])),
    ]);
    return new Map(markets.map(({ id }, index) => {
      const answer = answers[markets.length + index];
      const [supplyAssets, supplyShares, borrowAssets, borrowShares, lastUpdate, fee] = decodeAs(morphoBlueAbi, 'market', z.tuple([uint, uint, uint, uint, uint, uint]), answer?.kind === 'ok' ? answer.data : '0x');
      return [id, { supplyAssets, supplyShares, borrowAssets, borrowShares, lastUpdate, fee }];
    }));
  }

  private marketOf({ terms }: MorphoLoan): Devchain['deployment']['morpho']['markets'][number] {
    return this.chain.deployment.morpho.markets.find(({ id }) => id === terms.id) as Devchain['deployment']['morpho']['markets'][number];
  }

  private async attempt(block: BlockRef, data: Hex): Promise<Hex | null> {
    try {
      return await this.client.callAt(block, this.morphoAt, data, this.payer);
    } catch (error) {
      if (error instanceof CallReverted) return null;
      throw error;
    }
  }
}

const of = (borrowers: readonly Borrower[], protocol: Borrower['plan']['protocol']): Address[] => borrowers.filter(({ plan }) => plan.protocol === protocol).map((one) => address(one.address));

const morphoPlaces = (chain: Devchain, borrowers: readonly Borrower[]) => borrowers.flatMap((one) => (one.plan.protocol === 'morpho-blue'
  ? [{ account: address(one.address), marketId: hash32(chain.deployment.morpho.markets[one.plan.market]?.id ?? '') }] : []));

function aaveOurs(position: LendingPosition): Told {
  const collateral = countedCollaterals(position).reduce((sum, leg) => sum + leg.valueUsdE8, 0n);
  const health = healthFactor(position);
  return {
    collateral, debt: totalDebt(position), threshold: collateral === 0n ? 0n : weightedCollateral(position) / collateral,
    health: health.kind === 'no-debt' ? 'no debt' : health.wad, isLiquidatable: health.kind === 'ratio' && health.wad < WAD,
  };
}

function aaveTheirs({ reported }: LendingPosition): Told {
  const { health } = reported;
  return {
    collateral: reported.collateralUsdE8, debt: reported.debtUsdE8, threshold: reported.liquidationThreshold,
    health: health.kind === 'no-debt' ? 'no debt' : health.wad, isLiquidatable: health.kind === 'ratio' && health.wad < WAD,
  };
}

function venusOurs(loan: VenusLoan): Told {
  const sums = venusSums(loan);
  if (sums.kind === 'no-price') return { error: `no price of ${sums.vToken}` };
  const spare = sums.mayOweE18 - sums.owedE18;
  return { error: 0n, liquidity: spare > 0n ? spare : 0n, shortfall: spare < 0n ? -spare : 0n, isLiquidatable: spare < 0n };
}

const healthOf = (health: { readonly kind: 'no-debt' } | { readonly kind: 'ratio'; readonly wad: bigint }): bigint | null => (health.kind === 'no-debt' ? null : health.wad);

function newCount(protocol: string) {
  const differences: Difference[] = [];
  let [compared, withDebt, liquidatable, near] = [0, 0, 0, 0];
  return {
    add(account: string, ours: Told, theirs: Told, health: bigint | null): void {
      compared += 1;
      if (health !== null) withDebt += 1;
      if (health !== null && health < WAD) liquidatable += 1;
      if (health !== null && health >= WAD && health * 100n < WAD * 102n) near += 1;
      for (const field of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
        if (ours[field] !== theirs[field]) differences.push({ account, protocol, field, ours: String(ours[field]), theirs: String(theirs[field]) });
      }
    },
    result: (): Comparison => ({ compared, withDebt, liquidatable, near, differences }),
  };
}
