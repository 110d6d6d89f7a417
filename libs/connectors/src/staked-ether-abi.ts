import { Interface } from 'ethers';

/** The views in which tokens of staked ether tell what one of them is worth in ether, scaled by 1e18: Lido's wstETH, Rocket Pool's rETH, Coinbase's cbETH. */
export const stakedEtherAbi = new Interface([
  'function stEthPerToken() view returns (uint256)',
  'function getExchangeRate() view returns (uint256)',
  'function exchangeRate() view returns (uint256)',
]);
