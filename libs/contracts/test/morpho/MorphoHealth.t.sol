// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {MorphoMandate} from "../../solidity/guard/MorphoMandate.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";
import {MorphoFixture} from "./MorphoFixture.sol";

/// @notice The guard's health factor is at least one exactly when Morpho does not liquidate.
contract MorphoHealthTest is MorphoFixture {
    address private constant LIQUIDATOR = address(0x114);

    function testHealthIsOneExactlyWhereMorphoBeginsToLiquidate(uint256 price, uint256 elapsed) public {
        vm.warp(NOW + bound(elapsed, 0, 400 days));
        morpho.accrueInterest(market);
        // Around the price at which the debt is just covered, 1,163 to the collateral's unit and wider.
        uint256 owed = _debt();
        uint256 edge = owed * 1e18 / LLTV * 1e18;
        oracle.set(bound(price, edge - edge / 1e9, edge + edge / 1e9));
        _assertAgreed();
    }

    function testOneUnitOfTheOraclesPriceDecides() public {
        // The least price at which 10 WETH by 86% cover 20,000 USD, found by halving.
        (uint256 low, uint256 high) = (_price(2_000), _price(2_700));
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            oracle.set(middle);
            if (_health() >= 1e18) high = middle;
            else low = middle;
        }
        oracle.set(high);
        assertEq(_health(), 1e18, "exactly one");
        assertTrue(!_liquidates(), "healthy");
        oracle.set(low);
        assertTrue(_health() < 1e18, "below one");
        assertTrue(_liquidates(), "liquidated");
    }

    function _assertAgreed() private {
        bool below = _health() < 1e18;
        assertTrue(_liquidates() == below, "Morpho liquidates exactly below one");
    }

    function _liquidates() private returns (bool done) {
        usd.mint(LIQUIDATOR, 100e6);
        vm.startPrank(LIQUIDATOR);
        IToken(address(usd)).approve(address(morpho), type(uint256).max);
        try morpho.liquidate(market, owner, 0.001e18, 0, "") {
            done = true;
        } catch Error(string memory why) {
            assertEq(keccak256(bytes(why)), keccak256("position is healthy"), "refused for its health");
        }
        vm.stopPrank();
    }
}

/// @notice What a repayment leaves, for any amount and after any time: the guard's own allowance for Morpho's rounding is enough.
contract MorphoRoundingTest is MorphoFixture {
    function testEveryRepaymentInTheBandIsAccepted(uint256 amount, uint256 elapsed, uint256 price) public {
        vm.warp(NOW + bound(elapsed, 0, 700 days));
        oracle.set(bound(price, _price(1_900), _price(2_700)));
        uint256 owed = _debt();
        uint256 weighted = _collateral() * oracle.price() / 1e36 * LLTV / 1e18;
        if (weighted * 1e18 / owed >= TRIGGER) return;
        uint256 least = owed - weighted * 1e18 / MIN_HF;
        uint256 most = owed - weighted * 1e18 / MAX_HF - 1;
        amount = bound(amount, least + 1, most);
        usd.mint(owner, owed);
        vm.startPrank(owner);
        IToken(address(usd)).approve(address(guard), owed);
        vm.stopPrank();
        MorphoMandate memory m = _mandate();
        m.expiry = uint40(block.timestamp);
        m.prev = guard.prevOf(owner, id);
        _activate(m);
        vm.prank(KEEPER);
        guard.repay(m, amount, amount, block.timestamp);
        uint256 left = _debt();
        assertTrue(left + amount >= owed && left + amount <= owed + 1, "a unit at most");
        _assertNothingLeft();
    }
}
