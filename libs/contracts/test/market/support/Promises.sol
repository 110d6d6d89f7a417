// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Mandate} from "../../../solidity/guard/Mandate.sol";
import {Actions} from "../../../solidity/guard/Terms.sol";
import {IToken} from "../../../solidity/interfaces/IToken.sol";
import {Ghosts} from "./Ghosts.sol";

/// @notice The promises about one call of a keeper, as functions of what was seen before and after it. Each is named by its number in
/// the list of invariants; one that does not hold reverts with `Broken`.
abstract contract Promises is Ghosts {
    struct Move {
        uint256 loan;
        /// Which of the mandates that the owner of the loan ever signed.
        uint256 which;
        uint8 action;
        address sender;
        uint256 min;
        uint256 max;
        uint256 out;
        uint256 deadline;
        /// Not zero: REPAY through the filler, which works out the amount that brings the health here, and at most `max`.
        uint256 towards;
        /// What the account owed beside the mandate's debt when this was planned, in units of the latter.
        uint256 otherDebt;
    }

    struct Seen {
        uint256 hf;
        uint256 debt;
        uint256 held;
        uint256 wallet;
        uint256 available;
        uint256 releasable;
        uint256 senderDebt;
        uint256 senderHeld;
        uint256 seq;
        uint256 used;
        uint256[] scaledHeld;
        uint256[] scaledOwed;
        uint256[] wallets;
        /// Hash of all that another owner has and signed.
        bytes32 bystander;
    }

    /// @dev What the amount rule says this call moves, reckoned here.
    struct Expected {
        uint256 amount;
        uint256 out;
        bool inFull;
        bool mayEndBelow;
        /// Nothing could be released and nothing was asked for: whoever sends this pays the owner's debt out of his own
        /// pocket, as anyone may on the venue itself. It ends where it ends, and may be sent again.
        bool gift;
    }

    /* THE PROMISES */

    /// @dev Its balances are looked at after every move, by `requireGuardEmpty`.
    function _check01GuardKeepsNothing(Mandate memory m) internal view {
        uint256 allowed = IToken(m.debt).allowance(address(guard), address(pool))
            + IToken(m.collateral).allowance(address(guard), address(pool));
        if (allowed != 0) revert Broken(1, "guard's allowance to the pool", allowed, 0);
    }

    function _check11Alive(Move memory move, Mandate memory m) internal view {
        if (!_isLive(move.loan, move.which)) revert Broken(11, "a dead mandate executed", move.which, block.timestamp);
        if (removed[m.keepers][move.sender] || (move.sender != HONEST && move.sender != THIEF)) {
            revert Broken(11, "not a keeper any more", uint160(move.sender), 0);
        }
        if (block.timestamp > move.deadline) revert Broken(11, "after its deadline", block.timestamp, move.deadline);
        if (m.actions & move.action == 0) revert Broken(11, "an action not signed", move.action, m.actions);
    }

    /// @dev The price at the venue's oracle. No division: `out x price <= amount x price x (1 + c)`, in one scale.
    function _check03Price(Mandate memory m, Expected memory x) internal view {
        uint256 paidOut = x.out * _price(m.collateral) * unitOf[m.debt] * 10_000;
        uint256 ceiling = x.amount * _price(m.debt) * unitOf[m.collateral] * (10_000 + m.maxCostBps);
        if (paidOut > ceiling) revert Broken(3, "paid out above the ceiling", paidOut, ceiling);
    }

    /// @dev What the owner lost at the market's prices, by this fill and by all so far, against the published formula.
    function _check04MarketLoss(uint256 index, Mandate memory m, Seen memory b, Seen memory a, Expected memory x) internal {
        Fills storage f = fills[index];
        uint256 tolerance = 1e9 + _marketValue(m.collateral, 4) + _marketValue(m.debt, 4);
        int256 lost = int256(_marketValue(m.collateral, b.held - a.held)) - int256(_marketValue(m.debt, b.debt - a.debt));
        uint256 repaid = _marketValue(m.debt, x.amount);
        int256 rate = _lossFormula(m);
        int256 bound_ = rate * int256(repaid) / int256(FULL) + int256(tolerance);
        if (lost > bound_) revert Broken(4, "market loss of a fill", uint256(lost), bound_ > 0 ? uint256(bound_) : 0);

        if (f.repaid == 0 || rate > f.worstRate) f.worstRate = rate;
        f.lost += lost - int256(tolerance);
        f.repaid += repaid;
        f.repaidUnits += x.amount;
        if (f.lost > f.worstRate * int256(f.repaid) / int256(FULL) + 1e9) {
            revert Broken(4, "market loss of all fills", uint256(f.lost), f.repaid);
        }
        if (f.repaidUnits > f.everOwed + 4 * f.at.length + 4) {
            revert Broken(4, "more repaid than was ever owed", f.repaidUnits, f.everOwed);
        }
    }

    /// @dev `(1 + c) x (collateral market / oracle) x (debt oracle / market) - 1`, scaled by 1e18, rounded up.
    function _lossFormula(Mandate memory m) internal view returns (int256) {
        uint256 above = (10_000 + uint256(m.maxCostBps)) * uint256(10_000 + marketGapBps[m.collateral]) * FULL;
        uint256 below = 10_000 * uint256(10_000 + marketGapBps[m.debt]);
        return int256((above + below - 1) / below) - int256(FULL);
    }

    /// @dev What leaves one side arrives on the other: exactly in tokens, within the index's rounding in the loan.
    function _check05ExactFlows(Move memory move, Mandate memory m, Seen memory b, Seen memory a, Expected memory x)
        internal
        view
    {
        uint256 debtStep = _step(pool.getReserveNormalizedVariableDebt(m.debt));
        uint256 heldStep = _step(pool.getReserveNormalizedIncome(m.collateral));
        if (x.amount == 0 || x.amount < move.min) revert Broken(5, "amount below the least", x.amount, move.min);
        if (move.action == Actions.TOP_UP) {
            if (b.wallet - a.wallet != x.amount) revert Broken(5, "wallet outflow", b.wallet - a.wallet, x.amount);
            if (a.held + heldStep < b.held + x.amount) revert Broken(5, "collateral added", a.held - b.held, x.amount);
            if (a.debt != b.debt) revert Broken(5, "debt moved by TOP_UP", a.debt, b.debt);
            return;
        }
        if (a.debt + x.amount > b.debt + debtStep) revert Broken(3, "debt fell", b.debt - a.debt, x.amount);
        if (x.inFull && a.debt != 0) revert Broken(3, "repaid in full", a.debt, 0);
        if (move.action == Actions.REPAY) {
            if (b.wallet - a.wallet != x.amount) revert Broken(5, "wallet outflow", b.wallet - a.wallet, x.amount);
            if (a.held != b.held) revert Broken(5, "collateral moved by REPAY", a.held, b.held);
            return;
        }
        if (a.wallet != b.wallet) revert Broken(5, "wallet moved by FILL", a.wallet, b.wallet);
        if (b.senderDebt - a.senderDebt != x.amount) revert Broken(3, "paid by the keeper", b.senderDebt - a.senderDebt, x.amount);
        if (a.held + x.out + heldStep < b.held) revert Broken(3, "collateral fell", b.held - a.held, x.out);
        if (a.senderHeld > b.senderHeld + x.out + heldStep) {
            revert Broken(3, "received by the keeper", a.senderHeld - b.senderHeld, x.out);
        }
    }

    function _check06Band(Mandate memory m, Seen memory b, Seen memory a, Expected memory x) internal pure {
        if (a.hf <= b.hf) revert Broken(6, "health did not rise", a.hf, b.hf);
        if (a.hf < m.minHf && !x.mayEndBelow) revert Broken(6, "ended below the band", a.hf, m.minHf);
        if (a.hf > m.maxHf && !x.inFull) revert Broken(6, "ended above the band", a.hf, m.maxHf);
    }

    function _check07Triggered(Mandate memory m, Seen memory b) internal pure {
        if (b.hf >= m.triggerHf) revert Broken(7, "acted above the trigger", b.hf, m.triggerHf);
    }

    /// @dev Scaled balances, which interest does not move, of every asset: only the mandate's pair, and each only its way.
    function _check09NothingElseMoves(Move memory move, Mandate memory m, Seen memory b, Seen memory a) internal view {
        for (uint256 i = 0; i < assets.length; i++) {
            if (a.scaledOwed[i] > b.scaledOwed[i]) revert Broken(9, "debt rose", a.scaledOwed[i], b.scaledOwed[i]);
            bool owedMayFall = assets[i] == m.debt && move.action != Actions.TOP_UP;
            if (!owedMayFall && a.scaledOwed[i] != b.scaledOwed[i]) revert Broken(9, "another debt moved", i, 0);
            bool heldMayMove = assets[i] == m.collateral && move.action != Actions.REPAY;
            if (!heldMayMove && a.scaledHeld[i] != b.scaledHeld[i]) revert Broken(9, "another collateral moved", i, 0);
            bool walletMayMove = move.action == Actions.REPAY && assets[i] == m.debt
                || move.action == Actions.TOP_UP && assets[i] == m.collateral;
            if (!walletMayMove && a.wallets[i] != b.wallets[i]) revert Broken(9, "another token left the wallet", i, 0);
        }
    }

    function _check12NobodyElse(Seen memory b, Seen memory a) internal pure {
        if (a.bystander != b.bystander) revert Broken(12, "another owner was touched", 0, 0);
    }

    function _check13FailingChangesNothing(Seen memory b, Seen memory a) internal pure {
        if (keccak256(abi.encode(b)) != keccak256(abi.encode(a))) revert Broken(13, "a failing call changed state", 0, 0);
    }

    function _check15PricesGood(Mandate memory m) internal view {
        if (!_priceGood(m.keepers, m.collateral) || !_priceGood(m.keepers, m.debt)) revert Broken(15, "filled on a bad price", 0, 0);
    }

    /* READING */

    /// @dev As the keepers contract should see it: pinned, positive, and no older than the heartbeat and a tenth.
    function _priceGood(address list, address asset) internal view returns (bool) {
        if (pinnedBy[list][asset] != address(feedOf[asset])) return false;
        (, int256 answer,, uint256 updatedAt,) = feedOf[asset].latestRoundData();
        return answer > 0 && block.timestamp - updatedAt <= uint256(HEARTBEAT) * 11 / 10;
    }

    /// @dev Units that one step of an index comes to, at most.
    function _step(uint256 index) private pure returns (uint256) {
        return (index + 1e27 - 1) / 1e27;
    }

    function _least(uint256 a, uint256 b) internal pure returns (uint256) {
        return a < b ? a : b;
    }
}
