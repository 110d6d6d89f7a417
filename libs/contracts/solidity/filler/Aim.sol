// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice Where an action is to bring the health, when its amount is to be worked out in the transaction itself. What was
/// planned a moment ago may be too much or too little by then: the price moved, or an action of another keeper took what the
/// owner's wallet could give and left the health between its old value and the trigger.
/// @param health the health factor to end at, scaled by 1e18, inside the mandate's band
/// @param otherDebt what the account owes beside the mandate's debt, at the planned prices, in units of the debt asset
/// @param thresholdBps liquidation threshold of the collateral for this account, in basis points
/// @param costBps what the collateral released is worth above the debt repaid, in basis points of the latter
struct Aim {
    uint256 health;
    uint256 otherDebt;
    uint256 thresholdBps;
    uint256 costBps;
}

/// @notice How much reaches an aim. The guard checks the outcome, whatever comes out here.
library Aiming {
    error OutOfReach(uint256 health, uint256 thresholdBps, uint256 costBps);

    uint256 private constant BPS = 10_000;
    uint256 private constant SCALE = 1e18;

    /// @notice Debt to repay from elsewhere: D (T - H) / T, rounded up, at most `max`; `max` where the aim is reached already,
    /// so that the guard says why nothing is to be done.
    /// @param healthNow H, scaled by 1e18
    /// @param debt owed in the mandate's debt asset
    function repayment(Aim calldata aim, uint256 healthNow, uint256 debt, uint256 max) internal pure returns (uint256) {
        if (healthNow >= aim.health) return max;
        return _atMost(max, _up((debt + aim.otherDebt) * (aim.health - healthNow), aim.health));
    }

    /// @notice Debt to repay with collateral of threshold L at cost c: D (T - H) / (T - L (1 + c)), rounded up, at most `max`.
    /// @dev Each unit repaid takes L (1 + c) of weighted collateral away: where that is T or more, the aim cannot be reached.
    function fill(Aim calldata aim, uint256 healthNow, uint256 debt, uint256 max) internal pure returns (uint256) {
        if (healthNow >= aim.health) return max;
        uint256 taken = SCALE * aim.thresholdBps * (BPS + aim.costBps) / (BPS * BPS);
        if (taken >= aim.health) revert OutOfReach(aim.health, aim.thresholdBps, aim.costBps);
        return _atMost(max, _up((debt + aim.otherDebt) * (aim.health - healthNow), aim.health - taken));
    }

    function _up(uint256 above, uint256 below) private pure returns (uint256) {
        return (above + below - 1) / below;
    }

    function _atMost(uint256 max, uint256 amount) private pure returns (uint256) {
        return amount < max ? amount : max;
    }
}
