// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {AaveFiller} from "../../../solidity/filler/AaveFiller.sol";
import {AaveGuard} from "../../../solidity/guard/AaveGuard.sol";
import {Mandate} from "../../../solidity/guard/Mandate.sol";
import {Actions} from "../../../solidity/guard/Terms.sol";
import {IAavePool} from "../../../solidity/interfaces/IAavePool.sol";
import {IFeed} from "../../../solidity/interfaces/IFeed.sol";
import {IAaveGuardFill} from "../../../solidity/interfaces/IGuardFill.sol";
import {Keepers} from "../../../solidity/Keepers.sol";
import {MockToken} from "../../support/MockTokens.sol";
import {ISettableFeed, Market} from "./Market.sol";
import {MarketFeed} from "./MarketFeed.sol";

/// @notice Loans of several shapes on the real market, each with a live mandate for all three actions, its tokens and aTokens
/// approved to the freshly compiled guard:
///
///   WETH_USDC    18 and 6 decimals; its owner also owes DAI, and has a mandate for WETH_DAI as well
///   WBTC_DAI     8 and 18 decimals
///   AGED         27 and 8 decimals, on reserves whose indices are between 1.5 and 3
///   RATIO        wstETH against WETH in e-mode: a health of 1.05 is usual there
///   USDC_WETH    6 and 18 decimals: short of Ether
///
/// Aave lists no token of fewer than six decimals.
abstract contract Loans is Market {
    struct Loan {
        uint256 key;
        address owner;
        address collateral;
        address debt;
        uint64 trigger;
        uint64 minHf;
        uint64 maxHf;
        uint16 costBps;
        /// In dollars.
        uint256 fillPerDay;
    }

    uint256 internal constant WETH_USDC = 0;
    uint256 internal constant WBTC_DAI = 1;
    uint256 internal constant AGED = 2;
    uint256 internal constant RATIO = 3;
    uint256 internal constant USDC_WETH = 4;
    uint256 internal constant WETH_DAI = 5;
    uint256 internal constant LOANS = 6;

    address internal constant HONEST = address(0x1EE9);
    address internal constant THIEF = address(0x7817F);
    address internal constant STRANGER = address(0x57A6);
    address internal constant REMOVER = address(0x0FF);
    address internal constant CROWD = address(0xC0D);
    uint32 internal constant HEARTBEAT = 1 days;
    uint256 internal constant DEVIATION_BPS = 50;

    Loan[] internal loans;
    AaveGuard internal guard;
    AaveFiller internal filler;
    Keepers internal keepers;
    Keepers internal otherKeepers;
    /// @dev The feed that a list of keepers was deployed with.
    mapping(address keepers => mapping(address asset => address)) internal pinnedBy;
    address internal aged27;
    address internal aged8;

    function _openMarket() internal {
        _loadMarket();
        // wstETH's own feed is a fixed multiple of Ether's; here the ratio may move.
        feedOf[wsteth] = ISettableFeed(address(new MarketFeed(transmitter, int256(_price(wsteth)))));
        _setSource(wsteth, address(feedOf[wsteth]));
        aged27 = _newAsset(27, 50e8);
        aged8 = _newAsset(8, 2e8);
        _growOld();
        guard = new AaveGuard(IAavePool(address(pool)));
        address[] memory routers = new address[](1);
        routers[0] = swapRouter;
        filler = new AaveFiller(IAaveGuardFill(address(guard)), routers, address(0));
        keepers = _newKeepers();
        otherKeepers = _newKeepers();
    }

    function _openLoans() internal {
        _openMarket();
        _open(Loan(0xA11CE, address(0), weth, usdc, 1.2e18, 1.21e18, 1.5e18, 100, 15_000), 30_000, 18_000);
        _open(Loan(0xB0B, address(0), wbtc, dai, 1.2e18, 1.21e18, 1.5e18, 100, 30_000), 60_000, 38_000);
        _open(Loan(0xA6ED, address(0), aged27, aged8, 1.2e18, 1.21e18, 1.4e18, 200, 20_000), 50_000, 32_000);
        _openRatioLoan(Loan(0x2A710, address(0), wsteth, weth, 1.03e18, 1.04e18, 1.1e18, 30, 30_000), 36_000, 32_400);
        _open(Loan(0x5081, address(0), usdc, weth, 1.2e18, 1.21e18, 1.5e18, 50, 18_000), 40_000, 24_000);
        _open(Loan(0xA11CE, address(0), weth, dai, 1.2e18, 1.21e18, 1.5e18, 100, 2_000), 0, 2_000);
        _refreshFeeds();
    }

    /* SETTING UP */

    function _newAsset(uint8 decimals, int256 price) internal returns (address) {
        MockToken token = new MockToken();
        token.setDecimals(decimals);
        return _list(token, price, 5_000);
    }

    /// @dev A crowd borrows from every reserve, most from the two of the tests, and a year and a half goes by.
    function _growOld() private {
        for (uint256 i = 0; i < assets.length; i++) _supply(assets[i], CROWD, _units(assets[i], 20_000_000));
        for (uint256 i = 0; i < assets.length; i++) {
            bool listedHere = assets[i] == aged27 || assets[i] == aged8;
            _borrow(assets[i], CROWD, _units(assets[i], listedHere ? 16_000_000 : 3_000_000));
        }
        for (uint256 month = 0; month < 18; month++) {
            vm.warp(block.timestamp + 30 days);
            _supply(aged27, STRANGER, unitOf[aged27]);
            _supply(aged8, STRANGER, unitOf[aged8]);
        }
        _refreshFeeds();
        // Room for whoever borrows from now on.
        for (uint256 i = 0; i < assets.length; i++) _supply(assets[i], CROWD, _units(assets[i], 20_000_000));
    }

    function _newKeepers() internal returns (Keepers list) {
        address[] memory who = new address[](3);
        (who[0], who[1], who[2]) = (HONEST, THIEF, address(filler));
        list = _newKeepers(who, _pairs());
        for (uint256 i = 0; i < assets.length; i++) pinnedBy[address(list)][assets[i]] = address(feedOf[assets[i]]);
    }

    function _newKeepers(address[] memory list, Keepers.PairFeeds[] memory pairs) internal returns (Keepers) {
        address[] memory selfRemoving = new address[](1);
        selfRemoving[0] = HONEST;
        return new Keepers(REMOVER, list, selfRemoving, pairs, IFeed(address(0)));
    }

    function _pairs() internal view returns (Keepers.PairFeeds[] memory pairs) {
        pairs = new Keepers.PairFeeds[](LOANS);
        pairs[0] = _pair(weth, usdc);
        pairs[1] = _pair(wbtc, dai);
        pairs[2] = _pair(aged27, aged8);
        pairs[3] = _pair(wsteth, weth);
        pairs[4] = _pair(usdc, weth);
        pairs[5] = _pair(weth, dai);
    }

    function _pair(address collateral, address debt) internal view returns (Keepers.PairFeeds memory) {
        return Keepers.PairFeeds(keccak256(abi.encode(collateral, debt)), _pinned(collateral), _pinned(debt));
    }

    function _pinned(address asset) private view returns (Keepers.Feed memory) {
        address feed = address(feedOf[asset]);
        return Keepers.Feed(feed, feed, HEARTBEAT, uint16(DEVIATION_BPS));
    }

    /// @param collateral in dollars, as `debt`
    function _open(Loan memory loan, uint256 collateral, uint256 debt) internal {
        loan.owner = vm.addr(loan.key);
        loans.push(loan);
        if (collateral != 0) _supply(loan.collateral, loan.owner, _units(loan.collateral, collateral));
        _borrow(loan.debt, loan.owner, _units(loan.debt, debt));
        _giveAndApprove(loans.length - 1, debt * 3 / 4, debt / 2);
        _activateNew(loans.length - 1);
    }

    function _openRatioLoan(Loan memory loan, uint256 collateral, uint256 debt) private {
        loan.owner = vm.addr(loan.key);
        vm.prank(loan.owner);
        pool.setUserEMode(1);
        _open(loan, collateral, debt);
    }

    /// @dev The owner's wallet gets that many dollars of the debt and of the collateral, and approves all it holds, and all its
    /// aTokens, to the guard.
    function _giveAndApprove(uint256 index, uint256 debtDollars, uint256 collateralDollars) internal {
        Loan memory loan = loans[index];
        _give(loan.debt, loan.owner, _units(loan.debt, debtDollars));
        _give(loan.collateral, loan.owner, _units(loan.collateral, collateralDollars));
        vm.startPrank(loan.owner);
        MockToken(loan.debt).approve(address(guard), MockToken(loan.debt).balanceOf(loan.owner));
        MockToken(loan.collateral).approve(address(guard), MockToken(loan.collateral).balanceOf(loan.owner));
        aTokenOf[loan.collateral].approve(address(guard), aTokenOf[loan.collateral].balanceOf(loan.owner));
        vm.stopPrank();
    }

    /* MANDATES */

    /// @dev The next mandate of a loan, as its owner would sign it now.
    function _mandate(uint256 index) internal view returns (Mandate memory) {
        Loan memory loan = loans[index];
        return Mandate({
            owner: loan.owner,
            collateral: loan.collateral,
            debt: loan.debt,
            actions: Actions.TOP_UP | Actions.REPAY | Actions.FILL,
            triggerHf: loan.trigger,
            minHf: loan.minHf,
            maxHf: loan.maxHf,
            maxCostBps: loan.costBps,
            fillPerDay: uint128(_units(loan.debt, loan.fillPerDay)),
            keepers: address(keepers),
            expiry: uint40(block.timestamp + 180 days),
            prev: guard.prevOf(loan.owner, loan.collateral, loan.debt)
        });
    }

    function _signature(Mandate memory m, uint256 key) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, guard.hashMandate(m));
        return abi.encodePacked(r, s, v);
    }

    function _activateNew(uint256 index) internal virtual returns (Mandate memory m) {
        m = _mandate(index);
        guard.activate(m, _signature(m, loans[index].key));
    }
}
