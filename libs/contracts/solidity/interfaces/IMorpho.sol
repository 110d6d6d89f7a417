// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IMorphoMarkets} from "./IMorphoMarkets.sol";

/// @notice The part of Morpho Blue that the guard uses. Neither `borrow` nor `withdraw` is here: the guard cannot call them.
interface IMorpho is IMorphoMarkets {
    function isAuthorized(address owner, address authorized) external view returns (bool);

    /// @dev Adds the market's interest up to this block. Asks the market's rate model, which may be anybody's contract.
    function accrueInterest(MarketParams calldata marketParams) external;

    /// @dev Takes the assets from the caller; calls it back only when there is `data`.
    function supplyCollateral(
        MarketParams calldata marketParams,
        uint256 assets,
        address onBehalf,
        bytes calldata data
    ) external;

    /// @dev Only for whom `onBehalf` authorised, and only while the position is healthy after it.
    function withdrawCollateral(
        MarketParams calldata marketParams,
        uint256 assets,
        address onBehalf,
        address receiver
    ) external;
}

/// @notice A market's price source.
interface IMorphoOracle {
    /// @return what one unit of the collateral token is worth in units of the loan token, scaled by 1e36
    function price() external view returns (uint256);
}

/// @notice A market's rate model.
interface IMorphoRates {
    struct Market {
        uint128 totalSupplyAssets;
        uint128 totalSupplyShares;
        uint128 totalBorrowAssets;
        uint128 totalBorrowShares;
        uint128 lastUpdate;
        uint128 fee;
    }

    /// @return rate of a second, scaled by 1e18, that an accrual now would use since `lastUpdate`
    function borrowRateView(IMorphoMarkets.MarketParams calldata marketParams, Market calldata market)
        external
        view
        returns (uint256 rate);
}
