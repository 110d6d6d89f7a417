// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Mandate} from "../../solidity/guard/Mandate.sol";
import {GuardFixture} from "../support/GuardFixture.sol";
import {MockLedger} from "../support/MockVenue.sol";

/// @notice FILL on the mock venue: 10 WETH at 2,700 against 20,000 USD, health 1.1205.
contract FillTest is GuardFixture {
    function setUp() public override {
        super.setUp();
        _approveCollateral(10e18);
    }

    function testAFillRepaysAndPaysOutCollateralAtTheOraclesPrice() public {
        // 5,400 USD at 2,700 is 2 WETH; 0.5 % on top of it is the executor's.
        _fill(1, 5_400e18, 2.01e18);
        assertEq(_debt(), 14_600e18, "debt");
        assertEq(_collateral(), 7.99e18, "collateral");
        assertEq(MockLedger(venue.getReserveAToken(address(weth))).balanceOf(KEEPER), 2.01e18, "paid out");
        assertEq(usd.balanceOf(KEEPER) + usd.balanceOf(address(guard)), 0, "paid in");
        assertTrue(_health() >= MIN_HF && _health() <= MAX_HF, "in the band");
        assertTrue(guard.preview(_mandate()).budgetLeft == FILL_PER_DAY - 5_400e18, "budget");
    }
}
