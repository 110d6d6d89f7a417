// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Mandate} from "../guard/Mandate.sol";
import {IAavePool} from "../interfaces/IAavePool.sol";
import {IAaveGuardFill} from "../interfaces/IGuardFill.sol";
import {IToken} from "../interfaces/IToken.sol";
import {Aim, Aiming} from "./Aim.sol";
import {Filler} from "./Filler.sol";
import {TokenSteps} from "./TokenSteps.sol";

/// @title The filler for loans on Aave v3.6.
contract AaveFiller is Filler {
    using TokenSteps for address;

    /// @notice What a keeper orders.
    /// @param m the owner's live mandate
    /// @param min the least worth doing, in units of the debt asset
    /// @param max what to borrow and to offer to the guard, in units of the debt asset
    /// @param out units of the collateral asset that the guard shall release for `max`
    /// @param deadline last second, in block time, at which this very order may still be filled
    /// @param lender of the loan: 0 Aave, 1 Morpho
    /// @param router one of the routers
    /// @param path Uniswap v3 path from the collateral asset to the debt asset, of one hop or two
    /// @param keeps units of the debt asset for the caller, the quoted gas
    struct Order {
        Mandate m;
        uint256 min;
        uint256 max;
        uint256 out;
        uint256 deadline;
        uint8 lender;
        address router;
        bytes path;
        uint256 keeps;
    }

    uint256 private constant VARIABLE_RATE = 2;

    /// @param morpho_ lender 1, or the zero address
    constructor(IAaveGuardFill guard_, address[] memory routers, address morpho_)
        Filler(address(guard_), routers, IAaveGuardFill(_contract(address(guard_))).pool(), morpho_)
    {}

    /// @notice The guard whose mandates are filled.
    function guard() public view returns (IAaveGuardFill) {
        return IAaveGuardFill(_guard);
    }

    /// @notice Fills an order of one of the mandate's keepers.
    function fill(Order calldata o) external locked {
        _order(o, o.max, o.out);
    }

    /// @notice The same, for the amount that brings the health to `aim` at this moment, and at most the order's `max`.
    function fillTowards(Order calldata o, Aim calldata aim) external locked {
        (uint256 health, uint256 debt) = _standing(o.m);
        uint256 max = Aiming.fill(aim, health, debt, o.max);
        _order(o, max, o.max == 0 ? 0 : o.out * max / o.max);
    }

    /// @notice Has the guard repay from the owner's wallet the amount that brings the health to `aim` at this moment, and at
    /// most `max`. Needs no loan: this contract only is the keeper that the guard sees.
    function repayTowards(Mandate calldata m, uint256 min, uint256 max, uint256 deadline, Aim calldata aim)
        external
        locked
    {
        _requireKeeper(m.keepers);
        (uint256 health, uint256 debt) = _standing(m);
        guard().repay(m, min, Aiming.repayment(aim, health, debt, max), deadline);
    }

    function _standing(Mandate calldata m) private view returns (uint256 health, uint256 debt) {
        IAavePool pool = IAavePool(address(aavePool));
        (,,,,, health) = pool.getUserAccountData(m.owner);
        debt = IToken(pool.getReserveVariableDebtToken(m.debt)).balanceOf(m.owner);
    }

    function _order(Order calldata o, uint256 max, uint256 out) private {
        Deal memory deal = Deal({
            mandateHash: guard().hashMandate(o.m),
            owner: o.m.owner,
            collateral: o.m.collateral,
            debt: o.m.debt,
            keeper: msg.sender,
            loan: max,
            deadline: o.deadline,
            lender: o.lender,
            router: o.router,
            path: o.path,
            keeps: o.keeps
        });
        _fill(deal, o.m.keepers, abi.encode(o.m, o.min, max, out, o.deadline));
    }

    function _callGuard(bytes memory order) internal override {
        (Mandate memory m, uint256 min, uint256 max, uint256 out, uint256 deadline) =
            abi.decode(order, (Mandate, uint256, uint256, uint256, uint256));
        guard().fill(m, min, max, out, deadline);
    }

    /// @dev All the aTokens there are, those that a stranger sent included.
    function _collect(address collateral) internal override {
        aavePool.withdraw(collateral, type(uint256).max, address(this));
    }

    function _repayFor(Deal memory deal, bytes memory, uint256 amount) internal override {
        deal.debt.allow(address(aavePool), amount);
        // One unit is less than Aave can count once the reserve's index has grown.
        try aavePool.repay(deal.debt, amount, VARIABLE_RATE, deal.owner) returns (uint256) {} catch {}
        deal.debt.disallow(address(aavePool));
    }
}
