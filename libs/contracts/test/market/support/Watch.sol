// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Aim} from "../../../solidity/filler/Aim.sol";
import {Mandate} from "../../../solidity/guard/Mandate.sol";
import {Actions} from "../../../solidity/guard/Terms.sol";
import {IToken} from "../../../solidity/interfaces/IToken.sol";
import {IScaled} from "./Aave.sol";
import {Ghosts} from "./Ghosts.sol";

/// @notice Makes a keeper's call and looks at everything before and after it. Each promise has a function of its own, named by
/// its number in the list of invariants; a promise that does not hold reverts with `Broken`.
abstract contract Watch is Ghosts {
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

    /// @return done whether the guard accepted the call
    /// @return data what it reverted with
    function _attempt(Move memory move) internal returns (bool done, bytes memory data) {
        Mandate memory m = signed[move.loan][move.which].m;
        return _attempt(move, m, false);
    }

    /// @param altered the mandate is not byte for byte one that the owner signed
    function _attempt(Move memory move, Mandate memory m, bool altered) internal returns (bool done, bytes memory data) {
        Seen memory b = _see(move, m);
        _noteOwed(move.loan, b.debt);
        (done, data) = _call(move, m);
        Seen memory a = _see(move, m);
        fills[move.loan].owedLast = a.debt;
        if (!done) {
            _check13FailingChangesNothing(b, a);
            return (done, data);
        }

        Expected memory x = _expected(move, m, b);
        _check01GuardKeepsNothing(m);
        _check02Authorised(altered);
        _check11Alive(move, m);
        _check05ExactFlows(move, m, b, a, x);
        _check06Band(m, b, a, x);
        _check07Triggered(m, b);
        _check09NothingElseMoves(move, m, b, a);
        if (move.action == Actions.FILL) _checkFill(move, m, b, a, x);
        _check12NobodyElse(b, a);
        if (!x.gift) _check06Repeat(move, m);
        _count(move);
    }

    function _checkFill(Move memory move, Mandate memory m, Seen memory b, Seen memory a, Expected memory x) private {
        _check03Price(m, x);
        _check04MarketLoss(move.loan, m, b, a, x);
        _noteFill(move.loan, m.fillPerDay, x.amount);
        if (a.used != fills[move.loan].used) revert Broken(10, "share used", a.used, fills[move.loan].used);
        _check15PricesGood(m);
    }

    /* THE PROMISES */

    /// @dev Its balances are looked at after every move, by `requireGuardEmpty`.
    function _check01GuardKeepsNothing(Mandate memory m) private view {
        uint256 allowed = IToken(m.debt).allowance(address(guard), address(pool))
            + IToken(m.collateral).allowance(address(guard), address(pool));
        if (allowed != 0) revert Broken(1, "guard's allowance to the pool", allowed, 0);
    }

    function _check02Authorised(bool altered) private pure {
        if (altered) revert Broken(2, "an altered mandate executed", 1, 0);
    }

    function _check11Alive(Move memory move, Mandate memory m) private view {
        if (!_isLive(move.loan, move.which)) revert Broken(11, "a dead mandate executed", move.which, block.timestamp);
        if (removed[m.keepers][move.sender] || (move.sender != HONEST && move.sender != THIEF)) {
            revert Broken(11, "not a keeper any more", uint160(move.sender), 0);
        }
        if (block.timestamp > move.deadline) revert Broken(11, "after its deadline", block.timestamp, move.deadline);
        if (m.actions & move.action == 0) revert Broken(11, "an action not signed", move.action, m.actions);
    }

    /// @dev The price at the venue's oracle. No division: `out x price <= amount x price x (1 + c)`, in one scale.
    function _check03Price(Mandate memory m, Expected memory x) private view {
        uint256 paidOut = x.out * _price(m.collateral) * unitOf[m.debt] * 10_000;
        uint256 ceiling = x.amount * _price(m.debt) * unitOf[m.collateral] * (10_000 + m.maxCostBps);
        if (paidOut > ceiling) revert Broken(3, "paid out above the ceiling", paidOut, ceiling);
    }

    /// @dev What the owner lost at the market's prices, by this fill and by all so far, against the published formula.
    function _check04MarketLoss(uint256 index, Mandate memory m, Seen memory b, Seen memory a, Expected memory x) private {
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
        private
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

    function _check06Band(Mandate memory m, Seen memory b, Seen memory a, Expected memory x) private pure {
        if (a.hf <= b.hf) revert Broken(6, "health did not rise", a.hf, b.hf);
        if (a.hf < m.minHf && !x.mayEndBelow) revert Broken(6, "ended below the band", a.hf, m.minHf);
        if (a.hf > m.maxHf && !x.inFull) revert Broken(6, "ended above the band", a.hf, m.maxHf);
    }

    /// @dev The same call at once again: it would act twice, or an exempt one did not use up what it drew on.
    function _check06Repeat(Move memory move, Mandate memory m) private {
        (bool done,) = _call(move, m);
        if (done) revert Broken(6, "the same call acted twice", move.action, move.max);
    }

    function _check07Triggered(Mandate memory m, Seen memory b) private pure {
        if (b.hf >= m.triggerHf) revert Broken(7, "acted above the trigger", b.hf, m.triggerHf);
    }

    /// @dev Scaled balances, which interest does not move, of every asset: only the mandate's pair, and each only its way.
    function _check09NothingElseMoves(Move memory move, Mandate memory m, Seen memory b, Seen memory a) private view {
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

    function _check12NobodyElse(Seen memory b, Seen memory a) private pure {
        if (a.bystander != b.bystander) revert Broken(12, "another owner was touched", 0, 0);
    }

    function _check13FailingChangesNothing(Seen memory b, Seen memory a) private pure {
        if (keccak256(abi.encode(b)) != keccak256(abi.encode(a))) revert Broken(13, "a failing call changed state", 0, 0);
    }

    function _check15PricesGood(Mandate memory m) private view {
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

    function _expected(Move memory move, Mandate memory m, Seen memory b) private view returns (Expected memory x) {
        if (move.action == Actions.FILL) return _expectedFill(move, m, b);
        x.amount = _least(move.max, b.available);
        if (move.towards != 0) {
            uint256 short_ = (b.debt + move.otherDebt) * (move.towards - b.hf);
            x.amount = _least(x.amount, (short_ + move.towards - 1) / move.towards);
        }
        if (move.action == Actions.REPAY) {
            x.amount = _least(x.amount, b.debt);
            x.inFull = x.amount == b.debt;
        }
        x.mayEndBelow = x.inFull || x.amount == b.available;
    }

    function _expectedFill(Move memory move, Mandate memory m, Seen memory b) private view returns (Expected memory x) {
        uint256 budget = _budgetLeft(move.loan, m.fillPerDay);
        x.amount = _least(_least(move.max, budget), b.debt);
        x.out = move.out * x.amount / move.max;
        if (x.out > b.releasable) {
            x.amount = (b.releasable * x.amount + x.out - 1) / x.out;
            x.out = b.releasable;
        }
        x.inFull = x.amount == b.debt;
        x.gift = x.out == 0 && b.releasable == 0;
        x.mayEndBelow = x.inFull || x.amount == budget || x.out == b.releasable;
    }

    function _see(Move memory move, Mandate memory m) private view returns (Seen memory s) {
        s.hf = _healthOrZero(m.owner);
        s.debt = debtTokenOf[m.debt].balanceOf(m.owner);
        IScaled held = aTokenOf[m.collateral];
        s.held = held.balanceOf(m.owner);
        address asset = move.action == Actions.TOP_UP ? m.collateral : m.debt;
        s.wallet = IToken(asset).balanceOf(m.owner);
        s.available = _least(s.wallet, IToken(asset).allowance(m.owner, address(guard)));
        s.releasable = _least(s.held, held.allowance(m.owner, address(guard)));
        s.senderDebt = IToken(m.debt).balanceOf(move.sender);
        s.senderHeld = held.balanceOf(move.sender);
        (,,, s.seq,, s.used) = guard.position(m.owner, m.collateral, m.debt);
        _seeTokens(s, m.owner);
        s.bystander = _bystander(move.loan, m.owner);
    }

    function _bystander(uint256 index, address owner) private view returns (bytes32) {
        Loan storage other = loans[(index + 1 + block.timestamp % 3) % LOANS];
        if (other.owner == owner) other = loans[AGED];
        (, bytes memory stored) = address(guard).staticcall(
            abi.encodeCall(guard.position, (other.owner, other.collateral, other.debt))
        );
        uint256 held = aTokenOf[other.collateral].scaledBalanceOf(other.owner);
        uint256 owed = debtTokenOf[other.debt].scaledBalanceOf(other.owner);
        uint256 wallet = IToken(other.collateral).balanceOf(other.owner) ^ IToken(other.debt).balanceOf(other.owner) << 128;
        return keccak256(abi.encode(stored, held, owed, wallet, guard.epochOf(other.owner)));
    }

    function _seeTokens(Seen memory s, address owner) private view {
        uint256 n = assets.length;
        (s.scaledHeld, s.scaledOwed) = (new uint256[](n), new uint256[](n));
        s.wallets = new uint256[](n);
        for (uint256 i = 0; i < n; i++) {
            address asset = assets[i];
            s.scaledHeld[i] = aTokenOf[asset].scaledBalanceOf(owner);
            s.scaledOwed[i] = debtTokenOf[asset].scaledBalanceOf(owner);
            s.wallets[i] = IToken(asset).balanceOf(owner);
        }
    }

    /// @dev Zero where Aave's account view itself reverts, for want of a price.
    function _healthOrZero(address owner) internal view returns (uint256) {
        try pool.getUserAccountData(owner) returns (uint256, uint256, uint256, uint256, uint256, uint256 hf) {
            return hf;
        } catch {
            return 0;
        }
    }

    function _call(Move memory move, Mandate memory m) private returns (bool done, bytes memory data) {
        if (move.towards != 0) {
            Aim memory aim = Aim(move.towards, move.otherDebt, 0, 0);
            vm.prank(move.sender);
            return address(filler).call(
                abi.encodeCall(filler.repayTowards, (m, move.min, move.max, move.deadline, aim))
            );
        }
        bytes memory call = move.action == Actions.FILL
            ? abi.encodeCall(guard.fill, (m, move.min, move.max, move.out, move.deadline))
            : move.action == Actions.REPAY
                ? abi.encodeCall(guard.repay, (m, move.min, move.max, move.deadline))
                : abi.encodeCall(guard.topUp, (m, move.min, move.max, move.deadline));
        vm.prank(move.sender);
        (done, data) = address(guard).call(call);
    }

    function _count(Move memory move) private {
        if (move.action == Actions.REPAY) repays++;
        else if (move.action == Actions.TOP_UP) topUps++;
        else fillsDone++;
        if (move.sender == THIEF) thiefActions++;
        else rescues++;
    }

    function _least(uint256 a, uint256 b) internal pure returns (uint256) {
        return a < b ? a : b;
    }
}
