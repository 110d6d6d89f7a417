// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IKeepers} from "../interfaces/IKeepers.sol";
import {AmountRule} from "../libraries/AmountRule.sol";
import {DayBudget} from "../libraries/DayBudget.sol";
import {GuardActions} from "./GuardActions.sol";
import {Actions, Terms} from "./Terms.sol";

/// @notice FILL: repaying with collateral, as an exchange at a fixed price. The executor hands in debt tokens, the guard repays
/// the owner's debt with them and releases collateral worth at most `1 + maxCostBps` of it, at the venue's own oracle. How
/// the executor came by the tokens, and what the collateral brings, is the executor's gain or loss.
abstract contract FillAction is GuardActions {
    error CostTooHigh(uint256 out, uint256 allowedOut);
    error CollateralOverdrawn(uint256 collateralBefore, uint256 collateralAfter, uint256 out);
    error NothingReleasable(address collateral);
    error NoPrice(address asset);

    /* WHAT A VENUE SAYS */

    /// @dev Collateral that the owner's authorisation lets this contract release.
    function _releasable(Terms memory t) internal view virtual returns (uint256);

    function _release(Terms memory t, uint256 out, address to) internal virtual;

    /// @dev Collateral worth `debtAmount x numerator / denominator` at the venue's oracle, rounded down.
    function _worthInCollateral(Terms memory t, uint256 debtAmount, uint256 numerator, uint256 denominator)
        internal
        view
        virtual
        returns (uint256);

    /// @dev Where the venue takes the prices of the mandate's two assets from at this block.
    function _priceSources(Terms memory t) internal view virtual returns (address ofCollateral, address ofDebt);

    /* THE ACTION */

    /// @dev What one fill moves, and which ends of the band it is exempt from.
    struct Exchange {
        uint256 amount;
        uint256 out;
        bool inFull;
        bool mayEndBelow;
    }

    function _fill(Terms memory t, uint256 min, uint256 max, uint256 out, uint256 deadline) internal locked {
        uint256 seq = _authorise(t, Actions.FILL, deadline);
        _accrue(t);
        Account memory before = _account(t);
        AmountRule.requireTriggered(before.healthFactor, t.triggerHf);
        _requirePriceOk(t);

        Exchange memory x = _size(t, min, max, out, before.debt);
        _repayFrom(t, msg.sender, x.amount, x.inFull);
        _release(t, x.out, msg.sender);

        uint256 hfAfter = _requireSettled(t, before, x);
        _report(t, Actions.FILL, seq, before.healthFactor, hfAfter, x.amount, 0, x.out);
    }

    /// @dev What moves: the executor's `outForMax` is for its `max`; both shrink together, to what the budget and the debt
    /// leave and to what the owner lets go. Where the collateral is what limits, the amount is rounded up, so that a unit
    /// lost in rounding is the executor's. Takes the amount from the day budget.
    function _size(Terms memory t, uint256 min, uint256 max, uint256 outForMax, uint256 debt)
        private
        returns (Exchange memory x)
    {
        Position storage p = _positionOf(t.owner, t.pair);
        uint256 used = DayBudget.usedNow(p.used, p.bucketAt);
        uint256 budget = DayBudget.left(t.fillPerDay, used);
        x.amount = AmountRule.amountToMove(0, max, budget, debt);
        x.out = x.amount == max ? outForMax : outForMax * x.amount / max;

        uint256 releasable = _releasable(t);
        if (releasable == 0 && x.out != 0) revert NothingReleasable(t.collateral);
        if (x.out > releasable) {
            (x.amount, x.out) = ((releasable * x.amount + x.out - 1) / x.out, releasable);
        }
        if (x.amount < min) revert AmountRule.BelowMin(x.amount, min);
        uint256 allowedOut = _worthInCollateral(t, x.amount, 10_000 + t.maxCostBps, 10_000);
        if (x.out > allowedOut) revert CostTooHigh(x.out, allowedOut);

        x.inFull = x.amount == debt;
        x.mayEndBelow = x.inFull || x.amount == budget || x.out == releasable;
        p.used = uint128(DayBudget.afterUsing(t.fillPerDay, used, x.amount));
        p.bucketAt = uint40(block.timestamp);
    }

    function _requireSettled(Terms memory t, Account memory before, Exchange memory x)
        private
        view
        returns (uint256 hfAfter)
    {
        Account memory after_ = _account(t);
        _requireDebtFell(t, before, after_, x.amount);
        (, uint256 rounding) = _rounding(t);
        if (after_.collateral + x.out + rounding < before.collateral) {
            revert CollateralOverdrawn(before.collateral, after_.collateral, x.out);
        }
        hfAfter = after_.healthFactor;
        AmountRule.requireBand(before.healthFactor, hfAfter, t.minHf, t.maxHf, x.mayEndBelow, x.inFull);
    }

    function _requirePriceOk(Terms memory t) private view {
        (address ofCollateral, address ofDebt) = _priceSources(t);
        IKeepers(t.keepers).requirePriceOk(t.pair, ofCollateral, ofDebt);
    }

    /* VIEWS */

    function _preview(Terms memory t) internal view virtual override returns (Preview memory p) {
        p = super._preview(t);
        if (t.actions & Actions.FILL != 0) {
            Position storage stored = _positionOf(t.owner, t.pair);
            p.budgetLeft = DayBudget.left(t.fillPerDay, DayBudget.usedNow(stored.used, stored.bucketAt));
            p.maxOut = _releasable(t);
            p.fillReason = _fillReason(t);
            if (p.fillReason == bytes4(0) && p.maxOut != 0) {
                p.maxFill = p.budgetLeft < p.debt ? p.budgetLeft : p.debt;
            }
        }
    }

    /// @dev Selector of what the keepers contract refuses FILL with now; zero when it does not.
    function _fillReason(Terms memory t) private view returns (bytes4) {
        (address ofCollateral, address ofDebt) = _priceSources(t);
        try IKeepers(t.keepers).requirePriceOk(t.pair, ofCollateral, ofDebt) {
            return bytes4(0);
        } catch (bytes memory data) {
            return data.length < 4 ? NoPrice.selector : bytes4(data);
        }
    }
}
