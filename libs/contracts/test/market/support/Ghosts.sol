// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Mandate} from "../../../solidity/guard/Mandate.sol";
import {Loans} from "./Loans.sol";

/// @notice What the tests keep beside the contracts, written down a second time and in another way: what the owner signed and
/// in which order, how much of a day's budget is used, what the market pays beside the oracle, what all fills cost.
abstract contract Ghosts is Loans {
    /// @notice A promise of the design that did not hold: its number in the list of invariants, and what was seen.
    error Broken(uint256 invariant, string what, uint256 got, uint256 bound);

    struct Signed {
        Mandate m;
        /// How often the pair's chain had been moved when it was signed.
        uint256 place;
    }

    /// @dev One pair's chain of mandates. It moves with every activation and every revocation.
    struct Chain {
        uint256 place;
        bool alive;
        uint256 live;
    }

    struct Fills {
        uint256[] at;
        uint256[] share;
        /// The bucket's share in use at `countedAt`, scaled by 1e18.
        uint256 used;
        uint256 countedAt;
        /// In dollars scaled by 1e18, at market prices.
        int256 lost;
        uint256 repaid;
        /// The highest of the published formula over all fills, scaled by 1e18.
        int256 worstRate;
        uint256 repaidUnits;
        /// Units of debt that ever came to be owed.
        uint256 everOwed;
        uint256 owedLast;
    }

    uint256 internal constant FULL = 1e18;

    Signed[][LOANS] internal signed;
    Chain[LOANS] internal chains;
    Fills[LOANS] internal fills;
    /// @dev The market's price over the oracle's, in basis points of the latter.
    mapping(address asset => int256) internal marketGapBps;
    mapping(address keepers => mapping(address keeper => bool)) internal removed;
    /// @dev The feed that Aave read before its source was changed; zero while it is not.
    mapping(address asset => address) internal formerFeed;
    /// @dev What strangers gave to the guard, in scaled units for aTokens.
    mapping(address token => uint256) internal givenToGuard;

    uint256 public repays;
    uint256 public topUps;
    uint256 public fillsDone;
    uint256 public thiefActions;
    uint256 public rescues;
    uint256 public replans;

    /* WHAT THE OWNER SIGNED */

    function _sign(uint256 index, Mandate memory m) internal returns (uint256 which) {
        which = signed[index].length;
        signed[index].push(Signed(m, chains[index].place));
    }

    /// @dev To be called after an activation that went through. It must have been one that the owner could still mean.
    function _noteActivated(uint256 index, uint256 which) internal {
        Chain storage c = chains[index];
        if (signed[index][which].place != c.place) {
            revert Broken(10, "an old draft came alive", signed[index][which].place, c.place);
        }
        (c.place, c.alive, c.live) = (c.place + 1, true, which);
    }

    function _noteRevoked(uint256 index) internal {
        Chain storage c = chains[index];
        (c.place, c.alive) = (c.place + 1, false);
    }

    /// @dev Revoking everything touches every pair of the owner.
    function _noteRevokedAll(address owner) internal {
        for (uint256 i = 0; i < LOANS; i++) {
            if (loans[i].owner == owner) _noteRevoked(i);
        }
    }

    function _isLive(uint256 index, uint256 which) internal view returns (bool) {
        Chain storage c = chains[index];
        return c.alive && c.live == which && block.timestamp <= signed[index][which].m.expiry;
    }

    function _activateNew(uint256 index) internal override returns (Mandate memory m) {
        m = _mandate(index);
        uint256 which = _sign(index, m);
        guard.activate(m, _signature(m, loans[index].key));
        _noteActivated(index, which);
    }

    /* BUDGET */

    function _usedNow(uint256 index) internal view returns (uint256) {
        Fills storage f = fills[index];
        uint256 refilled = (block.timestamp - f.countedAt) * FULL / 1 days;
        return f.used > refilled ? f.used - refilled : 0;
    }

    function _budgetLeft(uint256 index, uint256 perDay) internal view returns (uint256) {
        return perDay * (FULL - _usedNow(index)) / FULL;
    }

    function _noteFill(uint256 index, uint256 perDay, uint256 amount) internal {
        Fills storage f = fills[index];
        uint256 share = (amount * FULL + perDay - 1) / perDay;
        uint256 used = _usedNow(index) + share;
        // A bucket: whatever window is looked at, its use is at most one budget and what was refilled meanwhile.
        if (used > FULL + 1) revert Broken(10, "more than the bucket holds", used, FULL);
        (f.used, f.countedAt) = (used > FULL ? FULL : used, block.timestamp);
        f.at.push(block.timestamp);
        f.share.push(share);

        uint256 inADay;
        for (uint256 i = f.at.length; i > 0 && f.at[i - 1] + 1 days > block.timestamp; i--) inADay += f.share[i - 1];
        if (inADay > 2 * FULL + f.at.length) revert Broken(10, "more than two budgets in a day", inADay, 2 * FULL);
    }

    /// @dev Counts the debt that came to be since the last look; what others repaid meanwhile only makes it less.
    function _noteOwed(uint256 index, uint256 owed) internal {
        Fills storage f = fills[index];
        if (owed > f.owedLast) f.everOwed += owed - f.owedLast;
        f.owedLast = owed;
    }

    /* MARKET */

    /// @dev Dollars scaled by 1e18, at the market's own price.
    function _marketValue(address asset, uint256 amount) internal view returns (uint256) {
        uint256 price = _price(asset) * uint256(10_000 + marketGapBps[asset]);
        return amount * price * 1e6 / unitOf[asset];
    }

    /// @dev Dollars scaled by 1e18, at the oracle's price.
    function _oracleValue(address asset, uint256 amount) internal view returns (uint256) {
        return amount * _price(asset) * 1e10 / unitOf[asset];
    }
}
