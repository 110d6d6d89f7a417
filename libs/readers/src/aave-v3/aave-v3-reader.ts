import { aavePoolAbi, callOf, decodeAs, decodeResult, erc20Abi, ReadFailed, type CallResult, type ChainBook, type LogQuery, type ReadClient } from '@ballast/connectors';
import { positionId, type BlockRef, type CollateralLeg, type DebtLeg, type LendingPosition, type WalletFunds } from '@ballast/positions';
import { bps, hash32, rawAmount, usdE8, wad, type Address, type RawAmount } from '@ballast/units';
import { z } from 'zod';
import { reserveUse } from './configuration.js';
import { readEModes } from './e-modes.js';
import { collateralLeg, debtLeg, eModeOf } from './legs.js';
import type { LiquidationSeen, VenueReader } from '../liquidation-seen.js';
import { readLiquidations, type LiquidationLog } from './liquidations.js';
import { Reserves, type Reserve, type ReserveSource } from './reserves.js';

export const AAVE_SOURCE = 'aave-v3 pool';
const uint = z.tuple([z.bigint()]);
const accountData = z.tuple([z.bigint(), z.bigint(), z.bigint(), z.bigint(), z.bigint(), z.bigint()]);

interface AccountHead {
  readonly account: Address;
  readonly configuration: bigint;
  readonly eModeId: number;
  readonly reported: CallResult;
}

/** Reads loans from an Aave v3.6 pool. `now` is the wall clock in milliseconds. */
export class AaveV3Reader implements VenueReader {
  readonly protocol = 'aave-v3';

  constructor(private readonly client: ReadClient, private readonly book: ChainBook, private readonly now: () => number, private readonly reserves: ReserveSource = new Reserves(client, book)) {}

  async read(accounts: readonly Address[], block: BlockRef): Promise<readonly LendingPosition[]> {
    if (accounts.length === 0) return [];
    const [reserves, heads] = await Promise.all([this.reserves.at(block), this.heads(accounts, block)]);
    const [eModes, balances] = await Promise.all([readEModes(this.client, this.book.aaveV3.pool, heads.map(({ eModeId }) => eModeId), block), this.balances(heads, reserves, block)]);
    const [wallets, releases] = await Promise.all([this.wallets(heads, balances, block), this.releases(heads, balances, block)]);
    const observedAt = this.now();
    return heads.map((head, index) => {
      const eMode = eModes.get(head.eModeId) ?? null;
      const held = balances[index] ?? [];
      const collaterals = held.filter((one) => one.supplied > 0n).map((one) => collateralLeg(one.reserve, one.supplied, reserveUse(head.configuration, one.reserve.id).collateral, eMode, releases.get(one)));
      const debts = held.filter((one) => one.owed > 0n).map((one) => debtLeg(one.reserve, one.owed));
      return {
        id: positionId(this.client.chainId, 'aave-v3', head.account),
        protocol: 'aave-v3',
        market: this.book.aaveV3.pool,
        account: head.account,
        provenance: { chainId: this.client.chainId, blockNumber: block.number, blockHash: hash32(block.hash), blockTimestamp: block.timestamp, observedAt, source: AAVE_SOURCE },
        collaterals,
        debts,
        eMode: eModeOf(eMode),
        reported: reported(head, collaterals, debts),
        wallet: wallets[index] ?? [],
      };
    });
  }

  async liquidations(blocks: LogQuery['blocks'], accounts: readonly Address[]): Promise<readonly LiquidationSeen[]> {
    const logs = await readLiquidations(this.client, this.book.aaveV3.pool, blocks, accounts);
    return Promise.all(
      logs.map(async (log: LiquidationLog) => ({
        ...log, protocol: this.protocol,
        collateral: await this.reserves.asset({ hash: log.blockHash }, log.collateral),
        debt: await this.reserves.asset({ hash: log.blockHash }, log.debt),
      })),
    );
  }

  private async heads(accounts: readonly Address[], block: BlockRef): Promise<readonly AccountHead[]> {
    const pool = this.book.aaveV3.pool;
    const names = ['getUserConfiguration', 'getUserEMode', 'getUserAccountData'] as const;
    const answers = await this.client.multicall(block, accounts.flatMap((account) => names.map((name) => callOf(pool, aavePoolAbi, name, [account]))));
    return accounts.map((account, index) => ({
      account,
      configuration: decodeResult(aavePoolAbi, 'getUserConfiguration', uint, answers[index * 3])[0],
      eModeId: Number(decodeResult(aavePoolAbi, 'getUserEMode', uint, answers[index * 3 + 1])[0]),
      reported: answers[index * 3 + 2] ?? { kind: 'reverted', data: '0x' },
    }));
  }

  /** Supplied balances of every reserve (one may be supplied without counting as collateral), debts where the pool knows of one. */
  private async balances(heads: readonly AccountHead[], reserves: readonly Reserve[], block: BlockRef): Promise<readonly (readonly Holding[])[]> {
    const asked = heads.flatMap((head) =>
      reserves.flatMap((reserve) => [
        { head, reserve, side: 'supplied' as const },
        ...(reserveUse(head.configuration, reserve.id).borrowing ? [{ head, reserve, side: 'owed' as const }] : []),
      ]),
    );
    const answers = await this.client.multicall(block, asked.map(({ head, reserve, side }) => callOf(side === 'supplied' ? reserve.aToken : reserve.debtToken, erc20Abi, 'balanceOf', [head.account])));
    const found = new Map<AccountHead, Map<Reserve, { supplied: bigint; owed: bigint }>>();
    asked.forEach(({ head, reserve, side }, index) => {
      const ofAccount = found.get(head) ?? new Map<Reserve, { supplied: bigint; owed: bigint }>();
      const holding = ofAccount.get(reserve) ?? { supplied: 0n, owed: 0n };
      holding[side] = decodeResult(erc20Abi, 'balanceOf', uint, answers[index])[0];
      found.set(head, ofAccount.set(reserve, holding));
    });
    return heads.map((head) => [...(found.get(head) ?? [])].map(([reserve, holding]) => ({ reserve, ...holding })).filter((one) => one.supplied > 0n || one.owed > 0n));
  }

  /** What each account lets the guard take of its receipt tokens. */
  private async releases(heads: readonly AccountHead[], balances: readonly (readonly Holding[])[], block: BlockRef): Promise<ReadonlyMap<Holding, RawAmount>> {
    const asked = heads.flatMap((head, index) => (balances[index] ?? []).filter((one) => one.supplied > 0n).map((holding) => ({ head, holding })));
    const answers = await this.client.multicall(block, asked.map(({ head, holding }) => callOf(holding.reserve.aToken, erc20Abi, 'allowance', [head.account, this.book.ballast.aaveGuard])));
    return new Map(asked.map(({ holding }, index) => [holding, rawAmount(decodeResult(erc20Abi, 'allowance', uint, answers[index])[0])]));
  }

  private async wallets(heads: readonly AccountHead[], balances: readonly (readonly Holding[])[], block: BlockRef): Promise<readonly (readonly WalletFunds[])[]> {
    const guard = this.book.ballast.aaveGuard;
    const asked = heads.flatMap((head, index) => (balances[index] ?? []).map(({ reserve }) => ({ head, asset: reserve.asset })));
    const answers = await this.client.multicall(
      block,
      asked.flatMap(({ head, asset }) => [callOf(asset.address, erc20Abi, 'balanceOf', [head.account]), callOf(asset.address, erc20Abi, 'allowance', [head.account, guard])]),
    );
    const funds = asked.map(({ head, asset }, index) => ({
      head,
      funds: {
        asset,
        balance: rawAmount(decodeResult(erc20Abi, 'balanceOf', uint, answers[index * 2])[0]),
        allowance: rawAmount(decodeResult(erc20Abi, 'allowance', uint, answers[index * 2 + 1])[0]),
      },
    }));
    return heads.map((head) => funds.filter((one) => one.head === head).map((one) => one.funds));
  }
}

interface Holding {
  readonly reserve: Reserve;
  readonly supplied: bigint;
  readonly owed: bigint;
}

/**
 * The pool's own figures. Where the pool cannot value the account at all (an asset without a price makes its view revert),
 * every figure is zero, and so is the health of an account with debt.
 */
function reported(head: AccountHead, collaterals: readonly CollateralLeg[], debts: readonly DebtLeg[]): LendingPosition['reported'] {
  if (head.reported.kind === 'reverted') {
    if (![...collaterals, ...debts].some((leg) => leg.price.kind === 'no-price')) {
      throw new ReadFailed(`getUserAccountData of ${head.account}`, `a revert (${head.reported.data})`, 'the account\'s figures');
    }
    return { collateralUsdE8: usdE8(0n), debtUsdE8: usdE8(0n), liquidationThreshold: bps(0n), health: debts.length === 0 ? { kind: 'no-debt' } : { kind: 'ratio', wad: wad(0n) } };
  }
  const [collateral, debt, , threshold, , health] = decodeAs(aavePoolAbi, 'getUserAccountData', accountData, head.reported.data);
  return {
    collateralUsdE8: usdE8(collateral),
    debtUsdE8: usdE8(debt),
    liquidationThreshold: bps(threshold),
    health: debt === 0n ? { kind: 'no-debt' } : { kind: 'ratio', wad: wad(health) },
  };
}
