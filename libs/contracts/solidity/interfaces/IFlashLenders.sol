// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice The part of Aave v3.6's Pool that the fillers use. `borrow` is not here: a filler cannot call it.
interface IAaveLending {
    /// @dev Calls `executeOperation` on `receiver` and afterwards takes the amount and the premium from it.
    function flashLoanSimple(
        address receiver,
        address asset,
        uint256 amount,
        bytes calldata data,
        uint16 referralCode
    ) external;

    /// @param amount units of `asset`; the largest uint256 stands for all that the caller's aTokens give
    function withdraw(address asset, uint256 amount, address to) external returns (uint256 withdrawn);

    function repay(address asset, uint256 amount, uint256 interestRateMode, address onBehalfOf)
        external
        returns (uint256 repaid);

    function getReserveAToken(address asset) external view returns (address);
}

/// @notice Morpho Blue as a lender for the length of a call.
interface IMorphoLending {
    /// @dev Calls `onMorphoFlashLoan` on its caller and afterwards takes the amount from it.
    function flashLoan(address token, uint256 amount, bytes calldata data) external;
}
