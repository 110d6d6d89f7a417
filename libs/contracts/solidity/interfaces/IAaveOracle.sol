// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice Where Aave's price oracle is found. Aave's governance may change it.
interface IAaveAddressesProvider {
    function getPriceOracle() external view returns (address);
}

/// @notice The part of Aave's price oracle that FILL uses.
interface IAaveOracle {
    /// @return price of one whole token, in the market's base currency; the oracle itself does not look at its age
    function getAssetPrice(address asset) external view returns (uint256 price);

    /// @return the contract that the price is read from
    function getSourceOfAsset(address asset) external view returns (address);
}
