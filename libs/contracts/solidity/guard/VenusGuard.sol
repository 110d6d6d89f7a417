// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IVToken, IVaiController, IVenusComptroller, IVenusOracle} from "../interfaces/IVenus.sol";
import {IToken} from "../interfaces/IToken.sol";
import {MandateRegistry} from "./MandateRegistry.sol";
import {PairGuard} from "./PairGuard.sol";
import {Actions, Terms} from "./Terms.sol";

/// @title Keeps loans on Venus's core pool (9.0.0) from being liquidated, inside limits that their owners signed.
/// @notice A mandate names two markets (vTokens), not their tokens: the collateral's and the debt's. While the account's health
/// is below the trigger, a keeper may repay the owner's debt from the owner's wallet (`repay`) or add collateral from it
/// (`topUp`). The owner approves the markets' tokens to this contract and gives it no authority over the account: it has none.
/// Repaying with collateral (FILL) is not offered.
/// @dev Reverts of the tokens and of Venus come through unchanged; where Venus returns a code instead, it is `VenueError`.
contract VenusGuard is PairGuard {
    error VenueNotContract(address venue);
    error VenueError(uint256 code);
    error NotListed(address asset);
    error NoUnderlying(address vToken);
    error NoPrice(address asset);
    error CollateralNotEnabled(address asset);
    error ReserveDrained(address asset, uint256 available, uint256 borrowed);
    error UnitTooCoarse(address vToken, uint256 unit, uint256 amount);

    uint256 private constant WAD = 1e18;

    /// @dev Above this use of a market, what is supplied would be the exit of whoever cannot withdraw from it now. It is read
    /// once, at the call: it keeps an honest keeper out, not a thief who has the capital to fill the market for a block.
    uint256 private constant MAX_UTILISATION_BPS = 9_500;

    /// @dev Supplying may cost up to one unit of the vToken by rounding. Whoever holds nearly all of a market can make that
    /// unit dear; it may be at most a ten-thousandth of what is supplied.
    uint256 private constant UNITS_SUPPLIED = 10_000;

    /// @dev The market of the chain's own coin, where it lacks the function, would use up all the gas it is given.
    uint256 private constant GAS_FOR_UNDERLYING = 100_000;

    IVenusComptroller public immutable comptroller;

    constructor(IVenusComptroller comptroller_) MandateRegistry("Ballast VenusGuard", "1") {
        if (address(comptroller_).code.length == 0) revert VenueNotContract(address(comptroller_));
        comptroller = comptroller_;
    }

    /* WHAT VENUS SAYS */

    function _actionsOffered() internal pure override returns (uint8) {
        return Actions.TOP_UP | Actions.REPAY;
    }

    function _requireListed(Terms memory t) internal view override {
        _requireMarketOfToken(t.collateral);
        _requireMarketOfToken(t.debt);
    }

    function _requireMarketOfToken(address vToken) private view {
        (bool isListed,) = comptroller.markets(vToken);
        if (!isListed) revert NotListed(vToken);
        try IVToken(vToken).underlying{gas: GAS_FOR_UNDERLYING}() returns (address token) {
            if (token != address(0)) return;
        } catch {}
        revert NoUnderlying(vToken);
    }

    /// @dev The pair's two markets. Venus accrues no others when it liquidates, and counts them as they were last.
    function _accrue(Terms memory t) internal override {
        _requireDone(IVToken(t.collateral).accrueInterest());
        _requireDone(IVToken(t.debt).accrueInterest());
    }

    function _account(Terms memory t) internal view override returns (Account memory account) {
        account.healthFactor = _healthFactor(t.owner);
        account.debt = _debtOf(t.debt, t.owner);
        (, uint256 vTokens,, uint256 rate) = _snapshot(t.collateral, t.owner);
        account.collateral = vTokens * rate / WAD;
    }

    /// @dev What can be repaid. A market's total is rounded down on its own, and Venus refuses a repayment that is more than the
    /// total: of a market's only borrower a few units may stay owed.
    function _debtOf(address vToken, address owner) private view returns (uint256) {
        (,, uint256 borrowed,) = _snapshot(vToken, owner);
        uint256 total = IVToken(vToken).totalBorrows();
        return borrowed < total ? borrowed : total;
    }

    /// @dev The ratio of the two sums that Venus itself compares, with each step rounded as Venus rounds it: at least one exactly
    /// when Venus finds no shortfall. Of all the markets that the account is in, as collateral or as debt, and the VAI.
    function _healthFactor(address owner) private view returns (uint256) {
        address[] memory entered = comptroller.getAssetsIn(owner);
        IVenusOracle oracle = IVenusOracle(comptroller.oracle());
        uint256 held;
        uint256 owed;
        for (uint256 i; i < entered.length; i++) {
            (, uint256 vTokens, uint256 borrowed, uint256 rate) = _snapshot(entered[i], owner);
            (, uint256 factor) = comptroller.markets(entered[i]);
            uint256 price = oracle.getUnderlyingPrice(entered[i]);
            if (price == 0) revert NoPrice(entered[i]);
            held += factor * rate / WAD * price / WAD * vTokens / WAD;
            owed += price * borrowed / WAD;
        }
        address vai = comptroller.vaiController();
        if (vai != address(0)) owed += IVaiController(vai).getVAIRepayAmount(owner);
        return owed == 0 ? type(uint256).max : held * WAD / owed;
    }

    function _snapshot(address vToken, address owner)
        private
        view
        returns (uint256 error, uint256 vTokens, uint256 borrowed, uint256 rate)
    {
        (error, vTokens, borrowed, rate) = IVToken(vToken).getAccountSnapshot(owner);
        _requireDone(error);
    }

    function _tokenOf(address vToken) internal view override returns (IToken) {
        return IToken(IVToken(vToken).underlying());
    }

    function _payeeOf(address vToken) internal pure override returns (address) {
        return vToken;
    }

    function _payDebt(Terms memory t, uint256 amount, bool) internal override {
        _requireDone(IVToken(t.debt).repayBorrowBehalf(t.owner, amount));
    }

    function _addCollateral(Terms memory t, uint256 amount) internal override {
        uint256 unit = IVToken(t.collateral).exchangeRateStored() / WAD;
        if (unit * UNITS_SUPPLIED > amount) revert UnitTooCoarse(t.collateral, unit, amount);
        _requireDone(IVToken(t.collateral).mintBehalf(t.owner, amount));
    }

    /// @dev Debt is counted in the token's own units. Collateral is counted in units of the vToken, rounded down when it is
    /// supplied and when it is read: one unit's worth and one.
    function _rounding(Terms memory t) internal view override returns (uint256, uint256) {
        return (0, IVToken(t.collateral).exchangeRateStored() / WAD + 2);
    }

    /// @dev Only a market that the owner has entered counts, and only while it is liquid.
    function _requireTopUpCounts(Terms memory t) internal view override {
        if (!comptroller.checkMembership(t.owner, t.collateral)) revert CollateralNotEnabled(t.collateral);
        (uint256 liquid, uint256 borrowed) = _liquidity(t.collateral);
        if (_isDrained(liquid, borrowed)) revert ReserveDrained(t.collateral, liquid, borrowed);
    }

    function _topUpCounts(Terms memory t) internal view override returns (bool) {
        if (!comptroller.checkMembership(t.owner, t.collateral)) return false;
        (uint256 liquid, uint256 borrowed) = _liquidity(t.collateral);
        return !_isDrained(liquid, borrowed);
    }

    function _liquidity(address vToken) private view returns (uint256 liquid, uint256 borrowed) {
        liquid = IVToken(vToken).getCash();
        borrowed = IVToken(vToken).totalBorrows();
    }

    function _isDrained(uint256 liquid, uint256 borrowed) private pure returns (bool) {
        return borrowed * 10_000 > (liquid + borrowed) * MAX_UTILISATION_BPS;
    }

    function _requireDone(uint256 code) private pure {
        if (code != 0) revert VenueError(code);
    }
}
