// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {FillAction} from "../../solidity/guard/FillAction.sol";
import {GuardActions} from "../../solidity/guard/GuardActions.sol";
import {MandateRegistry} from "../../solidity/guard/MandateRegistry.sol";
import {MorphoMandate} from "../../solidity/guard/MorphoMandate.sol";
import {Keepers} from "../../solidity/Keepers.sol";
import {AmountRule} from "../../solidity/libraries/AmountRule.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";
import {MorphoFixture, SettableOracle} from "./MorphoFixture.sol";

/// @notice The three actions on the real Morpho Blue.
contract MorphoActionsTest is MorphoFixture {
    /// What the loan's collateral counts for: 27,000 USD by 86%.
    uint256 private constant WEIGHTED = 23_220e6;

    /* REPAY */

    function testRepayingMovesTheWalletsTokensIntoTheDebtOnce() public {
        uint256 hfBefore = _health();
        assertEq(hfBefore, 1.161e18, "health before");
        vm.expectEmit(address(guard));
        emit GuardActions.Executed(
            guard.hashMandate(_mandate()), owner, KEEPER, 2, 1, hfBefore, WEIGHTED * 1e18 / 18_000e6, 2_000e6, 0, 0
        );
        _repay(1, 2_000e6);
        assertEq(_debt(), 18_000e6, "debt");
        assertEq(_collateral(), 10e18, "collateral");
        assertEq(usd.balanceOf(owner), 13_000e6, "wallet");
        _assertNothingLeft();
        _repayReverts(
            _mandate(), 1, 2_000e6, abi.encodeWithSelector(AmountRule.NotTriggered.selector, _health(), TRIGGER)
        );
    }

    function testRepayingEndsAtOrAboveTheBandsLowEnd() public {
        // 23,220 / 1.21 leaves a debt of 19,190.08...: one unit of repayment decides.
        uint256 least = DEBT - WEIGHTED * 1e18 / MIN_HF;
        _repayReverts(
            _mandate(),
            1,
            least - 1,
            abi.encodeWithSelector(AmountRule.BelowBand.selector, WEIGHTED * 1e18 / (DEBT - least + 1), MIN_HF)
        );
        _repay(1, least);
    }

    function testRepayingEndsAtOrBelowTheBandsHighEnd() public {
        uint256 most = DEBT - WEIGHTED * 1e18 / MAX_HF;
        assertEq(WEIGHTED * 1e18 / (DEBT - most), MAX_HF, "exactly the end");
        _repayReverts(
            _mandate(),
            1,
            most + 1,
            abi.encodeWithSelector(AmountRule.AboveBand.selector, WEIGHTED * 1e18 / (DEBT - most - 1), MAX_HF)
        );
        _repay(1, most);
        assertEq(_health(), MAX_HF, "health");
    }

    function testADebtIsRepaidInFullToTheLastShareAlsoAfterAYearsInterest() public {
        vm.warp(NOW + 120 days);
        _fund(15_000e6, 0);
        _approveAll();
        MorphoMandate memory m = _mandate();
        uint256 owed = _debt();
        assertTrue(owed > DEBT, "interest");
        vm.prank(KEEPER);
        guard.repay(m, owed, type(uint256).max, block.timestamp);
        (, uint128 shares,) = morpho.position(id, owner);
        assertEq(shares, 0, "shares");
        assertEq(usd.balanceOf(owner), 30_000e6 - owed, "wallet");
        assertEq(_health(), type(uint256).max, "no debt");
        _assertNothingLeft();
    }

    function testAStrangersUnitDoesNotBreakAFullRepayment() public {
        _fund(15_000e6, 0);
        _approveAll();
        usd.mint(STRANGER, 1);
        vm.startPrank(STRANGER);
        IToken(address(usd)).approve(address(morpho), 1);
        morpho.repay(market, 1, 0, owner, "");
        vm.stopPrank();
        _repay(19_000e6, DEBT);
        assertEq(_debt(), 0, "debt");
        _assertNothingLeft();
    }

    function testAllThatTheWalletHoldsMayEndBelowTheBandAndNothingLess() public {
        vm.prank(owner);
        IToken(address(usd)).approve(address(guard), 100e6);
        _repayReverts(
            _mandate(),
            1,
            100e6 - 1,
            abi.encodeWithSelector(AmountRule.BelowBand.selector, WEIGHTED * 1e18 / (DEBT - 100e6 + 1), MIN_HF)
        );
        _repay(1, 1_000e6);
        assertEq(_debt(), DEBT - 100e6, "debt");
    }

    function testNothingHappensAtTheTrigger() public {
        // 23,220 / 1.2 = 19,350: at that debt the health is the trigger.
        usd.mint(STRANGER, 650e6);
        vm.startPrank(STRANGER);
        IToken(address(usd)).approve(address(morpho), 650e6);
        morpho.repay(market, 650e6, 0, owner, "");
        vm.stopPrank();
        assertEq(_health(), TRIGGER, "at the trigger");
        bytes memory not = abi.encodeWithSelector(AmountRule.NotTriggered.selector, TRIGGER, TRIGGER);
        _repayReverts(_mandate(), 1, 1_000e6, not);
        _topUpReverts(_mandate(), 1, 1e18, not);
        _fillReverts(_mandate(), 1, 1_000e6, 0, not);
    }

    function testTheHealthIsMeasuredWithInterestUpToTheBlock() public {
        usd.mint(STRANGER, 651e6);
        vm.startPrank(STRANGER);
        IToken(address(usd)).approve(address(morpho), 651e6);
        morpho.repay(market, 651e6, 0, owner, "");
        vm.stopPrank();
        assertTrue(_health() > TRIGGER, "above the trigger");
        vm.warp(NOW + 30 days);
        uint256 previewed = _health();
        assertTrue(previewed < TRIGGER, "a month's interest later below it");
        MorphoMandate memory m = _mandate();
        vm.prank(KEEPER);
        guard.repay(m, 1, 2_000e6, block.timestamp);
    }

    function testThePreviewIsWhatTheAccrualFinds(uint256 elapsed) public {
        vm.warp(NOW + bound(elapsed, 0, 5 * 365 days));
        uint256 debt = _debt();
        uint256 health = _health();
        morpho.accrueInterest(market);
        assertEq(_debt(), debt, "debt");
        assertEq(_health(), health, "health");
    }

    function testOnlyAKeeperInTimeAndWithinTheSignedActions() public {
        MorphoMandate memory m = _mandate();
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(MandateRegistry.NotKeeper.selector, STRANGER, address(keepers)));
        guard.repay(m, 1, 1_000e6, DEADLINE);
        vm.prank(KEEPER);
        vm.expectRevert(abi.encodeWithSelector(MandateRegistry.DeadlinePassed.selector, NOW - 1, NOW));
        guard.repay(m, 1, 1_000e6, NOW - 1);
        m.actions = 1;
        m.prev = guard.prevOf(owner, id);
        _activate(m);
        _repayReverts(m, 1, 1_000e6, abi.encodeWithSelector(MandateRegistry.ActionNotAllowed.selector, 2, 1));
        _fillReverts(m, 1, 1_000e6, 0, abi.encodeWithSelector(MandateRegistry.ActionNotAllowed.selector, 4, 1));
    }

    function testAnOracleThatDoesNotAnswerIsHeard() public {
        oracle.silence();
        bytes memory silent = abi.encodeWithSelector(SettableOracle.NoAnswer.selector);
        _repayReverts(_mandate(), 1, 2_000e6, silent);
        _topUpReverts(_mandate(), 1, 1e18, silent);
        _fillReverts(_mandate(), 1, 2_000e6, 0, silent);
    }

    /* TOP_UP */

    function testToppingUpMovesTheWalletsTokensIntoTheCollateral() public {
        vm.expectEmit(address(guard));
        emit GuardActions.Executed(
            guard.hashMandate(_mandate()), owner, KEEPER, 1, 1, 1.161e18, 1.2771e18, 0, 1e18, 0
        );
        _topUp(1, 1e18);
        assertEq(_collateral(), 11e18, "collateral");
        assertEq(_debt(), DEBT, "debt");
        assertEq(weth.balanceOf(owner), 4e18, "wallet");
        _assertNothingLeft();
    }

    function testToppingUpIsBoundToTheBandToo() public {
        _topUpReverts(
            _mandate(), 1, 3e18, abi.encodeWithSelector(AmountRule.AboveBand.selector, 1.5093e18, MAX_HF)
        );
        _topUpReverts(
            _mandate(), 1, 0.4e18, abi.encodeWithSelector(AmountRule.BelowBand.selector, 1.20744e18, MIN_HF)
        );
    }

    function testToppingUpDoesNotHelpAtAPriceOfZero() public {
        oracle.set(0);
        _topUpReverts(_mandate(), 1, 5e18, abi.encodeWithSelector(AmountRule.HealthNotImproved.selector, 0, 0));
    }

    /* FILL */

    function testAFillRepaysWithTheExecutorsTokensAndPaysOutCollateral() public {
        _authorise();
        // 5,400 USD are two WETH; one per cent is on top at most.
        _arm(5_400e6);
        MorphoMandate memory m = _mandate();
        bytes32 hash = guard.hashMandate(m);
        vm.prank(KEEPER);
        vm.expectEmit(address(guard));
        emit GuardActions.Executed(
            hash,
            owner,
            KEEPER,
            4,
            1,
            1.161e18,
            uint256(7.98e18) * 2_700 * 86 / 100 / 14_600,
            5_400e6,
            0,
            2.02e18
        );
        guard.fill(m, 1, 5_400e6, 2.02e18, DEADLINE);
        assertEq(_debt(), 14_600e6, "debt");
        assertEq(_collateral(), 7.98e18, "collateral");
        assertEq(weth.balanceOf(KEEPER), 2.02e18, "paid out");
        assertEq(usd.balanceOf(owner), 15_000e6, "the wallet is untouched");
        _assertNothingLeft();
    }

    function testTheCollateralMayBeWorthTheSignedCostMoreAndNotAUnitBeyond() public {
        _authorise();
        _fillReverts(
            _mandate(),
            1,
            5_400e6,
            2.02e18 + 1,
            abi.encodeWithSelector(FillAction.CostTooHigh.selector, 2.02e18 + 1, 2.02e18)
        );
    }

    function testWithoutTheAuthorisationNothingIsReleased() public {
        _fillReverts(
            _mandate(), 1, 5_400e6, 2e18, abi.encodeWithSelector(FillAction.NothingReleasable.selector, address(weth))
        );
        assertEq(guard.preview(_mandate()).maxOut, 0, "preview");
        _authorise();
        assertEq(guard.preview(_mandate()).maxOut, 10e18, "preview");
        _fill(1, 5_400e6, 2e18);
        vm.prank(owner);
        morpho.setAuthorization(address(guard), false);
        oracle.set(_price(2_000));
        _fillReverts(
            _mandate(), 1, 5_400e6, 2e18, abi.encodeWithSelector(FillAction.NothingReleasable.selector, address(weth))
        );
    }

    function testAFillIsScaledDownToTheDayBudget() public {
        _authorise();
        oracle.set(_price(2_500));
        // 8,000 of the 15,000 are used; 7,000 are left when the price falls again.
        _fill(1, 8_000e6, 3.2e18);
        oracle.set(_price(2_050));
        assertTrue(_health() < TRIGGER, "triggered again");
        _fill(1, 9_000e6, 4.39e18);
        // The share used is rounded up: of the 7,000 left, one unit is not there.
        assertEq(_debt(), 5_000e6 + 1, "only 7,000 were repaid");
        assertEq(weth.balanceOf(KEEPER), 3.2e18 + uint256(4.39e18) * (7_000e6 - 1) / 9_000e6, "scaled down");
        assertEq(guard.preview(_mandate()).budgetLeft, 0, "budget");
    }

    function testAFillOfAPositionBelowOneMustReachOneAndMorphoSaysSo() public {
        _authorise();
        oracle.set(_price(2_300));
        assertTrue(_health() < 1e18, "liquidatable");
        // Too small: Morpho's own check after the withdrawal refuses.
        _fillReverts(
            _mandate(), 1, 100e6, 0.0439e18, abi.encodeWithSignature("Error(string)", "insufficient collateral")
        );
        _fill(1, 13_000e6, 5.65e18);
        assertTrue(_health() >= MIN_HF && _health() <= MAX_HF, "in the band");
    }

    function testAFillNeedsTheMarketsOracleToBeTheOnePinned() public {
        _authorise();
        feed.set(2_700, NOW - 3_961, NOW - 3_961);
        _fillReverts(
            _mandate(),
            1,
            5_400e6,
            2e18,
            abi.encodeWithSelector(Keepers.StaleFeed.selector, address(feed), NOW - 3_961, 3_960)
        );
        assertEq(bytes32(guard.preview(_mandate()).fillReason), bytes32(Keepers.StaleFeed.selector), "preview");
        _repay(1, 2_000e6);
    }

    function testAMarketThatTheKeepersDoNotPriceIsNotFilled() public {
        SettableOracle another = new SettableOracle();
        (market, id) = _open(another, 0.9e18);
        _borrow(market, 10e18, 22_000e6);
        _activate(_mandate());
        _authorise();
        _fillReverts(
            _mandate(), 1, 5_400e6, 2e18, abi.encodeWithSelector(Keepers.PairNotPriced.selector, id)
        );
        assertEq(bytes32(guard.preview(_mandate()).fillReason), bytes32(Keepers.PairNotPriced.selector), "preview");
    }

    function testAFillAtAPriceOfZeroIsRefused() public {
        _authorise();
        oracle.set(0);
        _fillReverts(
            _mandate(), 1, 5_400e6, 1, abi.encodeWithSelector(FillAction.NoPrice.selector, address(weth))
        );
    }

    function testTheWholeDebtIsFilledByShares() public {
        MorphoMandate memory m = _mandate();
        m.fillPerDay = 30_000e6;
        m.prev = guard.prevOf(owner, id);
        _activate(m);
        _authorise();
        vm.warp(NOW + 1_000);
        feed.set(2_700, NOW + 1_000, NOW + 1_000);
        _arm(21_000e6);
        vm.prank(KEEPER);
        guard.fill(m, 1, 21_000e6, 7e18, NOW + 1_000);
        (, uint128 shares, uint128 collateral) = morpho.position(id, owner);
        assertEq(shares, 0, "shares");
        assertEq(collateral, 10e18 - weth.balanceOf(KEEPER), "collateral");
        _assertNothingLeft();
    }

    /* PREVIEW */

    function testThePreviewNamesWhatIsInTheWay() public {
        GuardActions.Preview memory p = guard.preview(_mandate());
        assertEq(bytes32(p.reason), bytes32(0), "nothing");
        assertEq(p.maxRepay, 15_000e6, "repay");
        assertEq(p.maxTopUp, 5e18, "top up");
        assertEq(p.maxFill, 0, "fill");
        assertEq(p.budgetLeft, 15_000e6, "budget");
        _authorise();
        assertEq(guard.preview(_mandate()).maxFill, 15_000e6, "fill");
        oracle.set(_price(3_000));
        assertEq(bytes32(guard.preview(_mandate()).reason), bytes32(AmountRule.NotTriggered.selector), "healthy");
    }

    function _approveAll() private {
        vm.startPrank(owner);
        IToken(address(usd)).approve(address(guard), 30_000e6);
        vm.stopPrank();
    }
}
