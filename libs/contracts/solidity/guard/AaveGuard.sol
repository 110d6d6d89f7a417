// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IAaveAddressesProvider, IAaveOracle} from "../interfaces/IAaveOracle.sol";
import {IAavePool} from "../interfaces/IAavePool.sol";
import {IToken} from "../interfaces/IToken.sol";
import {Worth} from "../libraries/Worth.sol";
import {FillAction} from "./FillAction.sol";
import {GuardActions} from "./GuardActions.sol";
import {Mandate} from "./Mandate.sol";
import {MandateRegistry} from "./MandateRegistry.sol";
import {PairGuard} from "./PairGuard.sol";
import {Actions, Terms} from "./Terms.sol";

/// @title Keeps Aave v3.6 loans from being liquidated, inside limits that their owners signed.
/// @notice Owners approve their tokens to this contract and sign a mandate. While a loan's health factor is below the
/// mandate's trigger, a keeper may repay the owner's debt from the owner's wallet (`repay`), add collateral from it (`topUp`),
/// or repay with debt tokens of the keeper's own and take collateral worth at most `1 + maxCostBps` of them (`fill`).
/// Nothing else moves anything. The contract keeps no funds, makes no call that its caller chooses, never swaps, never borrows
/// and never withdraws.
/// @dev Reverts of the tokens and of Aave come through unchanged.
contract AaveGuard is PairGuard, FillAction {
    error PoolNotContract(address pool);
    error NotListed(address asset);
    error CollateralNotEnabled(address asset);
    error ReserveDrained(address asset, uint256 available, uint256 borrowed);

    uint256 private constant VARIABLE_RATE = 2;

    /// @dev Aave v3.6 keeps balances divided by an index and rounds in the pool's favour, so a balance moves by an amount
    /// give or take one step of that index: at worst the index rounded up, in units of the token. Indices begin at 1 and
    /// only grow; three units are enough until one passes 3. Beyond that valid actions could be refused, never wrong ones
    /// let through.
    uint256 private constant ROUNDING = 3;

    /// @dev Above this use of a reserve, what is supplied would be the exit of whoever cannot withdraw from it now. It is
    /// read once, at the call: it keeps an honest keeper out, not a thief who has the capital to fill the reserve for a block.
    uint256 private constant MAX_UTILISATION_BPS = 9_500;

    IAavePool public immutable pool;

    constructor(IAavePool pool_) MandateRegistry("Ballast AaveGuard", "1") {
        if (address(pool_).code.length == 0) revert PoolNotContract(address(pool_));
        pool = pool_;
    }

    /// @notice Repays the owner's debt with the caller's tokens and pays the caller in the owner's aTokens: `out` for `max`,
    /// both scaled down together to the day budget, the debt, and the aTokens that the owner holds and has approved.
    /// The aTokens may be worth at most `1 + maxCostBps` of what was repaid, at Aave's oracle, whose prices the mandate's
    /// keepers contract must find good.
    /// @param min the least worth doing, in units of the debt asset
    /// @param max what reaches the executor's target, in units of the debt asset, approved by the caller to this contract
    /// @param out units of the collateral asset, in aTokens, for `max`
    /// @param deadline last second, in block time, at which this very call may still act
    function fill(Mandate calldata m, uint256 min, uint256 max, uint256 out, uint256 deadline) external {
        _fill(_terms(m), min, max, out, deadline);
    }

    /* WHAT AAVE SAYS */

    function _actionsOffered() internal pure override returns (uint8) {
        return Actions.TOP_UP | Actions.REPAY | Actions.FILL;
    }

    function _requireListed(Terms memory t) internal view override {
        _aToken(t.collateral);
        _debtToken(t.debt);
    }

    function _account(Terms memory t) internal view override returns (Account memory account) {
        (,,,,, account.healthFactor) = pool.getUserAccountData(t.owner);
        account.debt = _debtToken(t.debt).balanceOf(t.owner);
        account.collateral = _aToken(t.collateral).balanceOf(t.owner);
    }

    function _rounding(Terms memory) internal pure override returns (uint256, uint256) {
        return (ROUNDING, ROUNDING);
    }

    function _payeeOf(address) internal view override returns (address) {
        return address(pool);
    }

    function _payDebt(Terms memory t, uint256 amount, bool) internal override {
        pool.repay(t.debt, amount, VARIABLE_RATE, t.owner);
    }

    function _addCollateral(Terms memory t, uint256 amount) internal override {
        pool.supply(t.collateral, amount, t.owner, 0);
    }

    /// @dev Only an asset that the owner already uses as collateral counts, and only while its reserve is liquid.
    function _requireTopUpCounts(Terms memory t) internal view override {
        if (!_isEnabled(t.collateral, t.owner)) revert CollateralNotEnabled(t.collateral);
        (uint256 liquid, uint256 borrowed) = _liquidity(t.collateral);
        if (_isDrained(liquid, borrowed)) revert ReserveDrained(t.collateral, liquid, borrowed);
    }

    function _topUpCounts(Terms memory t) internal view override returns (bool) {
        if (!_isEnabled(t.collateral, t.owner)) return false;
        (uint256 liquid, uint256 borrowed) = _liquidity(t.collateral);
        return !_isDrained(liquid, borrowed);
    }

    function _isEnabled(address asset, address owner) private view returns (bool) {
        uint256 id = pool.getReserveData(asset).id;
        return (pool.getUserConfiguration(owner).data >> (2 * id + 1)) & 1 == 1;
    }

    function _liquidity(address asset) private view returns (uint256 liquid, uint256 borrowed) {
        liquid = pool.getVirtualUnderlyingBalance(asset);
        borrowed = _debtToken(asset).totalSupply();
    }

    function _isDrained(uint256 liquid, uint256 borrowed) private pure returns (bool) {
        return borrowed * 10_000 > (liquid + borrowed) * MAX_UTILISATION_BPS;
    }

    /* FILL ON AAVE */

    /// @dev aTokens that the owner holds and has approved to this contract.
    function _releasable(Terms memory t) internal view override returns (uint256) {
        return _lesser(_aToken(t.collateral), t.owner);
    }

    /// @dev Pays in aTokens, so that a reserve that cannot pay out now is the executor's concern. Aave requires the owner's
    /// health to be at least 1 after it.
    function _release(Terms memory t, uint256 out, address to) internal override {
        if (out != 0) _aToken(t.collateral).transferFrom(t.owner, to, out);
    }

    function _worthInCollateral(Terms memory t, uint256 debtAmount, uint256 numerator, uint256 denominator)
        internal
        view
        override
        returns (uint256)
    {
        IAaveOracle oracle = _oracle();
        return Worth.convert(
            debtAmount,
            _price(oracle, t.debt),
            IToken(t.debt).decimals(),
            _price(oracle, t.collateral),
            IToken(t.collateral).decimals(),
            numerator,
            denominator
        );
    }

    function _priceSources(Terms memory t) internal view override returns (address, address) {
        IAaveOracle oracle = _oracle();
        return (oracle.getSourceOfAsset(t.collateral), oracle.getSourceOfAsset(t.debt));
    }

    function _oracle() private view returns (IAaveOracle) {
        return IAaveOracle(IAaveAddressesProvider(pool.ADDRESSES_PROVIDER()).getPriceOracle());
    }

    function _price(IAaveOracle oracle, address asset) private view returns (uint256 price) {
        price = oracle.getAssetPrice(asset);
        if (price == 0) revert NoPrice(asset);
    }

    /* READING THE POOL */

    function _aToken(address asset) private view returns (IToken) {
        return _listed(asset, pool.getReserveAToken(asset));
    }

    function _debtToken(address asset) private view returns (IToken) {
        return _listed(asset, pool.getReserveVariableDebtToken(asset));
    }

    function _listed(address asset, address token) private pure returns (IToken) {
        if (token == address(0)) revert NotListed(asset);
        return IToken(token);
    }

    /* BOTH PARENTS */

    function _preview(Terms memory t) internal view override(GuardActions, FillAction) returns (Preview memory) {
        return FillAction._preview(t);
    }
}
