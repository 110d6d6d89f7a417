// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {GuardActions} from "../solidity/guard/GuardActions.sol";
import {AaveGuard} from "../solidity/guard/AaveGuard.sol";
import {Mandate} from "../solidity/guard/Mandate.sol";
import {Actions, Ceilings} from "../solidity/guard/Terms.sol";
import {MandateRegistry} from "../solidity/guard/MandateRegistry.sol";
import {AmountRule} from "../solidity/libraries/AmountRule.sol";
import {GuardFixture} from "./support/GuardFixture.sol";
import {MockToken} from "./support/MockTokens.sol";
import {MockVenue} from "./support/MockVenue.sol";

contract RepayTest is GuardFixture {
    /* THE ACT ITSELF */

    function testMovesTheAmountFromTheWalletIntoTheLoanAndTellsOfIt() public {
        uint256 hfBefore = _health();
        uint256 hfAfter = 10e18 * 2_700 * 8_300 / 10_000 * 1e18 / (DEBT - 3_000e18);
        Mandate memory m = _mandate();
        bytes32 hash = guard.hashMandate(m);
        vm.expectEmit(address(guard));
        emit GuardActions.Executed(hash, owner, KEEPER, Actions.REPAY, 1, hfBefore, hfAfter, 3_000e18, 0, 0);
        vm.prank(KEEPER);
        guard.repay(m, 1, 3_000e18, DEADLINE);

        assertEq(_debt(), DEBT - 3_000e18, "debt");
        assertEq(usd.balanceOf(owner), WALLET_USD - 3_000e18, "wallet");
        assertEq(usd.balanceOf(address(guard)), 0, "guard");
        assertEq(usd.allowance(address(guard), address(venue)), 0, "allowance to the venue");
        assertEq(_health(), hfAfter, "health");
    }

    function testASecondCallInTheSameBlockReverts() public {
        _repay(1, 3_000e18);
        bytes memory notTriggered = abi.encodeWithSelector(AmountRule.NotTriggered.selector, _health(), TRIGGER);
        _repayReverts(_mandate(), 1, 3_000e18, DEADLINE, notTriggered);
    }

    function testTheCounterNumbersTheActions() public {
        _repay(1, 3_000e18);
        venue.setPrice(address(weth), 2_200);
        _repay(1, 3_000e18);
        (,,, uint64 seq,,) = guard.position(owner, address(weth), address(usd));
        assertEq(seq, 2, "seq");
    }

    /* WHO AND WHEN */

    function testOnlyAKeeperMayAct() public {
        Mandate memory m = _mandate();
        address[2] memory others = [STRANGER, owner];
        for (uint256 i = 0; i < others.length; i++) {
            vm.prank(others[i]);
            vm.expectRevert(abi.encodeWithSelector(MandateRegistry.NotKeeper.selector, others[i], address(keepers)));
            guard.repay(m, 1, 3_000e18, DEADLINE);
        }
    }

    function testARemovedKeeperMayNotAct() public {
        vm.prank(REMOVER);
        keepers.remove(KEEPER);
        bytes memory notKeeper = abi.encodeWithSelector(MandateRegistry.NotKeeper.selector, KEEPER, address(keepers));
        _repayReverts(_mandate(), 1, 3_000e18, DEADLINE, notKeeper);
    }

    function testActsUpToTheDeadlinesLastSecond() public {
        vm.warp(DEADLINE);
        _repay(1, 3_000e18);
    }

    function testDoesNotActAfterTheDeadline() public {
        vm.warp(DEADLINE + 1);
        bytes memory passed =
            abi.encodeWithSelector(MandateRegistry.DeadlinePassed.selector, DEADLINE, DEADLINE + 1);
        _repayReverts(_mandate(), 1, 3_000e18, DEADLINE, passed);
    }

    function testActsUpToTheMandatesLastSecond() public {
        vm.warp(EXPIRY);
        Mandate memory m = _mandate();
        vm.prank(KEEPER);
        guard.repay(m, 1, 3_000e18, EXPIRY);
    }

    function testDoesNotActAfterTheMandateExpired() public {
        vm.warp(EXPIRY + 1);
        bytes memory expired = abi.encodeWithSelector(Ceilings.Expired.selector, EXPIRY, EXPIRY + 1);
        _repayReverts(_mandate(), 1, 3_000e18, EXPIRY + 1, expired);
    }

    function testDoesNotActWithoutTheActionsBit() public {
        Mandate memory m = _mandate();
        m.actions = Actions.TOP_UP | Actions.FILL;
        m.prev = guard.prevOf(owner, address(weth), address(usd));
        _activate(m);
        bytes memory notAllowed =
            abi.encodeWithSelector(MandateRegistry.ActionNotAllowed.selector, Actions.REPAY, m.actions);
        _repayReverts(m, 1, 3_000e18, DEADLINE, notAllowed);
    }

    /* THE TRIGGER AND THE BAND */

    function testDoesNotActAtTheTrigger() public {
        venue.script(TRIGGER, MIN_HF);
        bytes memory notTriggered = abi.encodeWithSelector(AmountRule.NotTriggered.selector, TRIGGER, TRIGGER);
        _repayReverts(_mandate(), 1, 3_000e18, DEADLINE, notTriggered);
    }

    function testActsJustBelowTheTrigger() public {
        venue.script(TRIGGER - 1, MIN_HF);
        _repay(1, 3_000e18);
    }

    function testMayEndExactlyOnEitherEdgeOfTheBand() public {
        venue.script(1.1e18, MIN_HF);
        _repay(1, 3_000e18);
        venue.script(1.1e18, MAX_HF);
        _repay(1, 3_000e18);
    }

    function testMayNotEndJustBelowTheBand() public {
        venue.script(1.1e18, MIN_HF - 1);
        bytes memory below = abi.encodeWithSelector(AmountRule.BelowBand.selector, MIN_HF - 1, MIN_HF);
        _repayReverts(_mandate(), 1, 3_000e18, DEADLINE, below);
    }

    function testMayNotEndJustAboveTheBand() public {
        venue.script(1.1e18, MAX_HF + 1);
        bytes memory above = abi.encodeWithSelector(AmountRule.AboveBand.selector, MAX_HF + 1, MAX_HF);
        _repayReverts(_mandate(), 1, 3_000e18, DEADLINE, above);
    }

    function testTheHealthFactorMustRise() public {
        venue.script(1.1e18, 1.1e18);
        bytes memory same = abi.encodeWithSelector(AmountRule.HealthNotImproved.selector, 1.1e18, 1.1e18);
        _repayReverts(_mandate(), 1, WALLET_USD, DEADLINE, same);
    }

    /* THE EXEMPTIONS: everything that is there, or everything that is owed */

    function testAllThatIsAvailableMayEndBelowTheBand() public {
        _walletHas(500e18);
        venue.script(1.1e18, 1.11e18);
        _repay(1, 500e18);
        assertEq(usd.balanceOf(owner), 0, "wallet");
    }

    function testMoreThanIsAvailableTakesAllAndIsExemptToo() public {
        _walletHas(500e18);
        venue.script(1.1e18, 1.11e18);
        _repay(1, type(uint256).max);
        assertEq(_debt(), DEBT - 500e18, "debt");
    }

    function testOneUnitLessThanIsAvailableIsNotExempt() public {
        _walletHas(500e18);
        venue.script(1.1e18, 1.11e18);
        bytes memory below = abi.encodeWithSelector(AmountRule.BelowBand.selector, 1.11e18, MIN_HF);
        _repayReverts(_mandate(), 1, 500e18 - 1, DEADLINE, below);
    }

    /// @dev The plan was made with 500 in the wallet; `max` is what reaches the target. A stranger then adds one unit.
    function testAGiftToTheWalletDoesNotTakeTheExemptionFromACallThatAsksForTheTarget() public {
        _walletHas(500e18);
        usd.mint(owner, 1);
        venue.script(1.1e18, 1.11e18);
        bytes memory below = abi.encodeWithSelector(AmountRule.BelowBand.selector, 1.11e18, MIN_HF);
        _repayReverts(_mandate(), 1, 500e18, DEADLINE, below);
        _repay(1, 3_000e18);
        assertEq(usd.balanceOf(owner), 0, "wallet");
        assertEq(_debt(), DEBT - 500e18 - 1, "debt");
    }

    /// @dev Whatever the gift, a call that asks for the target ends at it or with an empty wallet.
    function testFuzzAGiftToTheWalletNeverStopsACallThatAsksForTheTarget(uint256 had, uint256 gift) public {
        _walletHas(bound(had, 1e18, 2_999e18));
        usd.mint(owner, bound(gift, 0, 20_000e18));
        vm.prank(owner);
        usd.approve(address(guard), type(uint256).max);
        _repay(1, 3_000e18);
        assertTrue(usd.balanceOf(owner) == 0 || _debt() == DEBT - 3_000e18, "all of it, or the target");
    }

    function testTheApprovalLimitsWhatIsAvailable() public {
        vm.prank(owner);
        usd.approve(address(guard), 400e18);
        venue.script(1.1e18, 1.11e18);
        _repay(1, type(uint256).max);
        assertEq(_debt(), DEBT - 400e18, "debt");
        assertEq(usd.allowance(owner, address(guard)), 0, "approval");
    }

    function testAllThatIsAvailableMayNotEndAboveTheBand() public {
        venue.script(1.1e18, MAX_HF + 1);
        bytes memory above = abi.encodeWithSelector(AmountRule.AboveBand.selector, MAX_HF + 1, MAX_HF);
        _repayReverts(_mandate(), 1, WALLET_USD, DEADLINE, above);
    }

    function testAllThatIsOwedMayEndAboveTheBand() public {
        venue.setDebt(owner, address(usd), 2_000e18);
        venue.script(1.1e18, type(uint256).max);
        _repay(1, type(uint256).max);
        assertEq(_debt(), 0, "debt");
        assertEq(usd.balanceOf(owner), WALLET_USD - 2_000e18, "wallet");
    }

    function testAllThatIsOwedMayEndBelowTheBandWhenOtherDebtRemains() public {
        venue.setDebt(owner, address(usd), 2_000e18);
        venue.script(1.1e18, 1.11e18);
        _repay(1, 2_000e18);
    }

    function testOneUnitLessThanIsOwedIsNotExempt() public {
        venue.setDebt(owner, address(usd), 2_000e18);
        venue.script(1.1e18, MAX_HF + 1);
        bytes memory above = abi.encodeWithSelector(AmountRule.AboveBand.selector, MAX_HF + 1, MAX_HF);
        _repayReverts(_mandate(), 1, 2_000e18 - 1, DEADLINE, above);
    }

    function testAStrangersRepaymentInTheSameBlockChangesTheAmountAndNotTheRescue() public {
        venue.setDebt(owner, address(usd), 2_000e18 - 2);
        venue.script(1.1e18, type(uint256).max);
        _repay(1_900e18, 2_000e18);
        assertEq(usd.balanceOf(owner), WALLET_USD - (2_000e18 - 2), "wallet");
    }

    function testWhatTheOwnerSpendsInTheSameBlockChangesTheAmountAndNotTheRescue() public {
        vm.prank(owner);
        usd.transfer(STRANGER, 12_500e18);
        _repay(2_000e18, 3_000e18);
        assertEq(usd.balanceOf(owner), 0, "wallet");
        assertEq(_debt(), DEBT - 2_500e18, "debt");
    }

    /* THE EXECUTOR'S OWN LIMITS */

    function testTheLeastAmountIsRespected() public {
        _walletHas(500e18);
        venue.script(1.1e18, 1.11e18);
        bytes memory belowMin = abi.encodeWithSelector(AmountRule.BelowMin.selector, 500e18, 500e18 + 1);
        _repayReverts(_mandate(), 500e18 + 1, 3_000e18, DEADLINE, belowMin);
        _repay(500e18, 3_000e18);
    }

    function testNothingToMoveReverts() public {
        bytes memory nothing = abi.encodeWithSelector(AmountRule.NothingToMove.selector, 0, WALLET_USD, DEBT);
        _repayReverts(_mandate(), 0, 0, DEADLINE, nothing);
        _walletHas(0);
        nothing = abi.encodeWithSelector(AmountRule.NothingToMove.selector, 3_000e18, 0, DEBT);
        _repayReverts(_mandate(), 0, 3_000e18, DEADLINE, nothing);
    }

    function testNoDebtInThatAssetReverts() public {
        venue.setDebt(owner, address(usd), 0);
        venue.script(1.1e18, MIN_HF);
        bytes memory nothing = abi.encodeWithSelector(AmountRule.NothingToMove.selector, 3_000e18, WALLET_USD, 0);
        _repayReverts(_mandate(), 0, 3_000e18, DEADLINE, nothing);
    }

    /* WHAT OTHERS SEND, AND WHAT THE VENUE DOES */

    function testTokensThatAStrangerSentToTheGuardStayAndDoNotHinder() public {
        usd.mint(address(guard), 7);
        _repay(1, 3_000e18);
        assertEq(usd.balanceOf(address(guard)), 7, "guard");
        assertEq(usd.balanceOf(owner), WALLET_USD - 3_000e18, "wallet");
    }

    function testThreeUnitsOfRoundingAreAccepted() public {
        venue.setShortfall(3);
        _repay(1, 3_000e18);
    }

    function testFourUnitsLessRepaidThanPaidRevert() public {
        venue.setShortfall(4);
        bytes memory notReduced = abi.encodeWithSelector(
            GuardActions.DebtNotReduced.selector, DEBT, DEBT - 3_000e18 + 4, 3_000e18
        );
        _repayReverts(_mandate(), 1, 3_000e18, DEADLINE, notReduced);
    }

    function testARepaymentMayNotCostCollateralBeyondRounding() public {
        venue.setStrayUnits(4);
        bytes memory notAdded =
            abi.encodeWithSelector(GuardActions.CollateralNotAdded.selector, 10e18, 10e18 - 4, 0);
        _repayReverts(_mandate(), 1, 3_000e18, DEADLINE, notAdded);
        venue.setStrayUnits(3);
        _repay(1, 3_000e18);
    }

    function testTheVenueMayTakeTheAmountAndNoMore() public {
        _repay(1, 3_000e18);
        assertEq(venue.allowanceSeen(), 3_000e18, "allowance during the call");
    }

    function testAVenueThatTakesLessThanItWasGivenReverts() public {
        venue.setLeaves(1);
        bytes memory changed = abi.encodeWithSelector(GuardActions.OwnBalanceChanged.selector, address(usd), 0, 1);
        _repayReverts(_mandate(), 1, 3_000e18, DEADLINE, changed);
    }

    function testTheVenuesErrorComesThroughUnchanged() public {
        venue.refuse(42);
        bytes memory saysNo = abi.encodeWithSelector(MockVenue.VenueSaysNo.selector, 42);
        _repayReverts(_mandate(), 1, 3_000e18, DEADLINE, saysNo);
        assertEq(usd.balanceOf(owner), WALLET_USD, "wallet");
    }

    function _walletHas(uint256 amount) private {
        uint256 spare = usd.balanceOf(owner) - amount;
        vm.prank(owner);
        usd.transfer(address(0xDEAD), spare);
    }
}
