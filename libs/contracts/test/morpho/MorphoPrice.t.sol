// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {MorphoPrice} from "../../solidity/libraries/MorphoPrice.sol";
import {Assertions} from "../support/Vm.sol";

/// @notice The price arithmetic against products of 512 bits.
contract MorphoPriceTest is Assertions {
    uint256 private constant HIGHEST_DIVISOR = 1e71;

    /// @dev The quotient is exact when it is the largest whose product with the divisor does not pass the dividend.
    function testTheQuotientIsExactForAnyAmountPriceAndCost(uint256 amount, uint256 price, uint256 bps) public pure {
        amount = bound(amount, 0, type(uint128).max);
        price = bound(price, 1, HIGHEST_DIVISOR / 10_000);
        bps = bound(bps, 0, 10_500);
        if (!_fits(amount * bps, price * 10_000)) return;
        uint256 quotient = MorphoPrice.toCollateral(amount, price, bps, 10_000);
        (uint256 high, uint256 low) = _product(amount * bps, 1e36);
        (uint256 highBelow, uint256 lowBelow) = _product(quotient, price * 10_000);
        assertTrue(highBelow < high || (highBelow == high && lowBelow <= low), "not above the exact value");
        if (quotient == type(uint256).max) return;
        (highBelow, lowBelow) = _product(quotient + 1, price * 10_000);
        assertTrue(highBelow > high || (highBelow == high && lowBelow > low), "less than one below it");
    }

    function testRealPrices() public pure {
        // 5,400 USDC at 2,700 USDC for a WETH, one per cent on top.
        assertEq(MorphoPrice.toCollateral(5_400e6, 2_700e24, 10_100, 10_000), 2.02e18, "USDC for WETH");
        // A loan token of 27 decimals, a collateral token of 2, a whole one worth 1,000: 1e36 x 1e25 x 1e3.
        assertEq(MorphoPrice.toCollateral(5_000e27, 1e64, 10_100, 10_000), 505, "27 for 2 decimals");
        // The other way round: the product with 1e36 passes 256 bits.
        assertEq(MorphoPrice.toCollateral(1e38, 1e8, 10_000, 10_000), 1e66, "2 for 27 decimals");
    }

    function testAtThePriceNamedInTheDocumentationItIsExactAndFarBeyondItReverts() public {
        assertEq(MorphoPrice.toCollateral(1e38, 1e67, 10_500, 10_000), 1e7 * 105 / 100, "at 1e67");
        vm.expectPartialRevert(bytes4(0x4e487b71));
        this.convert(1e38, 1e70, 10_500);
    }

    function convert(uint256 amount, uint256 price, uint256 bps) external pure returns (uint256) {
        return MorphoPrice.toCollateral(amount, price, bps, 10_000);
    }

    /// @dev Whether `amount x 1e36 / divisor` is below 2^256.
    function _fits(uint256 amount, uint256 divisor) private pure returns (bool) {
        (uint256 high,) = _product(amount, 1e36);
        return high < divisor;
    }

    function _product(uint256 a, uint256 b) private pure returns (uint256 high, uint256 low) {
        uint256 folded = mulmod(a, b, type(uint256).max);
        unchecked {
            low = a * b;
            high = folded - low - (folded < low ? 1 : 0);
        }
    }
}
