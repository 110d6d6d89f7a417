// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Mandate} from "../../../solidity/guard/Mandate.sol";
import {Actions} from "../../../solidity/guard/Terms.sol";
import {IToken} from "../../../solidity/interfaces/IToken.sol";
import {Planner} from "./Planner.sol";

/// @notice Owner, honest keeper and thief, in any order, over the loans of `Loans`.
abstract contract Actors is Planner {
    /// @dev The loan that most moves are about; the others get the rest, so that a sequence goes deep into one.
    uint256 internal focus;
    /// @dev Whether governance changed something that was not put back since.
    bool internal disturbed;

    function _pick(uint256 seed) internal view returns (uint256) {
        return seed % 4 != 0 ? focus : (seed / 4) % LOANS;
    }

    function turnTo(uint256 seed) external {
        focus = seed % LOANS;
    }

    /* OWNER */

    function ownerFundsAndApproves(uint256 seed, uint256 debtShare, uint256 collateralShare) external {
        seed = _mix(seed);
        Loan memory loan = loans[_pick(seed)];
        address owner = loan.owner;
        _give(loan.debt, owner, _units(loan.debt, bound(debtShare, 0, loan.fillPerDay)));
        _give(loan.collateral, owner, _units(loan.collateral, bound(collateralShare, 0, loan.fillPerDay)));
        // Sometimes less than all, or nothing.
        uint256 tenths = seed % 16 < 10 ? 10 : seed % 11;
        vm.startPrank(owner);
        IToken(loan.debt).approve(address(guard), IToken(loan.debt).balanceOf(owner) * tenths / 10);
        IToken(loan.collateral).approve(address(guard), IToken(loan.collateral).balanceOf(owner) * tenths / 10);
        aTokenOf[loan.collateral].approve(address(guard), aTokenOf[loan.collateral].balanceOf(owner) * tenths / 10);
        vm.stopPrank();
    }

    function ownerSpends(uint256 seed, uint256 amount) external {
        seed = _mix(seed);
        Loan memory loan = loans[_pick(seed)];
        address asset = seed % 2 == 0 ? loan.debt : loan.collateral;
        uint256 balance = IToken(asset).balanceOf(loan.owner);
        vm.prank(loan.owner);
        IToken(asset).transferFrom(loan.owner, STRANGER, 0);
        _send(asset, loan.owner, STRANGER, bound(amount, 0, balance));
    }

    function ownerBorrowsMore(uint256 seed, uint256 dollars) external {
        seed = _mix(seed);
        Loan memory loan = loans[_pick(seed)];
        if (_price(loan.debt) == 0) return;
        uint256 amount = _units(loan.debt, bound(dollars, 1, 5_000));
        vm.prank(loan.owner);
        try pool.borrow(loan.debt, amount, VARIABLE, 0, loan.owner) {} catch {}
    }

    function ownerWithdraws(uint256 seed, uint256 dollars) external {
        seed = _mix(seed);
        Loan memory loan = loans[_pick(seed)];
        if (_price(loan.collateral) == 0) return;
        uint256 amount = _units(loan.collateral, bound(dollars, 1, 5_000));
        vm.prank(loan.owner);
        try pool.withdraw(loan.collateral, amount, loan.owner) {} catch {}
    }

    function ownerSignsAgain(uint256 seed, uint256 budget, uint256 band) public {
        seed = _mix(seed);
        uint256 index = _pick(seed);
        if (_price(loans[index].debt) == 0) return;
        Mandate memory m = _terms(index, seed, budget, band);
        uint256 which = _sign(index, m);
        if (seed % 3 == 0) {
            vm.prank(m.owner);
            guard.set(m);
        } else {
            guard.activate(m, _signature(m, loans[index].key));
        }
        _noteActivated(index, which);
    }

    /// @dev Signed and given away, not brought to the chain: somebody else may.
    function ownerSignsADraft(uint256 seed, uint256 budget, uint256 band) external {
        seed = _mix(seed);
        uint256 index = _pick(seed);
        if (_price(loans[index].debt) != 0) _sign(index, _terms(index, seed, budget, band));
    }

    function ownerRevokes(uint256 seed) external {
        seed = _mix(seed);
        uint256 index = _pick(seed);
        Loan memory loan = loans[index];
        // What was signed and not used dies with it.
        if ((seed >> 8) % 2 == 0 && _price(loan.debt) != 0) _sign(index, _terms(index, seed, loan.fillPerDay, loan.maxHf));
        vm.roll(block.number + 1);
        vm.prank(loan.owner);
        if (seed % 8 < 6) {
            guard.revoke(loan.collateral, loan.debt);
            _noteRevoked(index);
        } else {
            guard.revokeAll();
            _noteRevokedAll(loan.owner);
        }
        _activatesOld(index, signed[index].length - 1);
        _activatesOld(index, (seed >> 16) % signed[index].length);
    }

    /// @dev Anyone may bring a signed mandate, old or new. `_noteActivated` knows whether it may come alive.
    function _activatesOld(uint256 index, uint256 which) internal {
        Signed storage draft = signed[index][which];
        bytes memory signature = _signature(draft.m, loans[index].key);
        vm.prank(STRANGER);
        try guard.activate(draft.m, signature) {
            _noteActivated(index, which);
        } catch {}
    }

    function _terms(uint256 index, uint256 seed, uint256 budget, uint256 band) private view returns (Mandate memory m) {
        m = _mandate(index);
        Loan memory loan = loans[index];
        m.fillPerDay = uint128(_units(loan.debt, bound(budget, loan.fillPerDay / 20, loan.fillPerDay * 2)));
        m.maxHf = uint64(bound(band, m.minHf + 3 * INSIDE, loan.maxHf));
        m.maxCostBps = uint16(bound(budget >> 128, 0, 500));
        // With a high threshold, a high cost can take more than it brings.
        if (index == RATIO && seed % 4 != 1) m.maxCostBps = uint16(bound(budget >> 128, 0, 50));
        if (seed % 7 == 0) m.keepers = address(otherKeepers);
        if (seed % 5 == 0) m.expiry = uint40(block.timestamp + bound(band >> 128, 0, 3 days));
        if (seed % 11 == 0) m.actions = uint8(1 + band % 7);
    }

    /* HONEST KEEPER */

    function honestRescues(uint256 seed, uint256 aim) external {
        seed = _mix(seed);
        uint256 index = _pick(seed);
        _comeDue(index, seed, aim);
        if (_isDue(index)) _rescue(index, aim);
    }

    /// @dev One action alone, so that all three are exercised and not only the first that goes.
    function honestActs(uint256 seed, uint256 aim) external {
        seed = _mix(seed);
        uint256 index = _pick(seed);
        _comeDue(index, seed, aim);
        if (_isDue(index)) _rescueBy(index, uint8(1 << ((seed >> 8) % 3)), aim);
    }

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
        if (done) revert Broken(2, "an altered mandate executed", seed % 12, value);
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

    /* REMOVER */

    function removerActs(uint256 seed) external {
        seed = _mix(seed);
        if (seed % 4 != 0) return;
        address list = seed % 8 == 0 ? address(keepers) : address(otherKeepers);
        address keeper = seed % 16 < 12 ? THIEF : HONEST;
        if (removed[list][keeper]) return;
        vm.prank(REMOVER);
        (bool done,) = list.call(abi.encodeWithSignature("remove(address)", keeper));
        require(done, "the remover was refused");
        removed[list][keeper] = true;
    }

    /* INTERNAL */

    /// @dev Small numbers are frequent among the inputs; as sources of choices they would always make the same ones.
    function _mix(uint256 seed) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }

    function _next(uint256 seed, uint256 i) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, i)));
    }

    /// @dev Mostly, a move is about a loan that has a live mandate and a health just below its trigger: else few of a
    /// sequence's moves would be about anything.
    function _comeDue(uint256 index, uint256 seed, uint256 target) internal {
        if ((seed >> 200) % 8 == 0) return;
        Loan memory loan = loans[index];
        if (disturbed && (seed >> 204) % 2 == 0) _restoreMarket();
        if ((seed >> 205) % 4 == 0) _giveAndApprove(index, loan.fillPerDay / 2, loan.fillPerDay / 4);
        Mandate memory m = _liveMandate(index);
        bool asItIs = (seed >> 220) % 4 == 0;
        if (!asItIs && (!_isLive(index, chains[index].live) || removed[m.keepers][HONEST] || removed[m.keepers][THIEF])) {
            if (removed[address(keepers)][HONEST] || removed[address(keepers)][THIEF]) keepers = _newKeepers();
            _activateNew(index);
        }
        if (_health(loan.owner) >= loan.trigger) _moveHealth(index, seed >> 208, target);
    }

    function _moveHealth(uint256 index, uint256 kind, uint256 target) internal virtual;
    function _restoreMarket() internal virtual;
    function _strangerMeddles(uint256 index, uint256 kind, uint256 amount) internal virtual;

    function _send(address asset, address from, address to, uint256 amount) internal {
        vm.prank(from);
        (bool done,) = asset.call(abi.encodeWithSignature("transfer(address,uint256)", to, amount));
        require(done, "transfer");
    }
}
