import { Interface } from 'ethers';

/**
 * The part of a Comet (Compound III) that Ballast reads, from its public interface. Tuples of single words are written as their words, which is how they come; `principal` is an int104.
 * The last three exist only at newer Comets.
 */
export const cometAbi = new Interface([
  'event AbsorbCollateral(address indexed absorber, address indexed borrower, address indexed asset, uint256 collateralAbsorbed, uint256 usdValue)',
  'event AbsorbDebt(address indexed absorber, address indexed borrower, uint256 basePaidOut, uint256 usdValue)',
  'function baseToken() view returns (address)',
  'function baseTokenPriceFeed() view returns (address)',
  'function baseScale() view returns (uint256)',
  'function numAssets() view returns (uint8)',
  'function getAssetInfo(uint8 i) view returns (uint8 offset, address asset, address priceFeed, uint64 scale, uint64 borrowCollateralFactor, uint64 liquidateCollateralFactor, uint64 liquidationFactor, uint128 supplyCap)',
  'function getPrice(address priceFeed) view returns (uint256)',
  'function totalsBasic() view returns (uint64 baseSupplyIndex, uint64 baseBorrowIndex, uint64 trackingSupplyIndex, uint64 trackingBorrowIndex, uint104 totalSupplyBase, uint104 totalBorrowBase, uint40 lastAccrualTime, uint8 pauseFlags)',
  'function totalsCollateral(address asset) view returns (uint128 totalSupplyAsset, uint128 reserved)',
  'function getUtilization() view returns (uint256)',
  'function getSupplyRate(uint256 utilization) view returns (uint64)',
  'function borrowBalanceOf(address account) view returns (uint256)',
  'function userBasic(address account) view returns (int256 principal, uint64 baseTrackingIndex, uint64 baseTrackingAccrued, uint16 assetsIn, uint8 furtherAssetsIn)',
  'function userCollateral(address account, address asset) view returns (uint128 balance, uint128 reserved)',
  'function isSupplyPaused() view returns (bool)',
  'function isWithdrawPaused() view returns (bool)',
  'function isAbsorbPaused() view returns (bool)',
  'function isBaseSupplyPaused() view returns (bool)',
  'function isCollateralSupplyPaused() view returns (bool)',
  'function isCollateralAssetSupplyPaused(uint24 assetIndex) view returns (bool)',
]);
