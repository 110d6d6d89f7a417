// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice How much one action moves, and where the health factor must be before and after it. Pure arithmetic.
/// Health factors are scaled by 1e18, amounts are units of the token that moves.
library AmountRule {
    error NotTriggered(uint256 healthFactor, uint256 triggerHf);
    error NothingToMove(uint256 max, uint256 available, uint256 owed);
    error BelowMin(uint256 amount, uint256 min);
    error HealthNotImproved(uint256 hfBefore, uint256 hfAfter);
    error BelowBand(uint256 hfAfter, uint256 minHf);
    error AboveBand(uint256 hfAfter, uint256 maxHf);

    /// @notice An action may start only strictly below the trigger. Since it must end at or above `minHf > triggerHf`,
    /// repeating it reverts here: this, and no counter, is what makes a rescue happen once.
    function requireTriggered(uint256 healthFactor, uint256 triggerHf) internal pure {
        if (healthFactor >= triggerHf) revert NotTriggered(healthFactor, triggerHf);
    }

    /// @notice The amount to move: the smallest of what the executor wants, what the owner makes available and what is
    /// owed. `min` and `max` are the executor's own; neither is signed, so neither is a weapon against the owner.
    /// @param max what reaches the executor's target. Not the balance that the executor saw: one unit given to the wallet
    /// meanwhile would leave one unit behind, and with it the exemption of `requireBand`.
    function amountToMove(uint256 min, uint256 max, uint256 available, uint256 owed)
        internal
        pure
        returns (uint256 amount)
    {
        amount = max < available ? max : available;
        if (owed < amount) amount = owed;
        if (amount == 0) revert NothingToMove(max, available, owed);
        if (amount < min) revert BelowMin(amount, min);
    }

    /// @notice Requires `hfBefore < hfAfter` and `minHf <= hfAfter <= maxHf`.
    /// @param mayEndBelow the action moved all that was available, or all that was owed: it cannot be repeated
    /// @param mayEndAbove the debt was repaid in full
    function requireBand(
        uint256 hfBefore,
        uint256 hfAfter,
        uint256 minHf,
        uint256 maxHf,
        bool mayEndBelow,
        bool mayEndAbove
    ) internal pure {
        if (hfAfter <= hfBefore) revert HealthNotImproved(hfBefore, hfAfter);
        if (hfAfter < minHf && !mayEndBelow) revert BelowBand(hfAfter, minHf);
        if (hfAfter > maxHf && !mayEndAbove) revert AboveBand(hfAfter, maxHf);
    }
}
