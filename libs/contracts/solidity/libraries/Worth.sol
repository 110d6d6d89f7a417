// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice What an amount of one token is worth in units of another.
library Worth {
    /// @notice `amount x priceIn / priceOut`, between tokens of different decimals, times `numerator / denominator`, rounded down once.
    /// @param priceIn price of one whole token of what `amount` counts, `priceOut` of the other, in the same currency and scale
    /// @dev Exact: of the two powers of ten only their difference is applied, so that no product passes 256 bits for any
    /// token of up to 27 decimals with amounts up to 2^128 and prices up to 2^64.
    function convert(
        uint256 amount,
        uint256 priceIn,
        uint8 decimalsIn,
        uint256 priceOut,
        uint8 decimalsOut,
        uint256 numerator,
        uint256 denominator
    ) internal pure returns (uint256) {
        uint256 above = amount * priceIn * numerator;
        uint256 below = priceOut * denominator;
        if (decimalsOut >= decimalsIn) above *= 10 ** (decimalsOut - decimalsIn);
        else below *= 10 ** (decimalsIn - decimalsOut);
        return above / below;
    }
}
