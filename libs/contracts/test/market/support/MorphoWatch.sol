// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {MorphoMandate} from "../../../solidity/guard/MorphoMandate.sol";
import {Actions} from "../../../solidity/guard/Terms.sol";
import {IToken} from "../../../solidity/interfaces/IToken.sol";
import {MorphoPromises} from "./MorphoPromises.sol";

/// @notice Makes a keeper's call on Morpho and looks at everything before and after it.
abstract contract MorphoWatch is MorphoPromises {
    /* A CALL, WATCHED */

    function _attempt(Move memory move) internal returns (bool done, bytes memory data) {
        MorphoMandate memory m = signed[move.which].m;
        if (move.sender != owner) _fundSender(move);
        morpho.accrueInterest(market);
        Seen memory b = _see(move);
        (done, data) = _call(move, m);
        Seen memory a = _see(move);
        if (!done) {
            if (keccak256(abi.encode(a)) != keccak256(abi.encode(b))) revert Broken(13, "a failing call changed state", 0, 0);
            return (done, data);
        }
        Expected memory x = _expected(move, m, b);
        _check01GuardKeepsNothing();
        _check11Alive(move, m);
        _check05ExactFlows(move, b, a, x);
        _check06Band(m, b, a, x);
        if (b.hf >= m.triggerHf) revert Broken(7, "acted above the trigger", b.hf, m.triggerHf);
        _check09NothingElseMoves(move, b, a);
        if (move.action == Actions.FILL) {
            _check03Price(m, x);
            _check04MarketLoss(m, b, a, x);
            _check10Budget(m, x.amount);
            _check15PriceGood();
        }
        (bool again,) = x.gift ? (false, data) : _call(move, m);
        if (again) revert Broken(6, "the same call acted twice", move.action, move.max);
        _count(move);
    }

    function _fundSender(Move memory move) private {
        if (move.action != Actions.FILL) return;
        usd.mint(move.sender, 50_000e6);
        vm.prank(move.sender);
        usd.approve(address(guard), type(uint256).max);
    }

    function _call(Move memory move, MorphoMandate memory m) private returns (bool done, bytes memory data) {
        bytes memory call = move.action == Actions.FILL
            ? abi.encodeCall(guard.fill, (m, move.min, move.max, move.out, move.deadline))
            : move.action == Actions.REPAY
                ? abi.encodeCall(guard.repay, (m, move.min, move.max, move.deadline))
                : abi.encodeCall(guard.topUp, (m, move.min, move.max, move.deadline));
        vm.prank(move.sender);
        return address(guard).call(call);
    }

    function _see(Move memory move) private view returns (Seen memory s) {
        (s.hf, s.debt, s.collateral) = _standing();
        (, s.borrowShares,) = _positionOf(id, owner);
        (s.usdWallet, s.wethWallet) = (usd.balanceOf(owner), weth.balanceOf(owner));
        IToken token = IToken(move.action == Actions.TOP_UP ? address(weth) : address(usd));
        s.available = _least(token.balanceOf(owner), token.allowance(owner, address(guard)));
        if (morpho.isAuthorized(owner, address(guard))) s.releasable = s.collateral;
        (s.senderUsd, s.senderWeth) = (usd.balanceOf(move.sender), weth.balanceOf(move.sender));
        (, bytes memory stored) = address(guard).staticcall(abi.encodeCall(guard.position, (owner, id)));
        s.guardState = keccak256(stored);
        (uint256 a, uint256 b, uint256 c) = _positionOf(otherId, owner);
        (uint256 d,,) = _positionOf(id, owner);
        (uint256 e, uint256 f, uint256 g) = _positionOf(id, BYSTANDER);
        s.elsewhere = keccak256(abi.encode(a, b, c, d, e, f, g));
    }

    function _positionOf(bytes32 marketId, address account) private view returns (uint256, uint256, uint256) {
        (uint256 supplied, uint128 borrowed, uint128 collateral) = morpho.position(marketId, account);
        return (supplied, borrowed, collateral);
    }

    /// @dev As Morpho reckons it, once interest is accrued: debt rounded up, what counts of the collateral rounded down.
    function _standing() internal view returns (uint256 hf, uint256 debt, uint256 collateral) {
        uint256 shares;
        (, shares, collateral) = _positionOf(id, owner);
        (,, uint256 assets, uint256 total,,) = morpho.market(id);
        debt = (shares * (assets + 1) + total + 1e6 - 1) / (total + 1e6);
        hf = shares == 0 ? type(uint256).max : collateral * oracle.price() / 1e36 * LLTV / 1e18 * 1e18 / debt;
    }

    /* WHAT THE AMOUNT RULE SAYS */

    function _expected(Move memory move, MorphoMandate memory m, Seen memory b) private view returns (Expected memory x) {
        if (move.action == Actions.FILL) {
            uint256 budget = _budgetLeft(m.fillPerDay);
            x.amount = _least(_least(move.max, budget), b.debt);
            x.out = move.out * x.amount / move.max;
            if (x.out > b.releasable) (x.amount, x.out) = ((b.releasable * x.amount + x.out - 1) / x.out, b.releasable);
            x.inFull = x.amount == b.debt;
            x.gift = x.out == 0 && b.releasable == 0;
            x.mayEndBelow = x.inFull || x.amount == budget || x.out == b.releasable;
            return x;
        }
        x.amount = _least(move.max, b.available);
        if (move.action == Actions.REPAY) {
            x.amount = _least(x.amount, b.debt);
            x.inFull = x.amount == b.debt;
        }
        x.mayEndBelow = x.inFull || x.amount == b.available;
    }

    function _count(Move memory move) private {
        if (move.action == Actions.REPAY) repays++;
        else if (move.action == Actions.TOP_UP) topUps++;
        else fillsDone++;
        if (move.sender == THIEF) thiefActions++;
        else rescues++;
    }
}
