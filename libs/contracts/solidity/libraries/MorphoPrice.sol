// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice Amounts of one token in units of another, at the price of a Morpho market's oracle: loan units for a collateral unit,
/// scaled by 1e36.
library MorphoPrice {
    uint256 private constant DIGIT = 1e6;
    uint256 private constant DIGITS_OF_SCALE = 6;

    /// @notice `loanAmount x 1e36 / price`, times `numerator / denominator`, rounded down once.
    /// @dev The product with 1e36 can pass 256 bits, so it is divided as by hand: six digits of base 1e6 are brought down one
    /// after the other, and the remainder carried. Exact while `price x denominator < 1e71`; beyond that it reverts. With a
    /// denominator of 10,000 that is a price of 1e67: a whole collateral token of 2 decimals worth a million loan tokens
    /// of 27.
    function toCollateral(uint256 loanAmount, uint256 price, uint256 numerator, uint256 denominator)
        internal
        pure
        returns (uint256 quotient)
    {
        uint256 amount = loanAmount * numerator;
        uint256 divisor = price * denominator;
        quotient = amount / divisor;
        uint256 remainder = amount % divisor;
        for (uint256 i; i < DIGITS_OF_SCALE; i++) {
            remainder *= DIGIT;
            quotient = quotient * DIGIT + remainder / divisor;
            remainder %= divisor;
        }
    }
}
