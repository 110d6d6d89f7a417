// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Mandate} from "../solidity/guard/Mandate.sol";
import {GuardFixture} from "./support/GuardFixture.sol";

/// @notice Whatever the price, the wallet, the approval and the executor's amounts: a call either changes nothing or is a
/// rescue by the rules.
contract GuardFuzzTest is GuardFixture {
    struct Before {
        uint256 health;
        uint256 debt;
        uint256 collateral;
        uint256 wallet;
        uint256 available;
    }

    function testFuzzRepay(uint256 price, uint256 balance, uint256 approved, uint256 min, uint256 max) public {
        _given(price, balance, approved, 0);
        Before memory b = _before(usd.balanceOf(owner), usd.allowance(owner, address(guard)));
        Mandate memory m = _mandate();
        vm.prank(KEEPER);
        try guard.repay(m, bound(min, 0, 1e22), bound(max, 0, 4e22), DEADLINE) {
            uint256 moved = b.wallet - usd.balanceOf(owner);
            assertEq(b.debt - _debt(), moved, "all that left the wallet reduced the debt");
            assertEq(_collateral(), b.collateral, "collateral");
            assertEq(usd.balanceOf(address(guard)), 0, "guard");
            _assertRescue(b, moved, moved == b.debt);
            _assertNotRepeatable(m, moved == b.available || moved == b.debt);
        } catch {
            assertEq(usd.balanceOf(owner), b.wallet, "wallet");
            assertEq(_debt(), b.debt, "debt");
        }
    }

    function testFuzzTopUp(uint256 price, uint256 balance, uint256 approved, uint256 min, uint256 max) public {
        _given(price, 0, 0, bound(balance, 0, 20e18));
        vm.prank(owner);
        weth.approve(address(guard), bound(approved, 0, 30e18));
        Before memory b = _before(weth.balanceOf(owner), weth.allowance(owner, address(guard)));
        Mandate memory m = _mandate();
        vm.prank(KEEPER);
        try guard.topUp(m, bound(min, 0, 5e18), bound(max, 0, 40e18), DEADLINE) {
            uint256 moved = b.wallet - weth.balanceOf(owner);
            assertEq(_collateral() - b.collateral, moved, "all that left the wallet became collateral");
            assertEq(_debt(), b.debt, "debt");
            assertEq(weth.balanceOf(address(guard)), 0, "guard");
            _assertRescue(b, moved, false);
        } catch {
            assertEq(weth.balanceOf(owner), b.wallet, "wallet");
            assertEq(_collateral(), b.collateral, "collateral");
        }
    }

    /// @dev An honest keeper who aims inside the band is never stopped by what a stranger gives in the same block.
    function testFuzzAGiftInTheSameBlockDoesNotStopTheRescue(uint256 gift, uint256 price) public {
        venue.setPrice(address(weth), bound(price, 2_450, 2_890));
        // Aims at 1.30, so that neither edge of the band is near.
        uint256 target = 10e18 * (venue.liquidationThresholdBps() * _price()) / 10_000 * 100 / 130;
        uint256 amount = DEBT - target;
        uint256 given = bound(gift, 0, amount / 20);
        venue.setDebt(owner, address(usd), DEBT - given);
        usd.mint(address(guard), given);
        if (_health() >= TRIGGER) return;
        _repay(1, amount);
        assertTrue(_health() >= MIN_HF && _health() <= MAX_HF, "in the band");
    }

    function _given(uint256 price, uint256 balance, uint256 approved, uint256 wethBalance) private {
        venue.setPrice(address(weth), bound(price, 1_500, 3_200));
        uint256 usdBalance = bound(balance, 0, 3e22);
        vm.startPrank(owner);
        usd.transfer(address(0xDEAD), WALLET_USD);
        weth.transfer(address(0xDEAD), WALLET_WETH);
        usd.approve(address(guard), bound(approved, 0, 4e22));
        vm.stopPrank();
        usd.mint(owner, usdBalance);
        weth.mint(owner, wethBalance);
    }

    function _before(uint256 wallet, uint256 approved) private view returns (Before memory b) {
        b.health = _health();
        b.debt = _debt();
        b.collateral = _collateral();
        b.wallet = wallet;
        b.available = wallet < approved ? wallet : approved;
    }

    function _assertRescue(Before memory b, uint256 moved, bool inFull) private view {
        uint256 hfAfter = _health();
        assertTrue(b.health < TRIGGER, "only below the trigger");
        assertTrue(moved > 0 && moved <= b.available, "no more than is available");
        assertTrue(hfAfter > b.health, "health rose");
        assertTrue(hfAfter <= MAX_HF || inFull, "not above the band");
        assertTrue(hfAfter >= MIN_HF || moved == b.available || inFull, "not below the band");
    }

    function _assertNotRepeatable(Mandate memory m, bool exempt) private {
        vm.prank(KEEPER);
        try guard.repay(m, 0, type(uint256).max, DEADLINE) {
            assertTrue(false, exempt ? "an exempt call used up what it draws on" : "a rescue happens once");
        } catch {}
    }

    function _price() private view returns (uint256) {
        (uint256 value,,,,,) = venue.getUserAccountData(owner);
        return value / 10e18;
    }
}
