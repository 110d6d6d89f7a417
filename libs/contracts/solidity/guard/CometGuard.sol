// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IComet} from "../interfaces/IComet.sol";
import {MandateRegistry} from "./MandateRegistry.sol";
import {PairGuard} from "./PairGuard.sol";
import {Actions, Terms} from "./Terms.sol";

/// @title Keeps loans of one Comet (Compound III) from being liquidated, inside limits that their owners signed.
/// @notice A mandate's debt is the Comet's base token, its collateral one of the Comet's. While the account's health is below the
/// trigger, a keeper may repay the owner's debt from the owner's wallet (`repay`) or add collateral from it (`topUp`). The
/// owner approves tokens to this contract and gives it no authority over the account: it has none. Repaying with
/// collateral (FILL) is not offered, since Comet's `allow` would let its holder borrow.
/// @dev Reverts of the tokens, of Comet and of its price feeds come through unchanged.
contract CometGuard is PairGuard {
    error VenueNotContract(address venue);
    error NotListed(address asset);

    uint256 private constant WAD = 1e18;

    /// @dev Comet keeps debt divided by an index that begins at 1 and only grows, and rounds it up when it is written: a
    /// repayment counts for less by at most one step of that index, which is three units until the index passes 3. Beyond
    /// that valid actions could be refused, never wrong ones let through. Collateral is counted in its own units.
    uint256 private constant DEBT_ROUNDING = 3;

    IComet public immutable comet;

    constructor(IComet comet_) MandateRegistry("Ballast CometGuard", "1") {
        if (address(comet_).code.length == 0) revert VenueNotContract(address(comet_));
        comet = comet_;
    }

    /* WHAT COMET SAYS */

    function _actionsOffered() internal pure override returns (uint8) {
        return Actions.TOP_UP | Actions.REPAY;
    }

    /// @dev Comet itself refuses an asset that is no collateral of its own.
    function _requireListed(Terms memory t) internal view override {
        if (t.debt != comet.baseToken()) revert NotListed(t.debt);
        comet.getAssetInfoByAddress(t.collateral);
    }

    function _account(Terms memory t) internal view override returns (Account memory account) {
        account.debt = comet.borrowBalanceOf(t.owner);
        (uint128 held,) = comet.userCollateral(t.owner, t.collateral);
        account.collateral = held;
        account.healthFactor = _healthFactor(t.owner, account.debt);
    }

    /// @dev The ratio of the two sums whose difference Comet calls the liquidation margin, each step rounded as Comet rounds it,
    /// with interest up to this block: at least one exactly when Comet does not liquidate.
    function _healthFactor(address owner, uint256 debt) private view returns (uint256) {
        uint256 owed = debt * comet.getPrice(comet.baseTokenPriceFeed()) / comet.baseScale();
        if (owed == 0) return type(uint256).max;
        (,,, uint16 assetsIn, uint8 furtherAssetsIn) = comet.userBasic(owner);
        uint256 bits = uint256(assetsIn) | (uint256(furtherAssetsIn) << 16);
        uint256 counted;
        for (uint8 i; bits >> i != 0; i++) {
            if ((bits >> i) & 1 == 1) counted += _counted(owner, comet.getAssetInfo(i));
        }
        return counted * WAD / owed;
    }

    /// @dev What the account's holding of one collateral counts for, in the currency of the feeds.
    function _counted(address owner, IComet.AssetInfo memory info) private view returns (uint256) {
        (uint128 held,) = comet.userCollateral(owner, info.asset);
        return uint256(held) * comet.getPrice(info.priceFeed) / info.scale * info.liquidateCollateralFactor / WAD;
    }

    function _rounding(Terms memory) internal pure override returns (uint256, uint256) {
        return (DEBT_ROUNDING, 0);
    }

    function _payeeOf(address) internal view override returns (address) {
        return address(comet);
    }

    /// @dev Never more than is owed, so that nothing is lent.
    function _payDebt(Terms memory t, uint256 amount, bool) internal override {
        comet.supplyTo(t.owner, t.debt, amount);
    }

    function _addCollateral(Terms memory t, uint256 amount) internal override {
        comet.supplyTo(t.owner, t.collateral, amount);
    }

    /// @dev Comet does not lend collateral out, and it counts at once.
    function _requireTopUpCounts(Terms memory) internal view override {}

    function _topUpCounts(Terms memory) internal pure override returns (bool) {
        return true;
    }
}
