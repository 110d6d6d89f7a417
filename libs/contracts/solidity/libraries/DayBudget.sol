// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice FILL's day budget: a bucket that fills up again evenly within 24 hours. What is used is kept as a share of the
/// budget, scaled by 1e18, and not as an amount: so a mandate with a smaller budget that follows one with a larger is not
/// dead for days, and many mandates of one pair together use no more of a day than one.
library DayBudget {
    uint256 internal constant FULL = 1e18;
    uint256 private constant REFILL_SECONDS = 1 days;

    /// @notice The share still used now, rounded up.
    /// @param used the share used at `since`
    /// @param since block time of the last count
    function usedNow(uint256 used, uint256 since) internal view returns (uint256) {
        uint256 refilled = (block.timestamp - since) * FULL / REFILL_SECONDS;
        return used > refilled ? used - refilled : 0;
    }

    /// @notice Units left of a budget of `perDay`, rounded down.
    function left(uint256 perDay, uint256 used) internal pure returns (uint256) {
        return perDay * (FULL - used) / FULL;
    }

    /// @notice The share used once `amount` is used as well, rounded up. An amount equal to `left` leaves nothing.
    function afterUsing(uint256 perDay, uint256 used, uint256 amount) internal pure returns (uint256 share) {
        share = used + (amount * FULL + perDay - 1) / perDay;
        if (share > FULL) share = FULL;
    }
}
