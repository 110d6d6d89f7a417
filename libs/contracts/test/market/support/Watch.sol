// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Aim} from "../../../solidity/filler/Aim.sol";
import {Mandate} from "../../../solidity/guard/Mandate.sol";
import {Actions} from "../../../solidity/guard/Terms.sol";
import {IToken} from "../../../solidity/interfaces/IToken.sol";
import {IScaled} from "./Aave.sol";
import {Promises} from "./Promises.sol";

/// @notice Makes a keeper's call and looks at everything before and after it.
abstract contract Watch is Promises {
    /// @return done whether the guard accepted the call
    /// @return data what it reverted with
    function _attempt(Move memory move) internal returns (bool done, bytes memory data) {
        Mandate memory m = signed[move.loan][move.which].m;
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

    /// @dev The same call at once again: it would act twice, or an exempt one did not use up what it drew on.
    function _check06Repeat(Move memory move, Mandate memory m) private {
        (bool done,) = _call(move, m);
        if (done) revert Broken(6, "the same call acted twice", move.action, move.max);
    }

    /* THE AMOUNT RULE */

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

    /* SEEING */

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
}
