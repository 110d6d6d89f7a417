import { Interface } from 'ethers';

/** The part of Venus's core pool (9.0.0) that Ballast reads. */
export const venusComptrollerAbi = new Interface([
  'function getAssetsIn(address account) view returns (address[])',
  'function markets(address vToken) view returns (bool isListed, uint256 collateralFactorMantissa)',
  'function oracle() view returns (address)',
  'function vaiController() view returns (address)',
]);
export const venusTokenAbi = new Interface([
  'function underlying() view returns (address)',
  'function getAccountSnapshot(address account) view returns (uint256 code, uint256 vTokens, uint256 borrowed, uint256 exchangeRate)',
]);
export const venusOracleAbi = new Interface(['function getUnderlyingPrice(address vToken) view returns (uint256)']);
export const venusVaiControllerAbi = new Interface(['function getVAIRepayAmount(address account) view returns (uint256)']);
