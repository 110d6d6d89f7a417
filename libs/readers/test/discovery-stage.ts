import { connect, parseAddressBook, type ChainBook } from '@ballast/connectors';
import { openBorrowers, startDevchain, type Borrower, type Devchain } from '@ballast/devchain';
import type { DiscoverableProtocol, FoundMarket, FoundPlace } from '@ballast/positions';
import { Database, PrismaDiscoveryStore, forgetChain } from '@ballast/storage';
import { chainId, type ChainId } from '@ballast/units';
import { createTestDatabase, type TestDatabase } from '../../../test/factories/database.js';
import { Discovery, eventStreams, type ScanOptions } from '../src/index.js';
import { startRpcProxy, type RpcProxy } from './rpc-proxy.js';

export const PROTOCOLS: readonly DiscoverableProtocol[] = ['aave-v3', 'morpho-blue', 'venus'];
type Entries = Readonly<Record<DiscoverableProtocol, { readonly places: readonly FoundPlace[]; readonly markets: readonly FoundMarket[] }>>;

/** The real chain behind a node with faults, a database for what is discovered, and another one for what a fresh discovery finds. */
export class DiscoveryStage {
  private seeds = 100;

  private constructor(readonly chain: Devchain, readonly book: ChainBook, readonly proxy: RpcProxy, readonly made: TestDatabase, private readonly others: TestDatabase, readonly database: Database, private readonly freshDatabase: Database) {}

  static async open(postgresUrl: string): Promise<DiscoveryStage> {
    const chain = await startDevchain({ idleBlockSeconds: 0 });
    await chain.mining.takeInHand();
    const [made, others] = [await createTestDatabase(postgresUrl), await createTestDatabase(postgresUrl)];
    return new DiscoveryStage(chain, parseAddressBook({ [chain.chainId]: chain.book }, chain.chainId), await startRpcProxy(chain.rpcUrl), made, others, await Database.open(made.url), await Database.open(others.url));
  }

  async close(): Promise<void> {
    await this.proxy.stop();
    await this.chain.stop();
    await Promise.all([this.database.close(), this.freshDatabase.close()]);
    await Promise.all([this.made.drop(), this.others.drop()]);
  }

  get id(): ChainId {
    return chainId(this.chain.chainId);
  }

  /** A discovery of its own over the stage's database, as a process that has just begun has one; through the node with faults. */
  async discovery(options: ScanOptions = {}, timeoutMs = 10_000, book = this.book): Promise<Discovery> {
    const client = await connect({ url: this.proxy.url, chainId: this.id, multicall3: this.book.multicall3, timeoutMs });
    return new Discovery(client, eventStreams(book), new PrismaDiscoveryStore(this.database), Date.now, options);
  }

  /** Everything forgotten, every fault gone. */
  async clear(): Promise<void> {
    this.proxy.fate = () => 'pass';
    this.proxy.ranges.length = 0;
    await forgetChain(this.database, this.id);
  }

  entries(): Promise<Entries> {
    return entriesOf(new PrismaDiscoveryStore(this.database), this.id);
  }

  /** What a discovery finds that knows nothing and asks the chain itself. */
  async freshEntries(): Promise<Entries> {
    await forgetChain(this.freshDatabase, this.id);
    const client = await connect({ url: this.chain.rpcUrl, chainId: this.id, multicall3: this.book.multicall3 });
    const store = new PrismaDiscoveryStore(this.freshDatabase);
    await settle(new Discovery(client, eventStreams(this.book), store, Date.now));
    return entriesOf(store, this.id);
  }

  /** Opens loans at all three protocols, of other borrowers each time. */
  borrowers(count = 3): Promise<Borrower[]> {
    return openBorrowers(this.chain, count, (this.seeds += count));
  }

  async mine(blocks: number): Promise<void> {
    for (let block = 0; block < blocks; block += 1) await this.chain.mining.mine();
  }

  async height(): Promise<number> {
    return Number(await this.chain.provider.send('eth_blockNumber', []));
  }
}

async function entriesOf(store: PrismaDiscoveryStore, chain: ChainId): Promise<Entries> {
  const found = await Promise.all(PROTOCOLS.map(async (protocol) => [protocol, { places: await store.places(chain, protocol), markets: await store.markets(chain, protocol) }] as const));
  return Object.fromEntries(found) as Entries;
}

/** Steps until nothing is missing and nothing is wrong; returns how many it took. */
export async function settle(discovery: Discovery, most = 400): Promise<number> {
  for (let taken = 1; taken <= most; taken += 1) {
    const steps = await discovery.step();
    if (steps.every(({ missingBlocks, problem, rolledBackTo }) => missingBlocks === 0n && problem === null && rolledBackTo === null)) return taken;
  }
  throw new Error(`not settled after ${most} steps: ${JSON.stringify(await discovery.status(), (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))}`);
}
