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

contract TopUpTest is GuardFixture {
    function testMovesTheAmountFromTheWalletIntoTheLoanAndTellsOfIt() public {
        uint256 hfBefore = _health();
        uint256 hfAfter = 12e18 * 2_700 * 8_300 / 10_000 * 1e18 / DEBT;
        Mandate memory m = _mandate();
        bytes32 hash = guard.hashMandate(m);
        vm.expectEmit(address(guard));
        emit GuardActions.Executed(hash, owner, KEEPER, Actions.TOP_UP, 1, hfBefore, hfAfter, 0, 2e18, 0);
        vm.prank(KEEPER);
        guard.topUp(m, 1, 2e18, DEADLINE);

        assertEq(_collateral(), 12e18, "collateral");
        assertEq(_debt(), DEBT, "debt");
        assertEq(weth.balanceOf(owner), WALLET_WETH - 2e18, "wallet");
        assertEq(weth.balanceOf(address(guard)), 0, "guard");
        assertEq(weth.allowance(address(guard), address(venue)), 0, "allowance to the venue");
    }

    function testASecondCallInTheSameBlockReverts() public {
        _topUp(1, 2e18);
        bytes memory notTriggered = abi.encodeWithSelector(AmountRule.NotTriggered.selector, _health(), TRIGGER);
        _topUpReverts(_mandate(), 1, 2e18, DEADLINE, notTriggered);
    }

    function testARepaymentInTheSameBlockLeavesNothingToTopUp() public {
        _repay(1, 3_000e18);
        bytes memory notTriggered = abi.encodeWithSelector(AmountRule.NotTriggered.selector, _health(), TRIGGER);
        _topUpReverts(_mandate(), 1, 2e18, DEADLINE, notTriggered);
    }

    /* WHO AND WHEN */

    function testOnlyAKeeperMayAct() public {
        Mandate memory m = _mandate();
        address[2] memory others = [STRANGER, owner];
        for (uint256 i = 0; i < others.length; i++) {
            vm.prank(others[i]);
            vm.expectRevert(abi.encodeWithSelector(MandateRegistry.NotKeeper.selector, others[i], address(keepers)));
            guard.topUp(m, 1, 2e18, DEADLINE);
        }
    }

    function testActsUpToTheDeadlinesLastSecondAndNotAfter() public {
        vm.warp(DEADLINE + 1);
        bytes memory passed =
            abi.encodeWithSelector(MandateRegistry.DeadlinePassed.selector, DEADLINE, DEADLINE + 1);
        _topUpReverts(_mandate(), 1, 2e18, DEADLINE, passed);
        vm.warp(DEADLINE);
        _topUp(1, 2e18);
    }

    function testActsUpToTheMandatesLastSecondAndNotAfter() public {
        Mandate memory m = _mandate();
        vm.warp(EXPIRY + 1);
        bytes memory expired = abi.encodeWithSelector(Ceilings.Expired.selector, EXPIRY, EXPIRY + 1);
        _topUpReverts(m, 1, 2e18, EXPIRY + 1, expired);
        vm.warp(EXPIRY);
        vm.prank(KEEPER);
        guard.topUp(m, 1, 2e18, EXPIRY);
    }

    function testDoesNotActOnceTheOwnerRevokedEverything() public {
        vm.prank(owner);
        guard.revokeAll();
        bytes memory moved =
            abi.encodeWithSelector(MandateRegistry.EpochMoved.selector, bytes32(0), guard.epochOf(owner));
        _topUpReverts(_mandate(), 1, 2e18, DEADLINE, moved);
    }

    function testASupersededMandateDoesNotAct() public {
        Mandate memory old = _mandate();
        Mandate memory next = _mandate();
        next.prev = guard.prevOf(owner, address(weth), address(usd));
        _activate(next);
        bytes memory notActive = abi.encodeWithSelector(
            MandateRegistry.NotActive.selector, guard.hashMandate(old), guard.hashMandate(next)
        );
        _topUpReverts(old, 1, 2e18, DEADLINE, notActive);
        vm.prank(KEEPER);
        guard.topUp(next, 1, 2e18, DEADLINE);
    }

    function testDoesNotActAtTheTrigger() public {
        venue.script(TRIGGER, MIN_HF);
        bytes memory notTriggered = abi.encodeWithSelector(AmountRule.NotTriggered.selector, TRIGGER, TRIGGER);
        _topUpReverts(_mandate(), 1, 2e18, DEADLINE, notTriggered);
    }

    function testTheHealthFactorMustRise() public {
        venue.script(1.1e18, 1.1e18);
        bytes memory same = abi.encodeWithSelector(AmountRule.HealthNotImproved.selector, 1.1e18, 1.1e18);
        _topUpReverts(_mandate(), 1, WALLET_WETH, DEADLINE, same);
    }

    function testDoesNotActWithoutTheActionsBit() public {
        Mandate memory m = _mandate();
        m.actions = Actions.REPAY;
        m.prev = guard.prevOf(owner, address(weth), address(usd));
        _activate(m);
        bytes memory notAllowed =
            abi.encodeWithSelector(MandateRegistry.ActionNotAllowed.selector, Actions.TOP_UP, m.actions);
        _topUpReverts(m, 1, 2e18, DEADLINE, notAllowed);
    }

    function testMayEndExactlyOnEitherEdgeOfTheBand() public {
        venue.script(TRIGGER - 1, MIN_HF);
        _topUp(1, 2e18);
        venue.script(TRIGGER - 1, MAX_HF);
        _topUp(1, 2e18);
    }

    function testMayNotEndJustOutsideTheBand() public {
        venue.script(1.1e18, MIN_HF - 1);
        bytes memory below = abi.encodeWithSelector(AmountRule.BelowBand.selector, MIN_HF - 1, MIN_HF);
        _topUpReverts(_mandate(), 1, 2e18, DEADLINE, below);
        venue.script(1.1e18, MAX_HF + 1);
        bytes memory above = abi.encodeWithSelector(AmountRule.AboveBand.selector, MAX_HF + 1, MAX_HF);
        _topUpReverts(_mandate(), 1, 2e18, DEADLINE, above);
    }

    function testAllThatIsAvailableMayEndBelowTheBandButNotAboveIt() public {
        venue.script(1.1e18, MAX_HF + 1);
        bytes memory above = abi.encodeWithSelector(AmountRule.AboveBand.selector, MAX_HF + 1, MAX_HF);
        _topUpReverts(_mandate(), 1, WALLET_WETH, DEADLINE, above);
        venue.script(1.1e18, 1.11e18);
        bytes memory below = abi.encodeWithSelector(AmountRule.BelowBand.selector, 1.11e18, MIN_HF);
        _topUpReverts(_mandate(), 1, WALLET_WETH - 1, DEADLINE, below);
        _topUp(1, type(uint256).max);
        assertEq(weth.balanceOf(owner), 0, "wallet");
    }

    /// @dev See the same test of `repay`.
    function testAGiftToTheWalletDoesNotTakeTheExemptionFromACallThatAsksForTheTarget() public {
        vm.startPrank(owner);
        weth.transfer(address(0xDEAD), WALLET_WETH - 1e17);
        weth.approve(address(guard), type(uint256).max);
        vm.stopPrank();
        weth.mint(owner, 1);
        bytes memory below = abi.encodeWithSelector(AmountRule.BelowBand.selector, 1.131705e18, MIN_HF);
        _topUpReverts(_mandate(), 1, 1e17, DEADLINE, below);
        _topUp(1, 2e18);
        assertEq(weth.balanceOf(owner), 0, "wallet");
        assertEq(_collateral(), 10.1e18 + 1, "collateral");
    }

    function testAnAmountThatEqualsTheDebtIsNoExemption() public {
        venue.setDebt(owner, address(usd), 2e18);
        venue.script(1.1e18, MIN_HF - 1);
        bytes memory below = abi.encodeWithSelector(AmountRule.BelowBand.selector, MIN_HF - 1, MIN_HF);
        _topUpReverts(_mandate(), 1, 2e18, DEADLINE, below);
    }

    function testTheLeastAmountIsRespected() public {
        bytes memory belowMin = abi.encodeWithSelector(AmountRule.BelowMin.selector, 2e18, 2e18 + 1);
        _topUpReverts(_mandate(), 2e18 + 1, 2e18, DEADLINE, belowMin);
        _topUp(2e18, 2e18);
    }

    function testAnAssetThatTheOwnerDoesNotUseAsCollateralIsRefused() public {
        venue.script(1.1e18, MIN_HF);
        venue.disableCollateral(owner);
        bytes memory notEnabled = abi.encodeWithSelector(AaveGuard.CollateralNotEnabled.selector, address(weth));
        _topUpReverts(_mandate(), 1, 2e18, DEADLINE, notEnabled);
        assertEq(guard.preview(_mandate()).maxTopUp, 0, "preview");
    }

    /// @dev The third reserve of the venue: its flag is bit 5 of the user's bits.
    function testTheFlagOfTheMandatesOwnCollateralIsTheOneThatCounts() public {
        MockToken third = new MockToken();
        venue.list(address(third), 2_700);
        third.mint(venue.getReserveAToken(address(third)), 1_000e18);
        venue.open(owner, address(third), 10e18, address(usd), DEBT);
        third.mint(owner, 5e18);
        vm.prank(owner);
        third.approve(address(guard), 5e18);
        Mandate memory m = _mandate();
        m.collateral = address(third);
        _activate(m);
        venue.script(1.1e18, MIN_HF);

        venue.setUserBits(owner, type(uint256).max ^ (1 << 5));
        bytes memory notEnabled = abi.encodeWithSelector(AaveGuard.CollateralNotEnabled.selector, address(third));
        _topUpReverts(m, 1, 2e18, DEADLINE, notEnabled);
        assertEq(guard.preview(m).maxTopUp, 0, "preview without the flag");

        venue.setUserBits(owner, 1 << 5);
        assertEq(guard.preview(m).maxTopUp, 5e18, "preview with the flag");
        vm.prank(KEEPER);
        guard.topUp(m, 1, 2e18, DEADLINE);
        assertEq(MockToken(venue.getReserveAToken(address(third))).balanceOf(owner), 12e18, "collateral");
    }

    function testAReserveUpTo95PerCentBorrowedIsAccepted() public {
        // 1,000 WETH are in the reserve: 19,000 lent out beside them are 95%.
        venue.setDebt(STRANGER, address(weth), 19_000e18);
        _topUp(1, 2e18);
    }

    function testAReserveMoreThan95PerCentBorrowedIsRefused() public {
        venue.setDebt(STRANGER, address(weth), 19_000e18 + 1);
        bytes memory drained = abi.encodeWithSelector(
            AaveGuard.ReserveDrained.selector, address(weth), 1_000e18, 19_000e18 + 1
        );
        _topUpReverts(_mandate(), 1, 2e18, DEADLINE, drained);
        assertEq(guard.preview(_mandate()).maxTopUp, 0, "preview");
    }

    function testThreeUnitsOfRoundingAreAcceptedAndFourAreNot() public {
        venue.setShortfall(4);
        bytes memory notAdded =
            abi.encodeWithSelector(GuardActions.CollateralNotAdded.selector, 10e18, 12e18 - 4, 2e18);
        _topUpReverts(_mandate(), 1, 2e18, DEADLINE, notAdded);
        venue.setShortfall(3);
        _topUp(1, 2e18);
    }

    function testAddingCollateralMayNotCostDebtBeyondRounding() public {
        venue.setStrayUnits(4);
        bytes memory notReduced = abi.encodeWithSelector(GuardActions.DebtNotReduced.selector, DEBT, DEBT + 4, 0);
        _topUpReverts(_mandate(), 1, 2e18, DEADLINE, notReduced);
        venue.setStrayUnits(3);
        _topUp(1, 2e18);
    }

    function testTheVenueMayTakeTheAmountAndNoMore() public {
        _topUp(1, 2e18);
        assertEq(venue.allowanceSeen(), 2e18, "allowance during the call");
    }

    function testAVenueThatTakesLessThanItWasGivenReverts() public {
        venue.setLeaves(1);
        bytes memory changed = abi.encodeWithSelector(GuardActions.OwnBalanceChanged.selector, address(weth), 0, 1);
        _topUpReverts(_mandate(), 1, 2e18, DEADLINE, changed);
    }

    function testTheVenuesErrorComesThroughUnchanged() public {
        venue.refuse(7);
        _topUpReverts(_mandate(), 1, 2e18, DEADLINE, abi.encodeWithSelector(MockVenue.VenueSaysNo.selector, 7));
    }
}
