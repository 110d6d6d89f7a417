// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Mandate} from "../../solidity/guard/Mandate.sol";
import {AmountRule} from "../../solidity/libraries/AmountRule.sol";
import {DayBudget} from "../../solidity/libraries/DayBudget.sol";
import {FillFixture} from "./FillFixture.sol";

/// @notice The day budget: a share of what the live mandate allows, which belongs to the pair and fills up again in a day.
contract FillBudgetTest is FillFixture {
    function testWhatWasFilledIsMissingAndComesBackEvenlyWithinADay() public {
        _doFill(1, 6_000e18, 2.2e18);
        assertEq(_budgetLeft(), 9_000e18, "at once");
        vm.warp(NOW + 3 hours);
        assertEq(_budgetLeft(), 9_000e18 + 15_000e18 / 8, "after three hours");
        vm.warp(NOW + 34_560 - 1);
        assertTrue(_budgetLeft() < 15_000e18, "two fifths of a day less a second");
        vm.warp(NOW + 34_560);
        assertEq(_budgetLeft(), 15_000e18, "two fifths of a day");
    }

    function testAnUsedUpBudgetStopsEveryFillAndAnotherDayLetsItGoOn() public {
        venue.script(1.1e18, MIN_HF);
        _doFill(1, 15_000e18, 5e18);
        assertEq(_budgetLeft(), 0, "nothing left");
        venue.open(owner, address(weth), 10e18, address(usd), DEBT);
        _approveCollateral(10e18);
        venue.script(1.1e18, MIN_HF);
        _fillReverts(1, 1_000e18, 0.3e18, abi.encodeWithSelector(AmountRule.NothingToMove.selector, 1_000e18, 0, DEBT));
        vm.warp(NOW + 1 days);
        wethFeed.set(2_700, NOW + 1 days, NOW + 1 days);
        usdFeed.set(1, NOW + 1 days, NOW + 1 days);
        venue.script(1.1e18, MIN_HF);
        _doFill(1, 15_000e18, 5e18);
        assertEq(_budgetLeft(), 0, "nothing left again");
    }

    function testTheAmountIsClampedToWhatIsLeft() public {
        venue.script(1.1e18, MIN_HF);
        _doFill(1, 13_500e18, 5e18);
        _reopen(2_700);
        venue.script(1.1e18, 1.11e18);
        _doFill(1, 2_000e18, 0.6e18);
        assertEq(_paidIn(), 15_000e18, "1,500 of the 2,000");
        assertEq(_paidOut(), 5e18 + 0.45e18, "and three quarters of the collateral");
        assertEq(_budgetLeft(), 0, "nothing left");
    }

    function testASmallerBudgetAfterALargerOneIsNotDeadForDays() public {
        Mandate memory m = live;
        m.fillPerDay = 100_000e18;
        _replaceBy(m);
        venue.script(1.1e18, MIN_HF);
        _doFill(1, 20_000e18, 7e18);
        m.fillPerDay = 10_000e18;
        _replaceBy(m);
        assertEq(_budgetLeft(), 8_000e18, "a fifth is used of the one as of the other");
        vm.warp(NOW + 17_280);
        assertEq(_budgetLeft(), 10_000e18, "a fifth of a day later it is full");
    }

    function testManyMandatesOfAPairTogetherUseNoMoreThanOne() public {
        Mandate memory m = live;
        for (uint256 i = 0; i < 4; i++) {
            m.fillPerDay = uint128(4_000e18 + i);
            _replaceBy(m);
            _reopen(2_700);
            venue.script(1.1e18, MIN_HF);
            vm.prank(KEEPER);
            try guard.fill(live, 0, 4_000e18, 1.4e18, block.timestamp) {} catch {}
        }
        assertTrue(_paidIn() <= 4_000e18 + 4, "a day's budget, and a unit of rounding for each");
    }

    function testFuzzInAnyDayAtMostTwiceTheBudget(uint256[8] calldata amounts, uint256[8] calldata pauses) public {
        uint256[8] memory at;
        uint256[8] memory repaid;
        uint256 time = NOW;
        for (uint256 i = 0; i < 8; i++) {
            time += bound(pauses[i], 0, 10 hours);
            vm.warp(time);
            wethFeed.set(2_700, time, time);
            usdFeed.set(1, time, time);
            _reopen(2_700);
            venue.script(1.1e18, MIN_HF);
            uint256 before = _paidIn();
            vm.prank(KEEPER);
            try guard.fill(live, 0, bound(amounts[i], 1, 15_000e18), 0, block.timestamp) {} catch {}
            (at[i], repaid[i]) = (time, _paidIn() - before);
        }
        for (uint256 i = 0; i < 8; i++) {
            uint256 sum;
            for (uint256 j = i; j < 8 && at[j] <= at[i] + 1 days; j++) sum += repaid[j];
            assertTrue(sum <= 2 * FILL_PER_DAY, "two budgets");
        }
        assertTrue(_paidIn() <= FILL_PER_DAY + FILL_PER_DAY * (time - NOW) / 1 days + 8, "one a day in the long run");
    }

    /* THE ARITHMETIC */

    function testFuzzUsingAllThatIsLeftLeavesNothing(uint256 perDay, uint256 used) public pure {
        (perDay, used) = (bound(perDay, 1, type(uint128).max), bound(used, 0, 1e18));
        uint256 left = DayBudget.left(perDay, used);
        assertEq(DayBudget.left(perDay, DayBudget.afterUsing(perDay, used, left)), 0, "left");
    }

    function testFuzzWhatIsUsedIsNeverForgotten(uint256 perDay, uint256 used, uint256 amount) public pure {
        (perDay, used) = (bound(perDay, 1, type(uint128).max), bound(used, 0, 1e18));
        amount = bound(amount, 0, DayBudget.left(perDay, used));
        uint256 left = DayBudget.left(perDay, DayBudget.afterUsing(perDay, used, amount));
        assertTrue(left + amount <= DayBudget.left(perDay, used), "left after it");
        assertTrue(left + amount + 1 + perDay / 1e18 >= DayBudget.left(perDay, used), "and little lost to rounding");
    }
}
