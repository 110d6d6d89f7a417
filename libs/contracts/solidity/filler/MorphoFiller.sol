// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {GuardActions} from "../guard/GuardActions.sol";
import {MorphoMandate} from "../guard/MorphoMandate.sol";
import {IMorphoGuardFill} from "../interfaces/IGuardFill.sol";
import {IMorphoMarkets} from "../interfaces/IMorphoMarkets.sol";
import {Aim, Aiming} from "./Aim.sol";
import {Filler} from "./Filler.sol";
import {TokenSteps} from "./TokenSteps.sol";

/// @title The filler for loans on Morpho Blue.
contract MorphoFiller is Filler {
    using TokenSteps for address;

    /// @notice What a keeper orders.
    /// @param m the owner's live mandate
    /// @param min the least worth doing, in units of the loan token
    /// @param max what to borrow and to offer to the guard, in units of the loan token
    /// @param out units of the collateral token that the guard shall release for `max`
    /// @param deadline last second, in block time, at which this very order may still be filled
    /// @param lender of the flash loan: 0 Aave, 1 Morpho
    /// @param router one of the routers
    /// @param path Uniswap v3 path from the market's collateral token to its loan token, of one hop or two
    /// @param keeps units of the loan token for the caller, the quoted gas
    struct Order {
        MorphoMandate m;
        uint256 min;
        uint256 max;
        uint256 out;
        uint256 deadline;
        uint8 lender;
        address router;
        bytes path;
        uint256 keeps;
    }

    /// @dev Morpho counts debt in shares, as if a market had these beside its own from the start.
    uint256 private constant VIRTUAL_SHARES = 1e6;
    uint256 private constant VIRTUAL_ASSETS = 1;

    /// @param aavePool_ lender 0, or the zero address
    constructor(IMorphoGuardFill guard_, address[] memory routers, address aavePool_)
        Filler(address(guard_), routers, aavePool_, IMorphoGuardFill(_contract(address(guard_))).morpho())
    {}

    /// @notice The guard whose mandates are filled.
    function guard() public view returns (IMorphoGuardFill) {
        return IMorphoGuardFill(_guard);
    }

    /// @notice Fills an order of one of the mandate's keepers.
    function fill(Order calldata o) external locked {
        _order(o, o.max, o.out);
    }

    /// @notice The same, for the amount that brings the health to `aim` at this moment, and at most the order's `max`.
    function fillTowards(Order calldata o, Aim calldata aim) external locked {
        GuardActions.Preview memory now_ = guard().preview(o.m);
        uint256 max = Aiming.fill(aim, now_.healthFactor, now_.debt, o.max);
        _order(o, max, o.max == 0 ? 0 : o.out * max / o.max);
    }

    /// @notice Has the guard repay from the owner's wallet the amount that brings the health to `aim` at this moment, and at
    /// most `max`. Needs no loan: this contract only is the keeper that the guard sees.
    function repayTowards(MorphoMandate calldata m, uint256 min, uint256 max, uint256 deadline, Aim calldata aim)
        external
        locked
    {
        _requireKeeper(m.keepers);
        GuardActions.Preview memory now_ = guard().preview(m);
        guard().repay(m, min, Aiming.repayment(aim, now_.healthFactor, now_.debt, max), deadline);
    }

    function _order(Order calldata o, uint256 max, uint256 out) private {
        IMorphoMarkets.MarketParams memory market = _market(o.m.marketId);
        Deal memory deal = Deal({
            mandateHash: guard().hashMandate(o.m),
            owner: o.m.owner,
            collateral: market.collateralToken,
            debt: market.loanToken,
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
        (MorphoMandate memory m, uint256 min, uint256 max, uint256 out, uint256 deadline) =
            abi.decode(order, (MorphoMandate, uint256, uint256, uint256, uint256));
        guard().fill(m, min, max, out, deadline);
    }

    /// @dev The guard pays in the collateral token itself.
    function _collect(address) internal override {}

    function _repayFor(Deal memory deal, bytes memory order, uint256 amount) internal override {
        bytes32 id = abi.decode(order, (MorphoMandate)).marketId;
        (uint256 owed, uint256 shares) = _debtOf(id, deal.owner);
        if (owed == 0) return;
        // Morpho refuses assets worth more shares than are owed: a debt repaid in full is named in shares.
        (uint256 assets, uint256 inFull) = amount < owed ? (amount, uint256(0)) : (uint256(0), shares);
        deal.debt.allow(address(morpho), amount);
        try _markets().repay(_market(id), assets, inFull, deal.owner, "") returns (uint256, uint256) {} catch {}
        deal.debt.disallow(address(morpho));
    }

    /// @dev The guard has just had the market's interest added up to this block.
    /// @return owed what repaying all the shares costs now, rounded up as Morpho does
    function _debtOf(bytes32 id, address owner) private view returns (uint256 owed, uint256 shares) {
        (, shares,) = _markets().position(id, owner);
        (,, uint256 totalAssets, uint256 totalShares,,) = _markets().market(id);
        uint256 divisor = totalShares + VIRTUAL_SHARES;
        owed = (shares * (totalAssets + VIRTUAL_ASSETS) + divisor - 1) / divisor;
    }

    function _market(bytes32 id) private view returns (IMorphoMarkets.MarketParams memory params) {
        (params.loanToken, params.collateralToken, params.oracle, params.irm, params.lltv) =
            _markets().idToMarketParams(id);
    }

    function _markets() private view returns (IMorphoMarkets) {
        return IMorphoMarkets(address(morpho));
    }
}
