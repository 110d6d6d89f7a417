import { Interface } from 'ethers';

const PARAMS = '(address loanToken, address collateralToken, address oracle, address irm, uint256 lltv)';
const MARKET = '(uint128 totalSupplyAssets, uint128 totalSupplyShares, uint128 totalBorrowAssets, uint128 totalBorrowShares, uint128 lastUpdate, uint128 fee)';

/** The part of Morpho Blue that Ballast reads. */
export const morphoBlueAbi = new Interface([
  'function idToMarketParams(bytes32 id) view returns (address loanToken, address collateralToken, address oracle, address irm, uint256 lltv)',
  'function market(bytes32 id) view returns (uint128 totalSupplyAssets, uint128 totalSupplyShares, uint128 totalBorrowAssets, uint128 totalBorrowShares, uint128 lastUpdate, uint128 fee)',
  'function position(bytes32 id, address user) view returns (uint256 supplyShares, uint128 borrowShares, uint128 collateral)',
  'function isAuthorized(address authorizer, address authorized) view returns (bool)',
  'event Liquidate(bytes32 indexed id, address indexed caller, address indexed borrower, uint256 repaidAssets, uint256 repaidShares, uint256 seizedAssets, uint256 badDebtAssets, uint256 badDebtShares)',
  'function setAuthorization(address authorized, bool newIsAuthorized)',
]);

export const morphoIrmAbi = new Interface([`function borrowRateView(${PARAMS} marketParams, ${MARKET} market) view returns (uint256)`]);
/** `price` is every oracle's; the feeds are named so by the oracles that Morpho's own factory makes of Chainlink feeds. */
export const morphoOracleAbi = new Interface([
  'function price() view returns (uint256)',
  ...['BASE_FEED_1', 'BASE_FEED_2', 'QUOTE_FEED_1', 'QUOTE_FEED_2'].map((feed) => `function ${feed}() view returns (address)`),
]);
