// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Mandate} from "../../../solidity/guard/Mandate.sol";
import {Actions} from "../../../solidity/guard/Terms.sol";
import {IToken} from "../../../solidity/interfaces/IToken.sol";
import {Owners} from "./Owners.sol";

/// @notice A thief with a listed keeper's key: alone, and against the honest keeper in one block.
abstract contract Thieves is Owners {
    /* THIEF: a listed keeper, free in everything */

    function thiefActs(uint256 seed, uint256 max, uint256 out) external {
        seed = _mix(seed);
        uint256 index = _pick(seed);
        _comeDue(index, seed, out);
        for (uint256 i = 0; i < 3; i++) _thiefActs(index, _next(seed, i), max ^ (seed >> i), out ^ (seed >> i));
    }

    /// @dev Somebody alters one field of the live mandate.
    function thiefAlters(uint256 seed, uint256 value) external {
        seed = _mix(seed);
        uint256 index = _pick(seed);
        Mandate memory m = _liveMandate(index);
        bytes32 before_ = keccak256(abi.encode(m));
        _alter(m, seed % 12, value);
        if (keccak256(abi.encode(m)) == before_) return;
        Move memory move = _plan(index, uint8(1 << (seed / 12 % 3)), value);
        (move.sender, move.max) = (THIEF, move.max + 1);
        (bool done,) = _callAltered(move, m);
        _check02Authorised(done, seed % 12, value);
    }

    function _check02Authorised(bool done, uint256 field, uint256 value) private pure {
        if (done) revert Broken(2, "an altered mandate executed", field, value);
    }

    function _callAltered(Move memory move, Mandate memory m) private returns (bool done, bytes memory data) {
        bytes memory call = move.action == Actions.FILL
            ? abi.encodeCall(guard.fill, (m, 0, move.max, move.out, move.deadline))
            : move.action == Actions.REPAY
                ? abi.encodeCall(guard.repay, (m, 0, move.max, move.deadline))
                : abi.encodeCall(guard.topUp, (m, 0, move.max, move.deadline));
        vm.prank(move.sender);
        return address(guard).call(call);
    }

    function _alter(Mandate memory m, uint256 field, uint256 value) internal view {
        if (field == 0) m.owner = loans[value % LOANS].owner;
        else if (field == 1) m.collateral = assets[value % assets.length];
        else if (field == 2) m.debt = assets[value % assets.length];
        else if (field == 3) m.actions = uint8(value % 8);
        else if (field == 4) m.triggerHf = uint64(bound(value, 1e18, 10e18));
        else if (field == 5) m.minHf = uint64(bound(value, 1e18, 10e18));
        else if (field == 6) m.maxHf = uint64(bound(value, 1e18, 10e18));
        else if (field == 7) m.maxCostBps = uint16(value % 600);
        else if (field == 8) m.fillPerDay = uint128(value);
        else if (field == 9) m.keepers = address(value % 2 == 0 ? keepers : otherKeepers);
        else if (field == 10) m.expiry = uint40(block.timestamp + value % 1_000 days);
        else m.prev = bytes32(value);
    }

    function _thiefActs(uint256 index, uint256 seed, uint256 max, uint256 out) internal returns (bool done) {
        Move memory move;
        move.loan = index;
        // Mostly the live one; else any that was ever signed.
        move.which = seed % 8 != 0 ? chains[index].live : (seed >> 16) % signed[index].length;
        move.action = uint8(1 << (seed >> 32) % 3);
        // Now and then somebody who never was a keeper.
        move.sender = (seed >> 48) % 16 == 0 ? STRANGER : THIEF;
        move.deadline = seed % 16 == 1 ? block.timestamp - 1 : block.timestamp + (seed >> 40) % 1_000;
        Mandate memory m = signed[index][move.which].m;
        uint256 how = (seed >> 64) % 6;
        move.max = _thiefMax(m, move.action, how, max);
        if ((seed >> 80) % 4 == 0) move.min = (seed >> 82) % 2 == 0 ? move.max : bound(seed >> 96, 0, move.max);
        move.out = _thiefOut(m, move.max, (seed >> 72) % 6, out);
        (done,) = _attempt(move);
    }

    /// @dev Few units, any, far too many, what just reaches the band, what just fits under its top, all that is available.
    function _thiefMax(Mandate memory m, uint8 action, uint256 how, uint256 seed) private view returns (uint256) {
        uint256 debt = debtTokenOf[m.debt].balanceOf(m.owner);
        if (how == 0) return bound(seed, 0, 10);
        if (how == 1) return bound(seed, 1, debt + 2);
        if (how == 2) return bound(seed, debt, type(uint128).max);
        uint256 hf = _healthOrZero(m.owner);
        if (hf == 0 || how == 5) return debt;
        // A hair inside or outside of each end.
        uint256 aim = how == 3 ? uint256(m.minHf) - 1e13 + seed % 3e13 : uint256(m.maxHf) - 1e13 + seed % 2e13;
        return _outlook(m, action, aim).amount;
    }

    /// @dev Nothing, the ceiling exactly, one unit above it, all aTokens, any, the largest number.
    function _thiefOut(Mandate memory m, uint256 max, uint256 how, uint256 seed) private view returns (uint256) {
        if (how == 0) return 0;
        if (how == 5) return type(uint256).max;
        if (max >= 2 ** 100) return seed;
        uint256 ceiling = _worth(m, max);
        if (how == 1 || how == 2) return ceiling;
        if (how == 3) return ceiling + 1;
        return bound(seed, 0, 2 * ceiling + 10);
    }

    /* THIEF AGAINST HONEST KEEPER, IN ONE BLOCK */

    /// @dev The honest keeper plans on what it sees. Then the thief, and a stranger, get in first, in the same block.
    function race(uint256 seed, uint256 aim, uint256 max, uint256 out) external {
        seed = _mix(seed);
        uint256 index = _pick(seed);
        _comeDue(index, seed, max);
        if (!_isDue(index)) return;
        Move memory plan = _plan(index, uint8(1 << (seed >> 8) % 3), aim);
        if (plan.max == 0 || !_mustSucceed(index, plan)) return;
        for (uint256 i = 0; i < 1 + seed % 3; i++) {
            uint256 next = _next(seed, i);
            _thiefActs(index, next, max ^ (next >> 7), out ^ (next >> 11));
            if (next % 32 == 0) _strangerMeddles(index, next >> 8, max);
        }
        bool strict = plan.action == Actions.REPAY && (seed >> 16) % 4 != 0;
        if (strict) _towards(plan, aim);
        (bool done, bytes memory data) = _attempt(plan);
        if (done) return;
        if (strict) _check08NotBlocked(index, plan, data);
        else _check08StillRescued(index, plan, aim);
    }

    /// @dev The call is to the filler, which sizes it in the transaction itself, by what is there then.
    function _towards(Move memory plan, uint256 aim) private view {
        Mandate memory m = _liveMandate(plan.loan);
        (, uint256 owedBase,,,,) = pool.getUserAccountData(m.owner);
        uint256 owed = owedBase * unitOf[m.debt] / _price(m.debt);
        uint256 debt = debtTokenOf[m.debt].balanceOf(m.owner);
        (plan.towards, plan.otherDebt) = (_aim(m, aim), owed > debt ? owed - debt : 0);
        plan.max = type(uint128).max;
    }

    /// @dev One transaction, planned before the thief's: it goes through, or the health is at the trigger or above, or the wallet
    /// was used up for the owner.
    function _check08NotBlocked(uint256 index, Move memory plan, bytes memory data) private view {
        if (!_isDue(index)) return;
        Mandate memory m = _liveMandate(index);
        uint256 wallet = _least(IToken(m.debt).balanceOf(m.owner), IToken(m.debt).allowance(m.owner, address(guard)));
        if (_oracleValue(m.debt, wallet) <= 1e18) return;
        revert Broken(8, "the rescue was blocked", plan.action, uint32(bytes4(data)));
    }

    /// @dev The honest call failed after the thief's. Either nothing is due any more, or what it drew on was used, for the
    /// owner; then another call, planned on what is there now, goes through if anything is left to act with.
    function _check08StillRescued(uint256 index, Move memory plan, uint256 aim) private {
        if (!_isDue(index)) return;
        Mandate memory m = _liveMandate(index);
        if (plan.action == Actions.FILL && _budgetLeft(index, m.fillPerDay) < m.fillPerDay / 1e6) return;
        replans++;
        (bool rescued, bool possible) = _rescue(index, aim);
        if (possible && !rescued) revert Broken(8, "the rescue was blocked", plan.action, plan.max);
    }

    function _strangerMeddles(uint256 index, uint256 kind, uint256 amount) internal virtual;
}
