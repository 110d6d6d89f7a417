// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice Who may act under a mandate, and for which pairs the venue's prices are good enough for FILL. The mandate names one
/// such contract.
interface IKeepers {
    function isKeeper(address account) external view returns (bool);

    /// @notice Reverts unless FILL may rely on the venue's prices of this pair now.
    /// @param pair `keccak256(abi.encode(collateral, debt))`, or a Morpho market's id
    /// @param collateralSource where the venue takes the collateral's price from at this block; `debtSource` the debt's
    function requirePriceOk(bytes32 pair, address collateralSource, address debtSource) external view;
}
