// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {MorphoGuard} from "../../solidity/guard/MorphoGuard.sol";
import {MorphoMandate} from "../../solidity/guard/MorphoMandate.sol";
import {Actions} from "../../solidity/guard/Terms.sol";
import {IMorpho, IMorphoOracle} from "../../solidity/interfaces/IMorpho.sol";
import {IMorphoMarkets} from "../../solidity/interfaces/IMorphoMarkets.sol";
import {IFeed} from "../../solidity/interfaces/IFeed.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";
import {Keepers} from "../../solidity/Keepers.sol";
import {MockFeed} from "../support/MockFeed.sol";
import {MockToken} from "../support/MockTokens.sol";
import {RealCode} from "../support/RealCode.sol";

/// @notice Those functions of Morpho that owners, lenders and liquidators call, and Morpho's own owner.
interface IMorphoForAll is IMorpho {
    function enableIrm(address irm) external;
    function enableLltv(uint256 lltv) external;
    function createMarket(MarketParams calldata params) external;
    function setAuthorization(address authorized, bool newIsAuthorized) external;
    function supply(MarketParams calldata params, uint256 assets, uint256 shares, address onBehalf, bytes calldata data)
        external
        returns (uint256, uint256);
    function borrow(MarketParams calldata params, uint256 assets, uint256 shares, address onBehalf, address receiver)
        external
        returns (uint256, uint256);
    function liquidate(MarketParams calldata params, address borrower, uint256 seized, uint256 shares, bytes calldata data)
        external
        returns (uint256, uint256);
}

/// @notice An oracle whose price is set by hand; also one that no longer answers.
contract SettableOracle is IMorphoOracle {
    error NoAnswer();

    uint256 private _price;
    bool private _silent;

    function set(uint256 price_) external {
        _price = price_;
    }

    function silence() external {
        _silent = true;
    }

    function price() external view virtual returns (uint256) {
        if (_silent) revert NoAnswer();
        return _price;
    }
}

/// @notice One loan on the real Morpho Blue with its own rate model: 10 WETH at 2,700 against 20,000 USD of 6 decimals, threshold
/// 86%, health factor 1.161, with a live mandate (trigger 1.20, band 1.21 to 1.50) and 15,000 USD and 5 WETH in the wallet,
/// all approved.
abstract contract MorphoFixture is RealCode {
    uint256 internal constant OWNER_KEY = 0xA11CE;
    address internal constant KEEPER = address(0x1EE9);
    address internal constant STRANGER = address(0x57A6);
    address internal constant REMOVER = address(0x0FF);
    address internal constant LENDER = address(0x1E4D);

    uint256 internal constant NOW = 1_700_000_000;
    uint256 internal constant DEADLINE = NOW + 120;
    uint256 internal constant LLTV = 0.86e18;
    uint256 internal constant DEBT = 20_000e6;
    uint256 internal constant TRIGGER = 1.2e18;
    uint256 internal constant MIN_HF = 1.21e18;
    uint256 internal constant MAX_HF = 1.5e18;

    address internal owner = vm.addr(OWNER_KEY);
    IMorphoForAll internal morpho;
    address internal irm;
    MockToken internal weth;
    MockToken internal usd;
    SettableOracle internal oracle;
    MockFeed internal feed;
    Keepers internal keepers;
    MorphoGuard internal guard;
    IMorphoMarkets.MarketParams internal market;
    bytes32 internal id;

    function setUp() public virtual {
        vm.warp(NOW);
        vm.roll(1_000);
        morpho = IMorphoForAll(_deploy("Morpho", abi.encode(address(this))));
        irm = _newIrm();
        weth = _newCollateralToken();
        usd = _newLoanToken();
        usd.setDecimals(6);
        oracle = _newOracle();
        feed = new MockFeed(2_700, NOW);
        guard = new MorphoGuard(morpho);

        morpho.enableIrm(irm);
        (market, id) = _open(oracle, LLTV);
        keepers = new Keepers(REMOVER, _one(KEEPER), _one(KEEPER), _pairs(), IFeed(address(0)));
        _borrow(market, 10e18, DEBT);
        _fund(15_000e6, 5e18);
        _activate(_mandate());
    }

    function _newIrm() internal virtual returns (address) {
        return _deploy("AdaptiveCurveIrm", abi.encode(address(morpho)));
    }

    function _newCollateralToken() internal virtual returns (MockToken) {
        return new MockToken();
    }

    function _newLoanToken() internal virtual returns (MockToken) {
        return new MockToken();
    }

    function _newOracle() internal virtual returns (SettableOracle) {
        return new SettableOracle();
    }

    /// @dev A market of the two tokens with an oracle at 2,700 and a million USD to borrow.
    function _open(SettableOracle oracle_, uint256 lltv)
        internal
        returns (IMorphoMarkets.MarketParams memory params, bytes32 marketId)
    {
        oracle_.set(_price(2_700));
        morpho.enableLltv(lltv);
        params = IMorphoMarkets.MarketParams(address(usd), address(weth), address(oracle_), irm, lltv);
        marketId = keccak256(abi.encode(params));
        morpho.createMarket(params);
        usd.mint(LENDER, 1_000_000e6);
        vm.startPrank(LENDER);
        IToken(address(usd)).approve(address(morpho), 1_000_000e6);
        morpho.supply(params, 1_000_000e6, 0, LENDER, "");
        vm.stopPrank();
    }

    /// @dev The owner's loan; what was borrowed leaves the wallet.
    function _borrow(IMorphoMarkets.MarketParams memory params, uint256 collateral, uint256 debt) internal {
        weth.mint(owner, collateral);
        vm.startPrank(owner);
        IToken(address(weth)).approve(address(morpho), collateral);
        morpho.supplyCollateral(params, collateral, owner, "");
        morpho.borrow(params, debt, 0, owner, STRANGER);
        vm.stopPrank();
    }

    function _fund(uint256 usdAmount, uint256 wethAmount) internal {
        usd.mint(owner, usdAmount);
        weth.mint(owner, wethAmount);
        vm.startPrank(owner);
        IToken(address(usd)).approve(address(guard), usdAmount);
        IToken(address(weth)).approve(address(guard), wethAmount);
        vm.stopPrank();
    }

    /// @dev Whole USD for a whole WETH, as the oracle says it: 36 digits, and the difference of the decimals.
    function _price(uint256 usdPerWeth) internal pure returns (uint256) {
        return usdPerWeth * 1e36 * 1e6 / 1e18;
    }

    function _pairs() internal view returns (Keepers.PairFeeds[] memory pairs) {
        pairs = new Keepers.PairFeeds[](1);
        Keepers.Feed memory pinned = Keepers.Feed(address(oracle), address(feed), 3_600, 50);
        pairs[0] = Keepers.PairFeeds({pair: id, collateral: pinned, debt: pinned});
    }

    function _mandate() internal view returns (MorphoMandate memory) {
        return MorphoMandate({
            owner: owner,
            marketId: id,
            actions: Actions.TOP_UP | Actions.REPAY | Actions.FILL,
            triggerHf: uint64(TRIGGER),
            minHf: uint64(MIN_HF),
            maxHf: uint64(MAX_HF),
            maxCostBps: 100,
            fillPerDay: 15_000e6,
            keepers: address(keepers),
            expiry: uint40(NOW + 180 days),
            prev: keccak256(abi.encode(bytes32(0), bytes32(0)))
        });
    }

    function _signature(MorphoMandate memory m, uint256 key) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, guard.hashMandate(m));
        return abi.encodePacked(r, s, v);
    }

    function _activate(MorphoMandate memory m) internal {
        guard.activate(m, _signature(m, OWNER_KEY));
    }

    function _authorise() internal {
        vm.prank(owner);
        morpho.setAuthorization(address(guard), true);
    }

    function _repay(uint256 min, uint256 max) internal {
        MorphoMandate memory m = _mandate();
        vm.prank(KEEPER);
        guard.repay(m, min, max, DEADLINE);
    }

    function _topUp(uint256 min, uint256 max) internal {
        MorphoMandate memory m = _mandate();
        vm.prank(KEEPER);
        guard.topUp(m, min, max, DEADLINE);
    }

    function _fill(uint256 min, uint256 max, uint256 out) internal {
        _arm(max);
        MorphoMandate memory m = _mandate();
        vm.prank(KEEPER);
        guard.fill(m, min, max, out, DEADLINE);
    }

    /// @dev Gives the keeper what a fill takes.
    function _arm(uint256 max) internal {
        usd.mint(KEEPER, max);
        vm.prank(KEEPER);
        IToken(address(usd)).approve(address(guard), max);
    }

    function _repayReverts(MorphoMandate memory m, uint256 min, uint256 max, bytes memory data) internal {
        vm.prank(KEEPER);
        vm.expectRevert(data);
        guard.repay(m, min, max, DEADLINE);
    }

    function _topUpReverts(MorphoMandate memory m, uint256 min, uint256 max, bytes memory data) internal {
        vm.prank(KEEPER);
        vm.expectRevert(data);
        guard.topUp(m, min, max, DEADLINE);
    }

    function _fillReverts(MorphoMandate memory m, uint256 min, uint256 max, uint256 out, bytes memory data) internal {
        _arm(max);
        vm.prank(KEEPER);
        vm.expectRevert(data);
        guard.fill(m, min, max, out, DEADLINE);
    }

    function _collateral() internal view returns (uint256 collateral) {
        (,, collateral) = morpho.position(id, owner);
    }

    function _debt() internal view returns (uint256) {
        return guard.preview(_mandate()).debt;
    }

    function _health() internal view returns (uint256) {
        return guard.preview(_mandate()).healthFactor;
    }

    function _assertNothingLeft() internal view {
        assertEq(usd.balanceOf(address(guard)) + weth.balanceOf(address(guard)), 0, "the guard's balances");
        assertEq(usd.allowance(address(guard), address(morpho)), 0, "USD that Morpho may take from the guard");
        assertEq(weth.allowance(address(guard), address(morpho)), 0, "WETH that Morpho may take from the guard");
    }

    function _one(address account) internal pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = account;
    }
}
