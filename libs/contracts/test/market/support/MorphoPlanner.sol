// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {MorphoMandate} from "../../../solidity/guard/MorphoMandate.sol";
import {Actions} from "../../../solidity/guard/Terms.sol";
import {IToken} from "../../../solidity/interfaces/IToken.sol";
import {MorphoWatch} from "./MorphoWatch.sol";

/// @notice An honest keeper of a loan on Morpho: sizes an action to end inside the band, and says beforehand which actions must
/// succeed.
abstract contract MorphoPlanner is MorphoWatch {
    /// @dev What an aim keeps from both ends of the band.
    uint256 internal constant INSIDE = 0.01e18;

    function _plan(uint8 action, uint256 aimSeed) internal view returns (Move memory move) {
        MorphoMandate memory m = _live();
        (move.which, move.action, move.sender, move.deadline) = (liveOne, action, KEEPER, block.timestamp + 120);
        move.max = _size(m, action, bound(aimSeed, m.minHf + INSIDE, m.maxHf - INSIDE));
        if (action == Actions.FILL) move.out = _worth(m, move.max);
    }

    function _size(MorphoMandate memory m, uint8 action, uint256 aim) internal view returns (uint256) {
        (uint256 hf, uint256 debt, uint256 collateral) = _standing();
        if (hf >= aim) return 0;
        if (action == Actions.REPAY) return _least(debt * (aim - hf) / aim, debt);
        if (action == Actions.TOP_UP) return hf == 0 ? 0 : collateral * (aim - hf) / hf;
        uint256 taken = LLTV * (10_000 + m.maxCostBps) / 10_000;
        return aim <= taken ? 0 : _least(debt * (aim - hf) / (aim - taken), debt);
    }

    function _worth(MorphoMandate memory m, uint256 amount) internal view returns (uint256) {
        return amount * 1e36 * (10_000 + m.maxCostBps) / (oracle.price() * 10_000);
    }

    function _isDue() internal view returns (bool) {
        if (!_isLive(liveOne) || removed[_live().keepers][KEEPER]) return false;
        (uint256 hf, uint256 debt,) = _standing();
        return hf < _live().triggerHf && hf > 0 && debt > 100;
    }

    /// @dev Morpho has no pause: what stands in the way is only the owner's own, or the price's age.
    function _mustSucceed(Move memory plan) internal view returns (bool) {
        MorphoMandate memory m = _live();
        if (m.actions & plan.action == 0 || plan.max == 0) return false;
        if (plan.action == Actions.REPAY) return _least(plan.max, _available(address(usd))) > 1e6;
        if (plan.action == Actions.TOP_UP) return _least(plan.max, _available(address(weth))) > 1e15;
        if (!_priceGood() || !morpho.isAuthorized(owner, address(guard)) || plan.out == 0) return false;
        (uint256 hf, uint256 debt, uint256 collateral) = _standing();
        uint256 amount = _least(_least(plan.max, _budgetLeft(m.fillPerDay)), debt);
        uint256 out = plan.out * amount / plan.max;
        if (out > collateral) (amount, out) = (collateral * amount / out, collateral);
        if (amount < 1e6) return false;
        if (amount == debt) return true;
        uint256 worth = (collateral - out) * oracle.price() / 1e36 * LLTV / 1e18;
        uint256 hfAfter = worth * 1e18 / (debt - amount);
        return hfAfter > 1.0001e18 && hfAfter > hf + 1e12;
    }

    function _available(address token) internal view returns (uint256) {
        return _least(IToken(token).balanceOf(owner), IToken(token).allowance(owner, address(guard)));
    }

    function _rescue(uint256 aim) internal returns (bool rescued, bool possible) {
        uint8[3] memory order = [Actions.REPAY, Actions.FILL, Actions.TOP_UP];
        for (uint256 i = 0; i < 3 && !rescued; i++) {
            (bool must, bool done) = _rescueBy(order[i], aim);
            possible = possible || must;
            rescued = done;
        }
    }

    function _rescueBy(uint8 action, uint256 aim) internal returns (bool must, bool done) {
        morpho.accrueInterest(market);
        Move memory plan = _plan(action, aim);
        if (plan.max == 0) return (false, false);
        must = _mustSucceed(plan);
        bytes memory data;
        (done, data) = _attempt(plan);
        if (must && !done) revert Broken(17, "an honest rescue was refused", action, uint32(bytes4(data)));
    }
}
