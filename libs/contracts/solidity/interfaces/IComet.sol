// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice The part of a Comet (Compound III) that the guard uses. `withdraw` is not here, in any of its forms, and with it no
/// borrowing: the guard cannot call it.
interface IComet {
    /// @param offset the asset's bit in what an account holds
    /// @param scale ten to the power of its decimals
    /// @param liquidateCollateralFactor what its value counts for when Comet looks for accounts to liquidate, scaled by 1e18
    struct AssetInfo {
        uint8 offset;
        address asset;
        address priceFeed;
        uint64 scale;
        uint64 borrowCollateralFactor;
        uint64 liquidateCollateralFactor;
        uint64 liquidationFactor;
        uint128 supplyCap;
    }

    /// @dev Takes the tokens from the caller. Of the base token it repays `dst`'s debt first; beyond it, it lends.
    function supplyTo(address dst, address asset, uint256 amount) external;

    function baseToken() external view returns (address);

    function baseTokenPriceFeed() external view returns (address);

    /// @return ten to the power of the base token's decimals
    function baseScale() external view returns (uint256);

    function numAssets() external view returns (uint8);

    function getAssetInfo(uint8 i) external view returns (AssetInfo memory);

    /// @dev Reverts for an asset that is no collateral here.
    function getAssetInfoByAddress(address asset) external view returns (AssetInfo memory);

    /// @dev Reverts when the feed has no price above zero; does not look at its age.
    function getPrice(address priceFeed) external view returns (uint256);

    /// @return units of the base token owed, with interest up to this block
    function borrowBalanceOf(address account) external view returns (uint256);

    /// @return principal
    /// @return baseTrackingIndex
    /// @return baseTrackingAccrued
    /// @return assetsIn a bit for each collateral held, of the first sixteen
    /// @return furtherAssetsIn bits of the next eight, where a Comet has so many
    function userBasic(address account)
        external
        view
        returns (
            int104 principal,
            uint64 baseTrackingIndex,
            uint64 baseTrackingAccrued,
            uint16 assetsIn,
            uint8 furtherAssetsIn
        );

    function userCollateral(address account, address asset) external view returns (uint128 balance, uint128 reserved);
}
