// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IMorpho, IMorphoOracle, IMorphoRates} from "../interfaces/IMorpho.sol";
import {IMorphoMarkets} from "../interfaces/IMorphoMarkets.sol";
import {MorphoPrice} from "../libraries/MorphoPrice.sol";
import {FillAction} from "./FillAction.sol";
import {MandateRegistry} from "./MandateRegistry.sol";
import {MORPHO_MANDATE_TYPE_HASH, MorphoMandate} from "./MorphoMandate.sol";
import {Actions, Terms} from "./Terms.sol";

/// @title Keeps loans on Morpho Blue from being liquidated, inside limits that their owners signed.
/// @notice One contract for all markets. A mandate names one market by its id, which holds its tokens, oracle, rate model and
/// threshold; anyone may open a market of the same two tokens with an oracle of his own, so the tokens do not name one.
///
/// REPAY and TOP_UP need no authority over the position, only the owner's approval of the token. FILL needs the owner's
/// `setAuthorization` on Morpho, which by Morpho's rules covers every market, borrowing and withdrawing included. This
/// contract uses it for one call, `withdrawCollateral` in the mandate's market; neither `borrow` nor `withdraw` is in its code.
/// @dev Reverts of the tokens, of Morpho, of the oracle and of the rate model come through unchanged.
contract MorphoGuard is FillAction {
    event Activated(bytes32 indexed mandateHash, address indexed owner, bytes32 marketId);
    event Revoked(address indexed owner, bytes32 marketId);

    error VenueNotContract(address venue);
    error UnknownMarket(bytes32 marketId);

    uint256 private constant WAD = 1e18;
    uint256 private constant ORACLE_SCALE = 1e36;

    /// @dev Morpho counts debt in shares, as if a market had these beside its own from the start.
    uint256 private constant VIRTUAL_SHARES = 1e6;
    uint256 private constant VIRTUAL_ASSETS = 1;

    /// @dev What was repaid is counted in shares rounded down, what is owed in assets rounded up: one unit is lost at most
    /// while a share is worth no more than one unit. It begins at a millionth of that and only interest raises it. Beyond
    /// it valid actions could be refused, never wrong ones let through. Collateral is counted in its own units.
    uint256 private constant DEBT_ROUNDING = 1;

    IMorpho public immutable morpho;

    constructor(IMorpho morpho_) MandateRegistry("Ballast MorphoGuard", "1") {
        if (address(morpho_).code.length == 0) revert VenueNotContract(address(morpho_));
        morpho = morpho_;
    }

    /* ACTIVATING AND REVOKING */

    /// @notice Makes `m` the live mandate of its market. Anyone may bring it: the owner's signature is what counts.
    /// @param signature 65 bytes (r, s, v), low s, by the owner's key over `hashMandate(m)`
    function activate(MorphoMandate calldata m, bytes calldata signature) external {
        Terms memory t = _terms(m);
        _activate(t, signature);
        emit Activated(t.mandateHash, m.owner, m.marketId);
    }

    /// @notice The same, called by the owner: for contract wallets, and for accounts that batch it with an approval.
    function set(MorphoMandate calldata m) external {
        Terms memory t = _terms(m);
        _set(t);
        emit Activated(t.mandateHash, m.owner, m.marketId);
    }

    /// @notice Ends the caller's mandate for one market and kills every mandate signed but not yet activated for it.
    function revoke(bytes32 marketId) external {
        _revoke(marketId);
        emit Revoked(msg.sender, marketId);
    }

    /* ACTIONS */

    /// @notice Repays the owner's debt from the owner's wallet: the smallest of `max`, the wallet's balance, its approval
    /// and the debt.
    /// @param min the least worth doing, in units of the loan token
    /// @param max what reaches the executor's target, and never the balance it saw: where the wallet holds less, all of it
    /// moves and the action may end below the band, also when a stranger adds to the wallet in the same block
    /// @param deadline last second, in block time, at which this very call may still act
    function repay(MorphoMandate calldata m, uint256 min, uint256 max, uint256 deadline) external {
        _repay(_terms(m), min, max, deadline);
    }

    /// @notice Adds collateral from the owner's wallet: the smallest of `max`, the wallet's balance and its approval.
    /// @param min the least worth doing, in units of the collateral token
    /// @param max what reaches the executor's target, and never the balance it saw; see `repay`
    /// @param deadline last second, in block time, at which this very call may still act
    function topUp(MorphoMandate calldata m, uint256 min, uint256 max, uint256 deadline) external {
        _topUp(_terms(m), min, max, deadline);
    }

    /// @notice Repays the owner's debt with the caller's tokens and pays the caller out of the owner's collateral: `out` for
    /// `max`, both scaled down together to the day budget, the debt, and the collateral. The collateral may be worth at
    /// most `1 + maxCostBps` of what was repaid, at the market's oracle, which the mandate's keepers contract must find good.
    /// @param min the least worth doing, in units of the loan token
    /// @param max what reaches the executor's target, in units of the loan token, approved by the caller to this contract
    /// @param out units of the collateral token for `max`
    /// @param deadline last second, in block time, at which this very call may still act
    function fill(MorphoMandate calldata m, uint256 min, uint256 max, uint256 out, uint256 deadline) external {
        _fill(_terms(m), min, max, out, deadline);
    }

    /* VIEWS */

    /// @notice See `Preview`. Health and debt are with interest up to this block, as an action would find them. It does not
    /// ask who calls: a keeper removed from the list still reads the same answer.
    function preview(MorphoMandate calldata m) external view returns (Preview memory p) {
        Terms memory t = _terms(m);
        p = _preview(t);
        p.reason = _reason(t, p);
    }

    /// @notice The EIP-712 hash that the owner signs and that names the mandate in events.
    /// @dev Every field is one word, so the ABI encoding of the struct is the one that EIP-712 asks for.
    function hashMandate(MorphoMandate calldata m) public view returns (bytes32) {
        return _typedDataHash(keccak256(abi.encode(MORPHO_MANDATE_TYPE_HASH, m)));
    }

    /// @notice What the next mandate's `prev` must be.
    function prevOf(address owner, bytes32 marketId) external view returns (bytes32) {
        return _prevOf(owner, marketId);
    }

    /// @notice The stored state of one market for one owner; see `Position`.
    function position(address owner, bytes32 marketId)
        external
        view
        returns (bytes32 head, bytes32 activeHash, bytes32 epoch, uint64 seq, uint40 bucketAt, uint128 used)
    {
        Position storage p = _positionOf(owner, marketId);
        return (p.head, p.activeHash, p.epoch, p.seq, p.bucketAt, p.used);
    }

    /* WHAT MORPHO SAYS */

    function _actionsOffered() internal pure override returns (uint8) {
        return Actions.TOP_UP | Actions.REPAY | Actions.FILL;
    }

    /// @dev `_terms` has found the market.
    function _requireListed(Terms memory) internal view override {}

    function _accrue(Terms memory t) internal override {
        morpho.accrueInterest(_params(t));
    }

    /// @dev The health factor is the ratio of the two amounts that Morpho itself compares, each rounded as Morpho rounds it: at
    /// least one exactly when Morpho does not liquidate. Without debt the oracle is not asked.
    function _account(Terms memory t) internal view override returns (Account memory account) {
        (, uint256 shares, uint256 collateral) = morpho.position(t.pair, t.owner);
        account.collateral = collateral;
        if (shares == 0) {
            account.healthFactor = type(uint256).max;
            return account;
        }
        IMorphoMarkets.MarketParams memory params = _params(t);
        account.debt = _owed(t.pair, params, shares);
        uint256 worth = collateral * IMorphoOracle(params.oracle).price() / ORACLE_SCALE;
        account.healthFactor = worth * params.lltv / WAD * WAD / account.debt;
    }

    /// @dev What `shares` cost to repay at this block, rounded up as Morpho does.
    function _owed(bytes32 marketId, IMorphoMarkets.MarketParams memory params, uint256 shares)
        private
        view
        returns (uint256)
    {
        IMorphoRates.Market memory m;
        (m.totalSupplyAssets, m.totalSupplyShares, m.totalBorrowAssets, m.totalBorrowShares, m.lastUpdate, m.fee) =
            morpho.market(marketId);
        uint256 assets = m.totalBorrowAssets + _interest(params, m) + VIRTUAL_ASSETS;
        uint256 divisor = m.totalBorrowShares + VIRTUAL_SHARES;
        return (shares * assets + divisor - 1) / divisor;
    }

    /// @dev What Morpho would add to the market's debt now: growth by the first three terms of e^(rate x time) - 1. Nothing
    /// in an action, which begins with the accrual.
    function _interest(IMorphoMarkets.MarketParams memory params, IMorphoRates.Market memory m)
        private
        view
        returns (uint256)
    {
        uint256 elapsed = block.timestamp - m.lastUpdate;
        if (elapsed == 0 || params.irm == address(0)) return 0;
        uint256 first = IMorphoRates(params.irm).borrowRateView(params, m) * elapsed;
        uint256 second = first * first / (2 * WAD);
        uint256 third = second * first / (3 * WAD);
        return m.totalBorrowAssets * (first + second + third) / WAD;
    }

    function _rounding(Terms memory) internal pure override returns (uint256, uint256) {
        return (DEBT_ROUNDING, 0);
    }

    function _payeeOf(address) internal view override returns (address) {
        return address(morpho);
    }

    /// @dev Morpho refuses assets that round to more shares than are owed: a debt repaid in full is named in shares. The
    /// callback data is empty, so Morpho does not call back.
    function _payDebt(Terms memory t, uint256 amount, bool inFull) internal override {
        uint256 shares;
        if (inFull) (, shares,) = morpho.position(t.pair, t.owner);
        morpho.repay(_params(t), inFull ? 0 : amount, shares, t.owner, "");
    }

    function _addCollateral(Terms memory t, uint256 amount) internal override {
        morpho.supplyCollateral(_params(t), amount, t.owner, "");
    }

    /// @dev Collateral on Morpho is not lent out, and counts at once.
    function _requireTopUpCounts(Terms memory t) internal view override {}

    function _topUpCounts(Terms memory) internal pure override returns (bool) {
        return true;
    }

    /* FILL ON MORPHO */

    /// @dev All of the position's collateral while Morpho lets this contract act for the owner, else nothing.
    function _releasable(Terms memory t) internal view override returns (uint256 collateral) {
        if (morpho.isAuthorized(t.owner, address(this))) (,, collateral) = morpho.position(t.pair, t.owner);
    }

    /// @dev Morpho requires the position to be healthy after it.
    function _release(Terms memory t, uint256 out, address to) internal override {
        if (out != 0) morpho.withdrawCollateral(_params(t), out, t.owner, to);
    }

    function _worthInCollateral(Terms memory t, uint256 debtAmount, uint256 numerator, uint256 denominator)
        internal
        view
        override
        returns (uint256)
    {
        uint256 price = IMorphoOracle(_params(t).oracle).price();
        if (price == 0) revert NoPrice(t.collateral);
        return MorphoPrice.toCollateral(debtAmount, price, numerator, denominator);
    }

    /// @dev One oracle answers for both assets; the market fixes it for good.
    function _priceSources(Terms memory t) internal view override returns (address, address) {
        address oracle = _params(t).oracle;
        return (oracle, oracle);
    }

    /* INTERNAL */

    /// @dev The market's terms as Morpho holds them. Morpho finds a market by their hash, which is the id itself: no other
    /// market can be reached with them.
    function _params(Terms memory t) private view returns (IMorphoMarkets.MarketParams memory) {
        return _paramsOf(t.pair);
    }

    function _paramsOf(bytes32 marketId) private view returns (IMorphoMarkets.MarketParams memory params) {
        (params.loanToken, params.collateralToken, params.oracle, params.irm, params.lltv) =
            morpho.idToMarketParams(marketId);
    }

    function _terms(MorphoMandate calldata m) private view returns (Terms memory t) {
        IMorphoMarkets.MarketParams memory params = _paramsOf(m.marketId);
        if (params.loanToken == address(0)) revert UnknownMarket(m.marketId);
        t.mandateHash = hashMandate(m);
        t.pair = m.marketId;
        t.owner = m.owner;
        t.collateral = params.collateralToken;
        t.debt = params.loanToken;
        t.actions = m.actions;
        t.triggerHf = m.triggerHf;
        t.minHf = m.minHf;
        t.maxHf = m.maxHf;
        t.maxCostBps = m.maxCostBps;
        t.fillPerDay = m.fillPerDay;
        t.keepers = m.keepers;
        t.expiry = m.expiry;
        t.prev = m.prev;
    }
}
