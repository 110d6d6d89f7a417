// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice The part of Aave v3.6's Pool that the guard uses. Neither `borrow` nor `withdraw` is here: the guard cannot call them.
interface IAavePool {
    /// @dev `data` is Aave's bit field of a reserve's settings or of a user's reserves.
    struct BitMap {
        uint256 data;
    }

    /// @dev What `getReserveData` returns; the guard reads `id` alone.
    struct ReserveData {
        BitMap configuration;
        uint128 liquidityIndex;
        uint128 currentLiquidityRate;
        uint128 variableBorrowIndex;
        uint128 currentVariableBorrowRate;
        uint128 currentStableBorrowRate;
        uint40 lastUpdateTimestamp;
        uint16 id;
        address aTokenAddress;
        address stableDebtTokenAddress;
        address variableDebtTokenAddress;
        address interestRateStrategyAddress;
        uint128 accruedToTreasury;
        uint128 unbacked;
        uint128 isolationModeTotalDebt;
    }

    function ADDRESSES_PROVIDER() external view returns (address);

    function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode) external;

    function repay(address asset, uint256 amount, uint256 interestRateMode, address onBehalfOf)
        external
        returns (uint256 repaid);

    /// @return totalCollateralBase in the oracle's currency, as the next three amounts are
    /// @return totalDebtBase
    /// @return availableBorrowsBase
    /// @return currentLiquidationThreshold in basis points
    /// @return ltv in basis points
    /// @return healthFactor scaled by 1e18; the largest uint256 when there is no debt
    function getUserAccountData(address user)
        external
        view
        returns (
            uint256 totalCollateralBase,
            uint256 totalDebtBase,
            uint256 availableBorrowsBase,
            uint256 currentLiquidationThreshold,
            uint256 ltv,
            uint256 healthFactor
        );

    /// @return bits for reserve `id`, bit 2*id says borrowing and bit 2*id+1 says used as collateral
    function getUserConfiguration(address user) external view returns (BitMap memory bits);

    function getReserveData(address asset) external view returns (ReserveData memory);

    /// @return the zero address when the asset is not listed
    function getReserveAToken(address asset) external view returns (address);

    /// @return the zero address when the asset is not listed
    function getReserveVariableDebtToken(address asset) external view returns (address);

    /// @return what the reserve could pay out now, in units of the asset
    function getVirtualUnderlyingBalance(address asset) external view returns (uint128);
}
