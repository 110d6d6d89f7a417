// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Mandate} from "../../../solidity/guard/Mandate.sol";
import {Actions} from "../../../solidity/guard/Terms.sol";
import {IToken} from "../../../solidity/interfaces/IToken.sol";
import {Watch} from "./Watch.sol";

/// @notice An honest keeper: sizes an action to end inside the band, as the service's planner does, and says beforehand which
/// actions the state of the market allows. What it says is allowed must then succeed.
abstract contract Planner is Watch {
    /// @dev What an aim keeps from both ends of the band.
    uint256 internal constant INSIDE = 0.01e18;
    uint256 private constant PAUSED_BIT = 60;
    uint256 private constant FROZEN_BIT = 57;

    struct Outlook {
        uint256 hf;
        uint256 debtBase;
        uint256 debt;
        uint256 amount;
        uint256 out;
        uint256 available;
    }

    /// @dev The call that an honest keeper would send now for a live mandate.
    function _plan(uint256 index, uint8 action, uint256 aimSeed) internal view returns (Move memory move) {
        Mandate memory m = _liveMandate(index);
        move.loan = index;
        move.which = chains[index].live;
        move.action = action;
        move.sender = HONEST;
        move.deadline = block.timestamp + 120;
        Outlook memory o = _outlook(m, action, _aim(m, aimSeed));
        (move.max, move.out) = (o.amount, o.out);
    }

    function _aim(Mandate memory m, uint256 seed) internal pure returns (uint256) {
        return bound(seed, m.minHf + INSIDE, m.maxHf - INSIDE);
    }

    function _liveMandate(uint256 index) internal view returns (Mandate memory) {
        return signed[index][chains[index].live].m;
    }

    /// @dev Amounts that would bring the health to `aim`.
    function _outlook(Mandate memory m, uint8 action, uint256 aim) internal view returns (Outlook memory o) {
        (, o.debtBase,,,, o.hf) = pool.getUserAccountData(m.owner);
        if (o.hf >= aim) return o;
        o.debt = debtTokenOf[m.debt].balanceOf(m.owner);
        uint256 short_ = o.debtBase * (aim - o.hf);
        if (action == Actions.REPAY) {
            o.amount = _least(_toUnits(m.debt, short_ / aim), o.debt);
            o.available = _least(IToken(m.debt).balanceOf(m.owner), IToken(m.debt).allowance(m.owner, address(guard)));
        } else if (action == Actions.TOP_UP) {
            o.amount = _toUnits(m.collateral, short_ / (_threshold(m) * 1e14));
            o.available =
                _least(IToken(m.collateral).balanceOf(m.owner), IToken(m.collateral).allowance(m.owner, address(guard)));
        } else {
            uint256 weight = _threshold(m) * (10_000 + m.maxCostBps) * 1e10;
            if (aim <= weight) return o;
            o.amount = _least(_toUnits(m.debt, short_ / (aim - weight)), o.debt);
            o.out = _worth(m, o.amount);
            o.available =
                _least(aTokenOf[m.collateral].balanceOf(m.owner), aTokenOf[m.collateral].allowance(m.owner, address(guard)));
        }
    }

    /// @dev Collateral for that much debt, at the oracle and with the whole cost that the mandate allows; rounded down.
    function _worth(Mandate memory m, uint256 amount) internal view returns (uint256) {
        uint256 price = _price(m.collateral);
        if (price == 0) return 0;
        return amount * _price(m.debt) * unitOf[m.collateral] * (10_000 + m.maxCostBps) / (price * unitOf[m.debt] * 10_000);
    }

    function _toUnits(address asset, uint256 base) private view returns (uint256) {
        uint256 price = _price(asset);
        return price == 0 ? 0 : base * unitOf[asset] / price;
    }

    /// @dev In basis points: of the collateral for this owner.
    function _threshold(Mandate memory m) internal view returns (uint256) {
        uint256 category = pool.getUserEMode(m.owner);
        if (category != 0 && (m.collateral == weth || m.collateral == wsteth)) {
            return pool.getEModeCategoryCollateralConfig(uint8(category)).liquidationThreshold;
        }
        return (pool.getConfiguration(m.collateral).data >> 16) & 0xffff;
    }

    /* WHAT MUST BE POSSIBLE */

    /// @dev Whether some action at all is due: a live mandate, a keeper, prices that Aave can read, health below the trigger.
    function _isDue(uint256 index) internal view returns (bool) {
        if (!chains[index].alive || !_isLive(index, chains[index].live)) return false;
        Mandate memory m = _liveMandate(index);
        if (removed[m.keepers][HONEST]) return false;
        uint256 hf = _healthOrZero(m.owner);
        return hf != 0 && hf < m.triggerHf && debtTokenOf[m.debt].balanceOf(m.owner) > 2 * unitOf[m.debt] / 1e4;
    }

    /// @dev Whether the guard and Aave must let this plan through. Wallet dust, which the service ignores, is nothing.
    function _mustSucceed(uint256 index, Move memory plan) internal view returns (bool) {
        Mandate memory m = _liveMandate(index);
        if (m.actions & plan.action == 0 || plan.max == 0) return false;
        Outlook memory o = _outlook(m, plan.action, m.minHf + INSIDE);
        if (_isPaused(m.debt) && plan.action != Actions.TOP_UP) return false;
        if (_isPaused(m.collateral) && plan.action != Actions.REPAY) return false;
        if (plan.action == Actions.REPAY) return _oracleValue(m.debt, _least(o.available, plan.max)) > 1e18;
        if (_oracleValue(m.collateral, o.available) <= 1e18) return false;
        if (plan.action == Actions.TOP_UP) return _topUpCounts(m, _least(o.available, plan.max));
        return _fillMustSucceed(index, m, plan, o);
    }

    function _topUpCounts(Mandate memory m, uint256 amount) private view returns (bool) {
        uint256 data = pool.getConfiguration(m.collateral).data;
        if ((data >> FROZEN_BIT) & 1 == 1 || !_isEnabled(m.collateral, m.owner)) return false;
        uint256 cap = ((data >> 116) & (2 ** 36 - 1)) * unitOf[m.collateral];
        uint256 supplied = aTokenOf[m.collateral].totalSupply();
        // The treasury's share, not yet minted, counts against the cap as well.
        if (cap != 0 && supplied + amount + supplied / 10 > cap) return false;
        uint256 lent = debtTokenOf[m.collateral].totalSupply();
        return lent * 10_000 <= (pool.getVirtualUnderlyingBalance(m.collateral) + lent) * 9_500;
    }

    function _fillMustSucceed(uint256 index, Mandate memory m, Move memory plan, Outlook memory o)
        private
        view
        returns (bool)
    {
        if (!_priceGood(m.keepers, m.collateral) || !_priceGood(m.keepers, m.debt) || plan.out == 0) return false;
        if (_ltvZeroInTheWay(m)) return false;
        uint256 amount = _least(_least(plan.max, _budgetLeft(index, m.fillPerDay)), o.debt);
        uint256 out = plan.out * amount / plan.max;
        if (out > o.available) (amount, out) = (amount * o.available / out, o.available);
        if (_oracleValue(m.debt, amount) <= 1e18) return false;
        // Aave lets aTokens go only where the health is at least 1 afterwards; the guard, where it rose.
        uint256 weighted = o.hf * o.debtBase;
        uint256 taken = _oracleValue(m.collateral, out) / 1e10 * _threshold(m) * 1e14;
        uint256 repaid = _oracleValue(m.debt, amount) / 1e10;
        if (taken >= weighted) return false;
        if (repaid + 1e4 >= o.debtBase) return true;
        uint256 hfAfter = (weighted - taken) / (o.debtBase - repaid);
        if (!_isEnabled(m.collateral, m.owner)) return false;
        return hfAfter > 1.0001e18 && hfAfter > o.hf + 1e12;
    }

    /// @dev Another enabled collateral whose LTV is zero must leave first, unless the mandate's own has none either.
    function _ltvZeroInTheWay(Mandate memory m) internal view returns (bool) {
        if (_ltvOf(m.collateral, m.owner) == 0) return false;
        for (uint256 i = 0; i < assets.length; i++) {
            if (assets[i] != m.collateral && _isEnabled(assets[i], m.owner) && _ltvOf(assets[i], m.owner) == 0) return true;
        }
        return false;
    }

    function _ltvOf(address asset, address owner) private view returns (uint256) {
        uint8 category = uint8(pool.getUserEMode(owner));
        uint256 id = pool.getReserveData(asset).id;
        if (category != 0 && (pool.getEModeCategoryCollateralBitmap(category) >> id) & 1 == 1) {
            if ((pool.getEModeCategoryLtvzeroBitmap(category) >> id) & 1 == 1) return 0;
            return pool.getEModeCategoryCollateralConfig(category).ltv;
        }
        return pool.getConfiguration(asset).data & 0xffff;
    }

    function _isEnabled(address asset, address owner) internal view returns (bool) {
        uint256 id = pool.getReserveData(asset).id;
        return (pool.getUserConfiguration(owner).data >> (2 * id + 1)) & 1 == 1;
    }

    function _isPaused(address asset) internal view returns (bool) {
        return (pool.getConfiguration(asset).data >> PAUSED_BIT) & 1 == 1;
    }

    /* RESCUING */

    /// @dev What the service does: REPAY, else FILL, else TOP_UP. Whatever must succeed, does.
    /// @return rescued whether one went through
    /// @return possible whether one had to
    function _rescue(uint256 index, uint256 aimSeed) internal returns (bool rescued, bool possible) {
        uint8[3] memory order = [Actions.REPAY, Actions.FILL, Actions.TOP_UP];
        for (uint256 i = 0; i < 3 && !rescued; i++) {
            (bool must, bool done) = _rescueBy(index, order[i], aimSeed);
            possible = possible || must;
            rescued = done;
        }
    }

    function _rescueBy(uint256 index, uint8 action, uint256 aimSeed) internal returns (bool must, bool done) {
        Move memory plan = _plan(index, action, aimSeed);
        if (plan.max == 0) return (false, false);
        must = _mustSucceed(index, plan);
        bytes memory data;
        (done, data) = _attempt(plan);
        if (must && !done) revert Broken(17, "an honest rescue was refused", action, uint32(bytes4(data)));
    }
}
