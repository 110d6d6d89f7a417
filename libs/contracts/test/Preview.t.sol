// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {AaveGuard} from "../solidity/guard/AaveGuard.sol";
import {Mandate} from "../solidity/guard/Mandate.sol";
import {Actions, Ceilings} from "../solidity/guard/Terms.sol";
import {MandateRegistry} from "../solidity/guard/MandateRegistry.sol";
import {AmountRule} from "../solidity/libraries/AmountRule.sol";
import {GuardFixture} from "./support/GuardFixture.sol";

contract PreviewTest is GuardFixture {
    function testThePreviewSaysWhatIsPossible() public view {
        AaveGuard.Preview memory p = guard.preview(_mandate());
        assertEq(bytes32(p.reason), bytes32(0), "reason");
        assertEq(p.healthFactor, _health(), "health");
        assertEq(p.debt, DEBT, "debt");
        assertEq(p.maxRepay, WALLET_USD, "repay");
        assertEq(p.maxTopUp, WALLET_WETH, "top-up");
    }

    function testThePreviewNamesWhatStandsInTheWay() public {
        Mandate memory m = _mandate();
        _approve(0, 0);
        assertEq(bytes32(guard.preview(m).reason), bytes32(AmountRule.NothingToMove.selector), "nothing");
        venue.setPrice(address(weth), 3_000);
        assertEq(bytes32(guard.preview(m).reason), bytes32(AmountRule.NotTriggered.selector), "trigger");
        vm.warp(EXPIRY + 1);
        assertEq(bytes32(guard.preview(m).reason), bytes32(Ceilings.Expired.selector), "expiry");
        vm.prank(owner);
        guard.revokeAll();
        assertEq(bytes32(guard.preview(m).reason), bytes32(MandateRegistry.EpochMoved.selector), "epoch");
        m.maxHf += 1;
        assertEq(bytes32(guard.preview(m).reason), bytes32(MandateRegistry.WrongPrev.selector), "prev");
        m.prev = guard.prevOf(owner, address(weth), address(usd));
        assertEq(bytes32(guard.preview(m).reason), bytes32(MandateRegistry.NotActive.selector), "draft");
    }

    function testAMandateIsGoodUpToItsLastSecond() public {
        vm.warp(EXPIRY);
        assertEq(_reason(_mandate()), bytes32(0), "at its last second");
        vm.warp(EXPIRY + 1);
        assertEq(_reason(_mandate()), bytes32(Ceilings.Expired.selector), "after it");
    }

    function testTheTriggerItselfIsNotBelowTheTrigger() public {
        venue.script(TRIGGER, MIN_HF);
        assertEq(_reason(_mandate()), bytes32(AmountRule.NotTriggered.selector), "at it");
        venue.script(TRIGGER - 1, MIN_HF);
        assertEq(_reason(_mandate()), bytes32(0), "below it");
    }

    function testOneOfTheTwoActionsIsEnough() public {
        _approve(1, 0);
        AaveGuard.Preview memory p = guard.preview(_mandate());
        assertEq(p.maxRepay, 1, "repay");
        assertEq(p.maxTopUp, 0, "no top-up");
        assertEq(bytes32(p.reason), bytes32(0), "repay alone");

        _approve(0, 1);
        p = guard.preview(_mandate());
        assertEq(p.maxRepay, 0, "no repay");
        assertEq(p.maxTopUp, 1, "top-up");
        assertEq(bytes32(p.reason), bytes32(0), "top-up alone");
    }

    function testOnlyTheActionsThatTheMandateNamesCount() public {
        Mandate memory m = _activated(Actions.REPAY);
        AaveGuard.Preview memory p = guard.preview(m);
        assertEq(p.maxRepay, WALLET_USD, "repay");
        assertEq(p.maxTopUp, 0, "no top-up");
        assertEq(bytes32(p.reason), bytes32(0), "repay");

        m = _activated(Actions.TOP_UP);
        p = guard.preview(m);
        assertEq(p.maxRepay, 0, "no repay");
        assertEq(p.maxTopUp, WALLET_WETH, "top-up");
        assertEq(bytes32(p.reason), bytes32(0), "top-up");

        m = _activated(Actions.FILL);
        p = guard.preview(m);
        assertEq(p.maxRepay + p.maxTopUp, 0, "nothing");
        assertEq(bytes32(p.reason), bytes32(AmountRule.NothingToMove.selector), "fill");
    }

    function testNoMoreThanTheDebtIsToBeRepaid() public {
        venue.setDebt(owner, address(usd), 2_000e18);
        assertEq(guard.preview(_mandate()).maxRepay, 2_000e18, "repay");
    }

    function _reason(Mandate memory m) private view returns (bytes32) {
        return bytes32(guard.preview(m).reason);
    }

    function _approve(uint256 usdAmount, uint256 wethAmount) private {
        vm.startPrank(owner);
        usd.approve(address(guard), usdAmount);
        weth.approve(address(guard), wethAmount);
        vm.stopPrank();
    }

    function _activated(uint8 actions) private returns (Mandate memory m) {
        m = _mandate();
        m.actions = actions;
        m.prev = guard.prevOf(owner, address(weth), address(usd));
        _activate(m);
    }
}
