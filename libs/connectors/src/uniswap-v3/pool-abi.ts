import { Interface } from 'ethers';

/** The part of Uniswap v3 that market prices are read from. */
export const uniswapFactoryAbi = new Interface(['function getPool(address tokenA, address tokenB, uint24 fee) view returns (address)']);
export const uniswapPoolAbi = new Interface([
  'function observe(uint32[] secondsAgos) view returns (int56[] tickCumulatives, uint160[] secondsPerLiquidityCumulativeX128s)',
  'function liquidity() view returns (uint128)',
]);
