import { Interface, type JsonRpcApiProvider } from 'ethers';

/** The few views of venues, feeds and tokens that are looked at before and after a deployment. */
const views = new Interface([
  'function ADDRESSES_PROVIDER() view returns (address)',
  'function getPriceOracle() view returns (address)',
  'function getPoolDataProvider() view returns (address)',
  'function getReservesList() view returns (address[])',
  'function getReserveAToken(address asset) view returns (address)',
  'function getReserveVariableDebtToken(address asset) view returns (address)',
  'function getSourceOfAsset(address asset) view returns (address)',
  'function getAssetPrice(address asset) view returns (uint256)',
  'function BASE_CURRENCY_UNIT() view returns (uint256)',
  'function decimals() view returns (uint8)',
  'function symbol() view returns (string)',
  'function latestRoundData() view returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)',
  'function getRoundData(uint80 id) view returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)',
  'function factory() view returns (address)',
  'function feeRecipient() view returns (address)',
  'function idToMarketParams(bytes32 id) view returns (address loanToken, address collateralToken, address oracle, address irm, uint256 lltv)',
  'function baseToken() view returns (address)',
  'function getAllMarkets() view returns (address[])',
  'function price() view returns (uint256)',
  'function BASE_FEED_1() view returns (address)',
  'function BASE_FEED_2() view returns (address)',
  'function QUOTE_FEED_1() view returns (address)',
  'function QUOTE_FEED_2() view returns (address)',
]);

/** Reads of one chain, all of them at one block. */
export class ChainReads {
  private constructor(readonly provider: JsonRpcApiProvider, readonly block: number, readonly timestamp: number) {}

  static async at(provider: JsonRpcApiProvider): Promise<ChainReads> {
    const head = (await provider.send('eth_getBlockByNumber', ['latest', false])) as { number: string; timestamp: string };
    return new ChainReads(provider, Number(head.number), Number(head.timestamp));
  }

  /** Results of a view; null when the address does not answer it. */
  async ask(to: string, method: string, args: readonly unknown[] = []): Promise<readonly unknown[] | null> {
    try {
      const answer = (await this.provider.send('eth_call', [{ to, data: views.encodeFunctionData(method, [...args]) }, `0x${this.block.toString(16)}`])) as string;
      return answer === '0x' ? null : [...views.decodeFunctionResult(method, answer)];
    } catch {
      return null;
    }
  }

  /** The first result of a view as text; null when the address does not answer it. */
  async one(to: string, method: string, args: readonly unknown[] = []): Promise<string | null> {
    const answer = await this.ask(to, method, args);
    return answer === null ? null : String(answer[0]);
  }

  code(address: string): Promise<string> {
    return this.provider.send('eth_getCode', [address, `0x${this.block.toString(16)}`]) as Promise<string>;
  }
}

/** The first block at which an address holds code: back from the head in growing steps, then by halving. 0 where the node no longer knows so old a state. */
export async function firstBlockOf(reads: ChainReads, address: string): Promise<number> {
  const empty = async (block: number): Promise<boolean> => (await reads.provider.send('eth_getCode', [address, `0x${block.toString(16)}`])) === '0x';
  try {
    let [without, withCode] = [reads.block - 1, reads.block];
    for (let step = 1; without >= 0 && !(await empty(without)); step *= 2) [without, withCode] = [without - step, without];
    while (withCode - Math.max(without, -1) > 1) {
      const middle = Math.floor((Math.max(without, -1) + withCode) / 2);
      if (await empty(middle)) without = middle;
      else withCode = middle;
    }
    return withCode;
  } catch {
    return 0;
  }
}
