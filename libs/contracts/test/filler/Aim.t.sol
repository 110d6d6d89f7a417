// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {AaveFiller} from "../../solidity/filler/AaveFiller.sol";
import {Aim, Aiming} from "../../solidity/filler/Aim.sol";
import {Filler} from "../../solidity/filler/Filler.sol";
import {Mandate} from "../../solidity/guard/Mandate.sol";
import {AmountRule} from "../../solidity/libraries/AmountRule.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";
import {FillerFixture} from "./FillerFixture.sol";

contract AimingCaller {
    function fill(Aim calldata aim, uint256 health, uint256 debt, uint256 max) external pure returns (uint256) {
        return Aiming.fill(aim, health, debt, max);
    }

    function repayment(Aim calldata aim, uint256 health, uint256 debt, uint256 max) external pure returns (uint256) {
        return Aiming.repayment(aim, health, debt, max);
    }
}

/// @notice Amounts that are worked out in the transaction itself: they fit the loan as it is then.
contract AimTest is FillerFixture {
    AimingCaller private aiming = new AimingCaller();

    /* THE FORMULA */

    function testFuzzARepaymentEndsAtItsAim(uint256 health, uint256 debt, uint256 other, uint256 to) public view {
        (health, debt, other) = (bound(health, 0.9e18, 1.3e18), bound(debt, 1e6, 1e30), bound(other, 0, 1e30));
        to = bound(to, health + 1e14, 2e18);
        uint256 all = debt + other;
        uint256 amount = aiming.repayment(Aim(to, other, 8_250, 30), health, debt, type(uint256).max);
        // H' = H D / (D - x), at least the aim, and the aim again with one unit less is missed.
        assertTrue(health * all >= to * (all - amount), "reaches it");
        assertTrue(health * all <= to * (all - amount + 1), "with no unit too many");
    }

    function testFuzzAFillEndsAtItsAim(uint256 health, uint256 debt, uint256 threshold, uint256 cost, uint256 to) public view {
        (health, debt) = (bound(health, 0.9e18, 1.3e18), bound(debt, 1e6, 1e30));
        (threshold, cost) = (bound(threshold, 5_000, 9_500), bound(cost, 0, 500));
        to = bound(to, health + 1e14, 1.6e18);
        uint256 taken = 1e18 * threshold * (10_000 + cost) / 1e8;
        if (taken >= to) return;
        uint256 amount = aiming.fill(Aim(to, 0, threshold, cost), health, debt, type(uint256).max);
        // H' = (H D - x L (1 + c)) / (D - x): what is left of the weighted collateral, against what the aim asks for.
        if (amount >= debt) return;
        assertTrue(health * debt >= taken * amount + to * (debt - amount), "reaches it");
        assertTrue(health * debt <= taken * (amount - 1) + to * (debt - amount + 1), "with no unit too many");
    }

    function testAnAimIsOutOfReachWhereEachUnitTakesAsMuchAsItBrings() public {
        // 0.97 x 1.05 = 1.0185
        vm.expectRevert(abi.encodeWithSelector(Aiming.OutOfReach.selector, 1.0185e18, 9_700, 500));
        aiming.fill(Aim(1.0185e18, 0, 9_700, 500), 1e18, 1e6, 1e6);
        assertEq(aiming.fill(Aim(1.0185e18 + 1, 0, 9_700, 500), 1.0185e18, 1e6, 1e6), 1e6, "one step above");
    }

    function testItIsNeverMoreThanTheMaximumAndTheMaximumWhereTheAimIsReached() public view {
        Aim memory aim = Aim(1.3e18, 0, 8_300, 50);
        assertEq(aiming.fill(aim, 1.1e18, 20_000e18, 100e18), 100e18, "fill");
        assertEq(aiming.repayment(aim, 1.1e18, 20_000e18, 100e18), 100e18, "repayment");
        assertEq(aiming.fill(aim, 1.3e18, 20_000e18, 7e18), 7e18, "reached, fill");
        assertEq(aiming.repayment(aim, 1.3e18, 20_000e18, 7e18), 7e18, "reached, repayment");
    }

    /* A THIEF WHO ACTS FIRST */

    /// @dev Trigger 1.20, band 1.21 to 1.27, health 1.1205: 900 USD of the wallet lift it to 1.173, which is allowed, since
    /// it is all that the wallet gives.
    function _thiefUsesUpTheWallet() private returns (uint256 planned, uint256 out) {
        Mandate memory m = live;
        m.maxHf = 1.27e18;
        _makeLive(m);
        vm.prank(owner);
        IToken(address(usd)).approve(address(guard), 900e18);
        // 20,000 (1.24 - 1.1205) / (1.24 - 0.83 x 1.005)
        planned = 5_889e18;
        out = planned * 1_005 / 1_000 / 2_700;
        vm.prank(KEEPER);
        guard.repay(m, 0, type(uint256).max, DEADLINE);
        assertTrue(_health() > 1.17e18 && _health() < TRIGGER, "between");
    }

    function testAFixedAmountThenEndsAboveTheBand() public {
        (uint256 planned, uint256 out) = _thiefUsesUpTheWallet();
        AaveFiller.Order memory o = _order(MORPHO);
        (o.max, o.out) = (planned, out);
        vm.prank(KEEPER);
        vm.expectPartialRevert(AmountRule.AboveBand.selector);
        filler.fill(o);
    }

    function testAnAimedFillDoesNotCare() public {
        (uint256 planned, uint256 out) = _thiefUsesUpTheWallet();
        AaveFiller.Order memory o = _order(MORPHO);
        (o.max, o.out) = (planned, out);
        vm.prank(KEEPER);
        filler.fillTowards(o, Aim(1.24e18, 0, 8_300, 50));
        assertTrue(_health() >= 1.24e18 && _health() <= 1.27e18, "in the band");
        _assertNothingLeft();
    }

    function testAnAimedRepaymentDoesNotCareForATopUpBefore() public {
        Mandate memory m = live;
        m.maxHf = 1.27e18;
        _makeLive(m);
        vm.prank(owner);
        IToken(address(weth)).approve(address(guard), 0.5e18);
        // All that the wallet may give of the collateral: 1.1205 becomes 1.1765.
        vm.prank(KEEPER);
        guard.topUp(m, 0, 0.5e18, DEADLINE);
        vm.prank(KEEPER);
        filler.repayTowards(m, 1, type(uint256).max, DEADLINE, Aim(1.24e18, 0, 8_300, 0));
        assertTrue(_health() >= 1.24e18 && _health() < 1.24e18 + 1e12, "at the aim");
        _assertNothingLeft();
    }

    function testAnAimedRepaymentTakesWhatIsNeededAtThatMoment() public {
        venue.setPrice(address(weth), 2_650);
        vm.prank(KEEPER);
        filler.repayTowards(live, 1, type(uint256).max, DEADLINE, Aim(1.3e18, 0, 8_300, 0));
        assertTrue(_health() >= 1.3e18 && _health() < 1.3e18 + 1e12, "at the aim");
        _assertNothingLeft();
    }

    /* WHO MAY */

    function testOnlyAKeeperOfTheMandateAims() public {
        AaveFiller.Order memory o = _order(MORPHO);
        bytes memory refusal = abi.encodeWithSelector(Filler.NotKeeper.selector, STRANGER, address(keepers));
        vm.prank(STRANGER);
        vm.expectRevert(refusal);
        filler.fillTowards(o, Aim(1.24e18, 0, 8_300, 50));
        vm.prank(STRANGER);
        vm.expectRevert(refusal);
        filler.repayTowards(live, 1, 1e18, DEADLINE, Aim(1.3e18, 0, 8_300, 0));
    }
}
