// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {AaveFiller} from "../../solidity/filler/AaveFiller.sol";
import {FillerFixture} from "./FillerFixture.sol";

/// @notice Whatever an order says and whatever strangers sent: a fill that goes through leaves nothing behind, gives the keeper
/// what was asked for and the owner all the rest, to the unit; one that does not changes nothing.
contract FillerFuzzTest is FillerFixture {
    struct Gifts {
        uint256 debt;
        uint256 collateral;
        uint256 receipts;
    }

    function _give(Gifts memory gifts) private {
        gifts.debt = bound(gifts.debt, 0, 10_000e18);
        gifts.collateral = bound(gifts.collateral, 0, 2e18);
        gifts.receipts = bound(gifts.receipts, 0, 2e18);
        usd.mint(address(filler), gifts.debt);
        weth.mint(address(filler), gifts.collateral);
        pool.give(address(weth), address(filler), gifts.receipts);
    }

    function testFuzzEveryUnitIsAccountedFor(
        uint256 loan,
        uint256 costBps,
        uint256 price,
        uint256 keeps,
        uint256 leaves,
        Gifts memory gifts,
        uint8 lender
    ) public {
        AaveFiller.Order memory o = _order(lender % 2);
        o.max = bound(loan, 1, 20_000e18);
        o.out = o.max * (10_000 + bound(costBps, 0, 120)) / 10_000 / 2_700;
        o.keeps = bound(keeps, 0, 100e18);
        router.setPrice(bound(price, 2_600, 2_800));
        router.setLeaves(bound(leaves, 0, 3));
        _give(gifts);

        uint256 debt = _debt();
        uint256 collateral = _collateral();
        uint256 given = gifts.collateral + gifts.receipts;
        vm.prank(KEEPER);
        try filler.fill(o) {
            uint256 repaid = o.max < FILL_PER_DAY ? o.max : FILL_PER_DAY;
            uint256 brought = (collateral - _collateral() + given - router.leaves()) * router.price();
            uint256 premium = o.lender == AAVE ? o.max * pool.PREMIUM_BPS() / 10_000 : 0;
            uint256 owners = debt - _debt() + usd.balanceOf(owner) - WALLET_USD;
            assertEq(owners + o.keeps + premium, brought + gifts.debt, "in and out");
            assertTrue(debt - _debt() >= repaid, "the loan repaid debt");
            assertEq(usd.balanceOf(KEEPER), o.keeps, "the keeper's");
            assertEq(weth.balanceOf(owner), WALLET_WETH + router.leaves(), "what the router left");
            _assertNothingLeft();
        } catch {
            assertEq(_debt(), debt, "debt");
            assertEq(_collateral(), collateral, "collateral");
            assertEq(usd.balanceOf(KEEPER), 0, "the keeper's");
        }
    }

    /// @dev Most of the orders above must not fail, or they would prove little.
    function testFuzzOrdersInTheBandGoThrough(uint256 loan, uint256 keeps, Gifts memory gifts, uint8 lender) public {
        AaveFiller.Order memory o = _order(lender % 2);
        o.max = bound(loan, 5_000e18, 9_000e18);
        o.out = o.max * 10_090 / 10_000 / 2_700;
        o.keeps = bound(keeps, 0, o.max / 200);
        _give(gifts);
        _run(o);
        _assertNothingLeft();
    }
}
