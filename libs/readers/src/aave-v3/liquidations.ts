import { aavePoolAbi, type Hex, type LogQuery, type MinedLog, type ReadClient } from '@ballast/connectors';
import { address, rawAmount, type Address, type Hash32, type RawAmount } from '@ballast/units';
import { z } from 'zod';
import { argsOf, logsOf } from '../event-logs.js';

export interface LiquidationLog {
  readonly account: Address;
  readonly collateral: Address;
  readonly debt: Address;
  readonly debtCovered: RawAmount;
  readonly collateralSeized: RawAmount;
  readonly transactionHash: Hash32;
  readonly blockNumber: bigint;
  readonly blockHash: Hash32;
}

const anAddress = z.string().transform(address);
const event = z.tuple([anAddress, anAddress, anAddress, z.bigint(), z.bigint(), anAddress, z.boolean()]);

/** The pool's LiquidationCall events of these accounts, oldest first. @throws ReadFailed */
export async function readLiquidations(client: ReadClient, pool: Address, blocks: LogQuery['blocks'], accounts: readonly Address[]): Promise<readonly LiquidationLog[]> {
  const topic = aavePoolAbi.getEvent('LiquidationCall')?.topicHash as Hex;
  return (await logsOf(client, accounts, (users) => ({ blocks, address: pool, topics: [topic, null, null, users] }))).map(decodeLiquidation);
}

function decodeLiquidation(log: MinedLog): LiquidationLog {
  const [collateral, debt, account, debtCovered, collateralSeized] = argsOf(aavePoolAbi, 'LiquidationCall', event, log);
  return {
    account, collateral, debt, debtCovered: rawAmount(debtCovered), collateralSeized: rawAmount(collateralSeized),
    transactionHash: log.transactionHash, blockNumber: log.blockNumber, blockHash: log.blockHash,
  };
}
