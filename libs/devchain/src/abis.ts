import { Interface } from 'ethers';

/** The few functions and events that the local chain's own actors use, where no artifact is at hand after a cached start. */
export const erc20Abi = new Interface([
  'function balanceOf(address) view returns (uint256)',
  'function approve(address spender, uint256 amount) returns (bool)',
  'function transfer(address to, uint256 amount) returns (bool)',
  'function mint(address account, uint256 value) returns (bool)',
  'event Transfer(address indexed from, address indexed to, uint256 value)',
]);
export const wethAbi = new Interface(['function deposit() payable']);

export const feedAbi = new Interface([
  'function setAnswer(int256 answer)',
  'function latestAnswer() view returns (int256)',
  'function latestRoundData() view returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)',
  'function getRoundData(uint80 roundId) view returns (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)',
  'function latestRound() view returns (uint256)',
  'event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt)',
]);

export const poolAbi = new Interface([
  'function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)',
  'function borrow(address asset, uint256 amount, uint256 interestRateMode, uint16 referralCode, address onBehalfOf)',
  'function liquidationCall(address collateralAsset, address debtAsset, address borrower, uint256 debtToCover, bool receiveAToken)',
  'function getUserAccountData(address user) view returns (uint256 totalCollateralBase, uint256 totalDebtBase, uint256 availableBorrowsBase, uint256 currentLiquidationThreshold, uint256 ltv, uint256 healthFactor)',
  'function getReservesList() view returns (address[])',
  'event Borrow(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, uint8 interestRateMode, uint256 borrowRate, uint16 indexed referralCode)',
  'event LiquidationCall(address indexed collateralAsset, address indexed debtAsset, address indexed user, uint256 debtToCover, uint256 liquidatedCollateralAmount, address liquidator, bool receiveAToken)',
]);

const PARAMS = '(address loanToken, address collateralToken, address oracle, address irm, uint256 lltv)';
export const morphoAbi = new Interface([
  `function supplyCollateral(${PARAMS} params, uint256 assets, address onBehalf, bytes data)`,
  `function borrow(${PARAMS} params, uint256 assets, uint256 shares, address onBehalf, address receiver) returns (uint256, uint256)`,
  'function setAuthorization(address authorized, bool newIsAuthorized)',
]);
export const vTokenAbi = new Interface(['function mint(uint256 amount) returns (uint256)', 'function borrow(uint256 amount) returns (uint256)']);
export const comptrollerAbi = new Interface(['function enterMarkets(address[] vTokens) returns (uint256[])']);

export const oracleAbi = new Interface(['function getAssetPrice(address asset) view returns (uint256)']);

export const dataProviderAbi = new Interface([
  'function getUserReserveData(address asset, address user) view returns (uint256 currentATokenBalance, uint256 currentStableDebt, uint256 currentVariableDebt, uint256 principalStableDebt, uint256 scaledVariableDebt, uint256 stableBorrowRate, uint256 liquidityRate, uint40 stableRateLastUpdated, bool usageAsCollateralEnabled)',
  'function getPaused(address asset) view returns (bool)',
]);

export const configuratorAbi = new Interface(['function setReservePause(address asset, bool paused)']);

export const uniswapPoolAbi = new Interface([
  'function slot0() view returns (uint160 sqrtPriceX96, int24 tick, uint16 observationIndex, uint16 observationCardinality, uint16 observationCardinalityNext, uint8 feeProtocol, bool unlocked)',
]);

export const swapRouterAbi = new Interface([
  'function exactInputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 deadline, uint256 amountIn, uint256 amountOutMinimum, uint160 sqrtPriceLimitX96) params) payable returns (uint256 amountOut)',
]);

export const venusOracleAbi = new Interface(['function setUnderlyingPrice(address vToken, uint256 price)']);

export const multicallAbi = new Interface([
  'function aggregate3((address target, bool allowFailure, bytes callData)[] calls) payable returns ((bool success, bytes returnData)[] returnData)',
]);
