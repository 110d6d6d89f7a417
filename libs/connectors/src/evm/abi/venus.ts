import { Interface } from 'ethers';

/** The part of Venus's core pool (9.0.0) that Ballast reads. */
export const venusComptrollerAbi = new Interface([
  'function getAllMarkets() view returns (address[])',
  'function getAssetsIn(address account) view returns (address[])',
  'function markets(address vToken) view returns (bool isListed, uint256 collateralFactorMantissa)',
  'function oracle() view returns (address)',
  'function comptrollerImplementation() view returns (address)',
  'function vaiController() view returns (address)',
  'function closeFactorMantissa() view returns (uint256)',
  'function liquidationIncentiveMantissa() view returns (uint256)',
  'function actionPaused(address market, uint8 action) view returns (bool)',
  'function protocolPaused() view returns (bool)',
]);
export const venusTokenAbi = new Interface([
  'function underlying() view returns (address)',
  'function exchangeRateStored() view returns (uint256)',
  'event LiquidateBorrow(address liquidator, address borrower, uint256 repayAmount, address vTokenCollateral, uint256 seizeTokens)',
  'function getAccountSnapshot(address account) view returns (uint256 code, uint256 vTokens, uint256 borrowed, uint256 exchangeRate)',
]);
export const venusOracleAbi = new Interface(['function getUnderlyingPrice(address vToken) view returns (uint256)']);
export const venusVaiControllerAbi = new Interface(['function getVAIRepayAmount(address account) view returns (uint256)']);
