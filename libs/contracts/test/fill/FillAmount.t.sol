// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {FillAction} from "../../solidity/guard/FillAction.sol";
import {GuardActions} from "../../solidity/guard/GuardActions.sol";
import {Mandate} from "../../solidity/guard/Mandate.sol";
import {MandateRegistry} from "../../solidity/guard/MandateRegistry.sol";
import {Actions, Ceilings} from "../../solidity/guard/Terms.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";
import {AmountRule} from "../../solidity/libraries/AmountRule.sol";
import {MockToken} from "../support/MockTokens.sol";
import {MockVenue} from "../support/MockVenue.sol";
import {FillFixture} from "./FillFixture.sol";

/// @notice How much a fill moves, for how much, who may ask for it, and where it must end.
contract FillAmountTest is FillFixture {
    /* WHO AND WHEN */

    function testOnlyAListedKeeperFills() public {
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(MandateRegistry.NotKeeper.selector, STRANGER, address(keepers)));
        guard.fill(live, 1, 5_400e18, 2e18, DEADLINE);
    }

    function testARemovedKeeperFillsNoMore() public {
        vm.prank(REMOVER);
        keepers.remove(KEEPER);
        _fillReverts(
            1, 5_400e18, 2e18, abi.encodeWithSelector(MandateRegistry.NotKeeper.selector, KEEPER, address(keepers))
        );
    }

    function testTheDeadlineIsTheLastSecond() public {
        vm.warp(DEADLINE);
        vm.prank(KEEPER);
        guard.fill(live, 1, 5_400e18, 2e18, DEADLINE);
        _reopen(2_700);
        vm.warp(DEADLINE + 1);
        vm.prank(KEEPER);
        vm.expectRevert(abi.encodeWithSelector(MandateRegistry.DeadlinePassed.selector, DEADLINE, DEADLINE + 1));
        guard.fill(live, 1, 5_400e18, 2e18, DEADLINE);
    }

    function testTheMandateMustAllowFilling() public {
        Mandate memory m = live;
        m.actions = Actions.REPAY | Actions.TOP_UP;
        _replaceBy(m);
        _fillReverts(
            1,
            5_400e18,
            2e18,
            abi.encodeWithSelector(MandateRegistry.ActionNotAllowed.selector, Actions.FILL, uint256(m.actions))
        );
    }

    function testNothingIsFilledAtTheTriggerAndSomethingOneStepBelow() public {
        venue.script(TRIGGER, MIN_HF);
        _fillReverts(1, 5_400e18, 2e18, abi.encodeWithSelector(AmountRule.NotTriggered.selector, TRIGGER, TRIGGER));
        venue.script(TRIGGER - 1, MIN_HF);
        _doFill(1, 5_400e18, 2e18);
    }

    function testARevokedMandateFillsNoMore() public {
        bytes32 hash = guard.hashMandate(live);
        vm.prank(owner);
        guard.revoke(address(weth), address(usd));
        _fillReverts(1, 5_400e18, 2e18, abi.encodeWithSelector(MandateRegistry.NotActive.selector, hash, bytes32(0)));
    }

    function testAnExpiredMandateFillsNoMore() public {
        vm.warp(EXPIRY + 1);
        wethFeed.set(2_700, EXPIRY, EXPIRY);
        usdFeed.set(1, EXPIRY, EXPIRY);
        _fillReverts(1, 5_400e18, 2e18, abi.encodeWithSelector(Ceilings.Expired.selector, EXPIRY, EXPIRY + 1));
    }

    /* THE PRICE */

    function testTheOwnerPaysAtMostTheSignedCost() public {
        uint256 ceiling = _worth(5_400e18, MAX_COST_BPS, 2_700);
        assertEq(ceiling, 2.02e18, "1% on top of 2 WETH");
        _fillReverts(
            1, 5_400e18, ceiling + 1, abi.encodeWithSelector(FillAction.CostTooHigh.selector, ceiling + 1, ceiling)
        );
        _doFill(1, 5_400e18, ceiling);
        assertEq(_paidOut(), ceiling, "paid out");
    }

    function testACostOfNothingIsTheOraclesPrice() public {
        Mandate memory m = live;
        m.maxCostBps = 0;
        _replaceBy(m);
        _fillReverts(1, 5_400e18, 2e18 + 1, abi.encodeWithSelector(FillAction.CostTooHigh.selector, 2e18 + 1, 2e18));
        _doFill(1, 5_400e18, 2e18);
    }

    function testFuzzTheExecutorNeverGetsMoreThanTheSignedPrice(uint256 max, uint256 out, uint256 price, uint256 cost)
        public
    {
        Mandate memory m = live;
        m.maxCostBps = uint16(bound(cost, 0, 500));
        _replaceBy(m);
        price = bound(price, 2_410, 2_890);
        venue.setPrice(address(weth), price);
        uint256 collateral = _collateral();
        vm.prank(KEEPER);
        try guard.fill(live, 0, bound(max, 1, 30_000e18), bound(out, 0, 12e18), DEADLINE) {
            assertTrue(
                _paidOut() * price * 10_000 <= _paidIn() * (10_000 + uint256(m.maxCostBps)), "value out against value in"
            );
            assertEq(_debt(), DEBT - _paidIn(), "all that was paid in reduced the debt");
            assertEq(_collateral(), collateral - _paidOut(), "and no more collateral left than was paid out");
        } catch {
            assertEq(_debt() + _collateral() + _paidIn(), DEBT + collateral, "nothing moved");
        }
    }

    function testAPriceOfZeroIsNoPrice() public {
        venue.setPrice(address(usd), 0);
        venue.script(1.1e18, MIN_HF);
        _fillReverts(1, 5_400e18, 2e18, abi.encodeWithSelector(FillAction.NoPrice.selector, address(usd)));
        venue.setPrice(address(usd), 1);
        venue.setPrice(address(weth), 0);
        _fillReverts(1, 5_400e18, 2e18, abi.encodeWithSelector(FillAction.NoPrice.selector, address(weth)));
    }

    /* THE AMOUNT */

    function testTheAmountIsClampedToTheDebtAndWhatIsPaidOutWithIt() public {
        Mandate memory m = live;
        m.fillPerDay = 40_000e18;
        _replaceBy(m);
        _doFill(1, 30_000e18, 9e18);
        assertEq(_debt(), 0, "debt");
        // 9 WETH were for 30,000: for 20,000 it is 6.
        assertEq(_paidOut(), 6e18, "paid out");
        assertEq(_paidIn(), DEBT, "paid in");
    }

    function testATwoUnitRepaymentByAStrangerDoesNotBreakAWholeFill() public {
        Mandate memory m = live;
        m.fillPerDay = 40_000e18;
        _replaceBy(m);
        venue.setDebt(owner, address(usd), DEBT - 2);
        _doFill(1, DEBT, 7e18);
        assertEq(_debt(), 0, "debt");
        assertEq(_paidOut(), 7e18 * (DEBT - 2) / DEBT, "paid out, rounded down");
    }

    function testWhatTheOwnerLetsGoLimitsBothSides() public {
        _approveCollateral(1e18);
        _doFill(1, 5_400e18, 2e18);
        assertEq(_paidOut(), 1e18, "all that was approved");
        assertEq(_paidIn(), 2_700e18, "for half of the amount");
    }

    function testTheAmountIsThenRoundedUpSoThatTheOwnerLosesNoUnit() public {
        // A unit of collateral for 2,500.5 units of debt: it costs the executor 2,501.
        _approveCollateral(1);
        venue.setPrice(address(weth), 2_500);
        venue.script(1.1e18, 1.1e18 + 1);
        _doFill(1, 5_001e18, 2e18);
        assertEq(_paidIn(), 2_501, "rounded up");
        assertEq(_paidOut(), 1, "one unit");
    }

    function testWithoutReleasableCollateralNothingIsPaidOut() public {
        _approveCollateral(0);
        _fillReverts(
            1, 5_400e18, 2e18, abi.encodeWithSelector(FillAction.NothingReleasable.selector, address(weth))
        );
    }

    function testLessThanTheExecutorsLeastIsRefused() public {
        _approveCollateral(1e18);
        _fillReverts(
            2_700e18 + 1,
            5_400e18,
            2e18,
            abi.encodeWithSelector(AmountRule.BelowMin.selector, 2_700e18, 2_700e18 + 1)
        );
        _doFill(2_700e18, 5_400e18, 2e18);
    }

    function testNothingToMoveIsSaid() public {
        _fillReverts(0, 0, 0, abi.encodeWithSelector(AmountRule.NothingToMove.selector, 0, FILL_PER_DAY, DEBT));
        venue.script(1.1e18, MIN_HF);
        venue.setDebt(owner, address(usd), 0);
        _fillReverts(0, 1, 0, abi.encodeWithSelector(AmountRule.NothingToMove.selector, 1, FILL_PER_DAY, 0));
    }

    function testFuzzManySmallFillsCostTheOwnerNoMoreThanOne(uint256 parts, uint256 repaid) public {
        parts = bound(parts, 2, 8);
        repaid = bound(repaid, 100_000, 5_400e18);
        for (uint256 left = repaid; left > 0;) {
            uint256 part = left < 2 * (repaid / parts) ? left : repaid / parts;
            venue.script(1.1e18, MIN_HF);
            _doFill(1, part, _worth(part, MAX_COST_BPS, 2_700));
            left -= part;
        }
        assertEq(_paidIn(), repaid, "repaid in parts");
        assertTrue(_paidOut() <= _worth(repaid, MAX_COST_BPS, 2_700), "no dearer than at once");
    }

    /* THE BAND */

    function testAFillEndsInsideTheBand() public {
        venue.script(1.1e18, MIN_HF - 1);
        _fillReverts(1, 5_400e18, 2e18, abi.encodeWithSelector(AmountRule.BelowBand.selector, MIN_HF - 1, MIN_HF));
        venue.script(1.1e18, MIN_HF);
        _doFill(1, 5_400e18, 2e18);
        _reopen(2_700);
        venue.script(1.1e18, MAX_HF + 1);
        _fillReverts(1, 5_400e18, 2e18, abi.encodeWithSelector(AmountRule.AboveBand.selector, MAX_HF + 1, MAX_HF));
        venue.script(1.1e18, MAX_HF);
        _doFill(1, 5_400e18, 2e18);
    }

    function testTheHealthMustRise() public {
        venue.script(1.1e18, 1.1e18);
        _fillReverts(1, 5_400e18, 2e18, abi.encodeWithSelector(AmountRule.HealthNotImproved.selector, 1.1e18, 1.1e18));
    }

    function testAFillThatUsesUpTheBudgetMayEndBelowTheBand() public {
        Mandate memory m = live;
        m.fillPerDay = 1_000e18;
        _replaceBy(m);
        venue.script(1.1e18, 1.15e18);
        _fillReverts(1, 1_000e18 - 1, 0.3e18, abi.encodeWithSelector(AmountRule.BelowBand.selector, 1.15e18, MIN_HF));
        venue.script(1.1e18, 1.15e18);
        _doFill(1, 1_000e18, 0.3e18);
    }

    function testAFillThatTakesAllTheReleasableCollateralMayEndBelowTheBand() public {
        _approveCollateral(1e18);
        venue.script(1.1e18, 1.15e18);
        _fillReverts(1, 2_700e18, 1e18 - 1, abi.encodeWithSelector(AmountRule.BelowBand.selector, 1.15e18, MIN_HF));
        venue.script(1.1e18, 1.15e18);
        _doFill(1, 2_700e18, 1e18);
    }

    function testAFillThatRepaysTheWholeDebtMayEndAnywhereHigher() public {
        Mandate memory m = live;
        m.fillPerDay = 40_000e18;
        _replaceBy(m);
        venue.script(1.1e18, 9e18);
        _fillReverts(1, DEBT - 1, 7e18, abi.encodeWithSelector(AmountRule.AboveBand.selector, 9e18, MAX_HF));
        venue.script(1.1e18, 1.15e18);
        _doFill(1, DEBT, 7e18);
        assertEq(_debt(), 0, "debt");
    }

    function testAFillOneUnitShortOfTheWholeDebtMayNotEndBelowTheBand() public {
        Mandate memory m = live;
        m.fillPerDay = 40_000e18;
        _replaceBy(m);
        venue.script(1.1e18, MIN_HF - 1);
        _fillReverts(1, DEBT - 1, 7e18, abi.encodeWithSelector(AmountRule.BelowBand.selector, MIN_HF - 1, MIN_HF));
    }

    function testTheSameFillTwiceInABlockHappensOnce() public {
        _doFill(1, 5_400e18, 2e18);
        uint256 health = _health();
        _fillReverts(1, 5_400e18, 2e18, abi.encodeWithSelector(AmountRule.NotTriggered.selector, health, TRIGGER));
    }

    /* A VENUE THAT MISBEHAVES */

    function testACollateralThatFallsByMoreThanWasPaidOutIsRefused() public {
        venue.setOverdraw(4);
        _fillReverts(
            1,
            5_400e18,
            2e18,
            abi.encodeWithSelector(FillAction.CollateralOverdrawn.selector, 10e18, 8e18 - 4, 2e18)
        );
        venue.setOverdraw(3);
        _doFill(1, 5_400e18, 2e18);
    }

    function testADebtThatFallsByLessThanWasPaidInIsRefused() public {
        venue.setShortfall(4);
        _fillReverts(
            1,
            5_400e18,
            2e18,
            abi.encodeWithSelector(GuardActions.DebtNotReduced.selector, DEBT, DEBT - 5_400e18 + 4, 5_400e18)
        );
        venue.setShortfall(3);
        _doFill(1, 5_400e18, 2e18);
    }

    function testWhatTheVenueSaysComesThroughUnchanged() public {
        venue.refuse(7);
        _fillReverts(1, 5_400e18, 2e18, abi.encodeWithSelector(MockVenue.VenueSaysNo.selector, 7));
    }

    function testTheExecutorMustHaveApprovedAndHold() public {
        vm.prank(KEEPER);
        IToken(address(usd)).approve(address(guard), 5_400e18 - 1);
        _fillReverts(
            1,
            5_400e18,
            2e18,
            abi.encodeWithSelector(
                MockToken.InsufficientAllowance.selector, address(guard), 5_400e18 - 1, 5_400e18
            )
        );
    }

    function testNothingStaysInTheGuard() public {
        usd.mint(address(guard), 3);
        weth.mint(address(guard), 3);
        _doFill(1, 5_400e18, 2e18);
        assertEq(usd.balanceOf(address(guard)), 3, "debt tokens");
        assertEq(weth.balanceOf(address(guard)), 3, "collateral tokens");
        assertEq(usd.allowance(address(guard), address(venue)), 0, "allowance");
    }

    function testTheEventTellsWhatMoved() public {
        uint256 hfAfter = uint256(22_410e18 - 2e18 * 2_700 * 83 / 100) * 1e18 / 14_600e18;
        vm.expectEmit(address(guard));
        emit GuardActions.Executed(
            guard.hashMandate(live), owner, KEEPER, Actions.FILL, 1, 1.1205e18, hfAfter, 5_400e18, 0, 2e18
        );
        _doFill(1, 5_400e18, 2e18);
    }
}
