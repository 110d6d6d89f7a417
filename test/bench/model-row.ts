import { connect, parseAddressBook } from '@ballast/connectors';
import type { Devchain } from '@ballast/devchain';
import type { PositionId } from '@ballast/positions';
import { AaveV3Reader } from '@ballast/readers';
import { assess } from '@ballast/risk';
import { PositionStore, type Database } from '@ballast/storage';
import { chainId, type Address } from '@ballast/units';

/** Reads the account's loan, assesses it and stores its row as the worker would; returns the row's id. */
export async function storeModel(chain: Devchain, database: Database, owner: Address): Promise<PositionId> {
  const book = parseAddressBook({ [chain.chainId]: chain.book }, chain.chainId);
  const reads = await connect({ url: chain.rpcUrl, chainId: chainId(chain.chainId), multicall3: book.multicall3 });
  const [position] = await new AaveV3Reader(reads, book, Date.now).read([owner], await reads.head());
  if (position === undefined) throw new Error(`no loan of ${owner} on the chain`);
  await new PositionStore(database).save([{ position, report: assess({ position, ticks: [] }) }], []);
  return position.id;
}
