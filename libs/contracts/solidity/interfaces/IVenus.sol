// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice The part of Venus's comptroller (core pool, 9.0.0) that the guard reads. It calls nothing of it that changes anything.
interface IVenusComptroller {
    /// @dev The getter returns more words; the first two are read.
    /// @return isListed
    /// @return collateralFactor scaled by 1e18: what Venus borrows and liquidates by
    function markets(address vToken) external view returns (bool isListed, uint256 collateralFactor);

    /// @return the markets that count for the account's health, as collateral or as debt
    function getAssetsIn(address account) external view returns (address[] memory);

    function checkMembership(address account, address vToken) external view returns (bool);

    function oracle() external view returns (address);

    /// @return the zero address where there is none
    function vaiController() external view returns (address);
}

interface IVenusOracle {
    /// @return price of one unit of the market's token, so scaled that price x units / 1e18 is in USD with 18 decimals; zero
    /// when there is none
    function getUnderlyingPrice(address vToken) external view returns (uint256 price);
}

interface IVaiController {
    /// @return what the account owes in VAI, counted at one USD each, scaled by 1e18
    function getVAIRepayAmount(address account) external view returns (uint256);
}

/// @notice The part of a Venus market that the guard uses. Neither `borrow` nor `redeem` is here: the guard cannot call them.
/// @dev Functions that return `error` return zero when they did what they were called for.
interface IVToken {
    /// @dev The market of the chain's own coin answers the zero address, or has no such function.
    function underlying() external view returns (address);

    /// @dev Adds the market's interest up to this block.
    function accrueInterest() external returns (uint256 error);

    /// @dev Takes the tokens from the caller.
    function mintBehalf(address receiver, uint256 mintAmount) external returns (uint256 error);

    /// @dev Takes the tokens from the caller.
    function repayBorrowBehalf(address borrower, uint256 repayAmount) external returns (uint256 error);

    /// @return error
    /// @return vTokens that the account holds
    /// @return borrowed units of the token, with interest up to the market's last accrual
    /// @return exchangeRate units of the token for a unit of the vToken, scaled by 1e18
    function getAccountSnapshot(address account)
        external
        view
        returns (uint256 error, uint256 vTokens, uint256 borrowed, uint256 exchangeRate);

    function exchangeRateStored() external view returns (uint256);

    function getCash() external view returns (uint256);

    function totalBorrows() external view returns (uint256);
}
