import { aavePoolAbi, ReadFailed, type Hex, type LogQuery, type MinedLog, type ReadClient } from '@ballast/connectors';
import { address, rawAmount, type Address, type Hash32, type RawAmount } from '@ballast/units';
import { z } from 'zod';

export interface LiquidationLog {
  readonly account: Address;
  readonly collateral: Address;
  readonly debt: Address;
  readonly debtCovered: RawAmount;
  readonly collateralSeized: RawAmount;
  readonly liquidator: Address;
  readonly transactionHash: Hash32;
  readonly blockNumber: bigint;
  readonly blockHash: Hash32;
}

/** Accounts in one log query; nodes limit the size of a filter. */
const ACCOUNTS_PER_QUERY = 200;
const anAddress = z.string().transform(address);
const event = z.tuple([anAddress, anAddress, anAddress, z.bigint(), z.bigint(), anAddress, z.boolean()]);
const padded = (account: Address): Hex => `0x${account.slice(2).padStart(64, '0')}`;

/** The pool's LiquidationCall events of these accounts, oldest first. @throws ReadFailed */
export async function readLiquidations(client: ReadClient, pool: Address, blocks: LogQuery['blocks'], accounts: readonly Address[]): Promise<readonly LiquidationLog[]> {
  const topic = aavePoolAbi.getEvent('LiquidationCall')?.topicHash as Hex;
  const found: MinedLog[] = [];
  for (let start = 0; start < accounts.length; start += ACCOUNTS_PER_QUERY) {
    const users = accounts.slice(start, start + ACCOUNTS_PER_QUERY).map(padded);
    found.push(...(await client.getLogs({ blocks, address: pool, topics: [topic, null, null, users] })));
  }
  return found.sort((a, b) => Number(a.blockNumber - b.blockNumber || a.logIndex - b.logIndex)).map(decodeLiquidation);
}

function decodeLiquidation(log: MinedLog): LiquidationLog {
  const values = aavePoolAbi.parseLog({ topics: [...log.topics], data: log.data })?.args.toArray();
  const parsed = event.safeParse(values);
  if (!parsed.success) throw new ReadFailed('LiquidationCall', log.data.slice(0, 66), 'an event of an Aave v3 pool');
  const [collateral, debt, account, debtCovered, collateralSeized, liquidator] = parsed.data;
  return {
    account, collateral, debt, liquidator,
    debtCovered: rawAmount(debtCovered),
    collateralSeized: rawAmount(collateralSeized),
    transactionHash: log.transactionHash,
    blockNumber: log.blockNumber,
    blockHash: log.blockHash,
  };
}
