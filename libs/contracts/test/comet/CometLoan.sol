// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {CometGuard} from "../../solidity/guard/CometGuard.sol";
import {Mandate} from "../../solidity/guard/Mandate.sol";
import {Actions} from "../../solidity/guard/Terms.sol";
import {IFeed} from "../../solidity/interfaces/IFeed.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";
import {Keepers} from "../../solidity/Keepers.sol";
import {MockFeed} from "../support/MockFeed.sol";
import {MockToken} from "../support/MockTokens.sol";
import {Assertions} from "../support/Vm.sol";
import {CometFixture} from "./CometFixture.sol";

/// @notice One loan at a Comet of our own making: 10 WETH at 2,700 against 18,000 USD of 6 decimals, liquidation factor
/// 80%, health factor 1.2, with a live mandate (trigger 1.25, band 1.26 to 1.50) and 15,000 USD and 5 WETH in the wallet,
/// all approved.
abstract contract CometLoan is Assertions {
    uint256 internal constant OWNER_KEY = 0xA11CE;
    address internal constant KEEPER = address(0x1EE9);
    address internal constant STRANGER = address(0x57A6);
    address internal constant REMOVER = address(0x0FF);
    uint256 internal constant NOW = 1_700_000_000;
    uint256 internal constant DEADLINE = NOW + 120;
    uint256 internal constant DEBT = 18_000e6;
    uint256 internal constant WEIGHTED = 21_600e6;
    uint256 internal constant TRIGGER = 1.25e18;
    uint256 internal constant MIN_HF = 1.26e18;
    uint256 internal constant MAX_HF = 1.5e18;
    /// About five per cent a year.
    uint256 internal constant RATE = 1_585_489_599;

    address internal owner = vm.addr(OWNER_KEY);
    MockToken internal weth;
    MockToken internal usd;
    MockFeed internal wethFeed;
    MockFeed internal usdFeed;
    CometFixture internal comet;
    Keepers internal keepers;
    CometGuard internal guard;

    function setUp() public virtual {
        vm.warp(NOW);
        vm.roll(1_000);
        weth = new MockToken();
        usd = new MockToken();
        wethFeed = new MockFeed(2_700e8, NOW);
        usdFeed = new MockFeed(1e8, NOW);
        comet = new CometFixture(address(usd), address(usdFeed), 6, RATE, 100e6);
        comet.list(address(weth), address(wethFeed), 18, 0.75e18, 0.8e18, 1_000e18);
        keepers = new Keepers(REMOVER, _one(KEEPER), _one(KEEPER), new Keepers.PairFeeds[](0), IFeed(address(0)));
        guard = new CometGuard(comet);
        usd.mint(address(comet), 1_000_000e6);
        weth.mint(owner, 10e18);
        vm.startPrank(owner);
        weth.approve(address(comet), 10e18);
        comet.supplyTo(owner, address(weth), 10e18);
        comet.withdrawFrom(owner, STRANGER, address(usd), DEBT);
        vm.stopPrank();
        _fund(15_000e6, 5e18);
        _activate(_mandate());
    }

    function _fund(uint256 usdAmount, uint256 wethAmount) internal {
        usd.mint(owner, usdAmount);
        weth.mint(owner, wethAmount);
        vm.startPrank(owner);
        usd.approve(address(guard), usdAmount);
        weth.approve(address(guard), wethAmount);
        vm.stopPrank();
    }

    function _approveAll() internal {
        vm.prank(owner);
        IToken(address(usd)).approve(address(guard), 30_000e6);
    }

    function _mandate() internal view returns (Mandate memory) {
        return Mandate({
            owner: owner,
            collateral: address(weth),
            debt: address(usd),
            actions: Actions.TOP_UP | Actions.REPAY,
            triggerHf: uint64(TRIGGER),
            minHf: uint64(MIN_HF),
            maxHf: uint64(MAX_HF),
            maxCostBps: 0,
            fillPerDay: 0,
            keepers: address(keepers),
            expiry: uint40(NOW + 180 days),
            prev: keccak256(abi.encode(bytes32(0), bytes32(0)))
        });
    }

    function _signature(Mandate memory m, uint256 key) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, guard.hashMandate(m));
        return abi.encodePacked(r, s, v);
    }

    function _activate(Mandate memory m) internal {
        guard.activate(m, _signature(m, OWNER_KEY));
    }

    function _refused(Mandate memory m, bytes memory data) internal {
        m.prev = guard.prevOf(owner, m.collateral, m.debt);
        bytes memory signature = _signature(m, OWNER_KEY);
        vm.expectRevert(data);
        guard.activate(m, signature);
    }

    function _repay(uint256 min, uint256 max) internal {
        Mandate memory m = _mandate();
        vm.prank(KEEPER);
        guard.repay(m, min, max, DEADLINE);
    }

    function _topUp(uint256 min, uint256 max) internal {
        Mandate memory m = _mandate();
        vm.prank(KEEPER);
        guard.topUp(m, min, max, DEADLINE);
    }

    function _repayReverts(Mandate memory m, uint256 min, uint256 max, bytes memory data) internal {
        vm.prank(KEEPER);
        vm.expectRevert(data);
        guard.repay(m, min, max, DEADLINE);
    }

    function _topUpReverts(Mandate memory m, uint256 min, uint256 max, bytes memory data) internal {
        vm.prank(KEEPER);
        vm.expectRevert(data);
        guard.topUp(m, min, max, DEADLINE);
    }

    function _debt() internal view returns (uint256) {
        return comet.borrowBalanceOf(owner);
    }

    function _health() internal view returns (uint256) {
        return guard.preview(_mandate()).healthFactor;
    }

    function _assertNothingLeft() internal view {
        assertEq(usd.balanceOf(address(guard)) + weth.balanceOf(address(guard)), 0, "the guard's balances");
        assertEq(usd.allowance(address(guard), address(comet)), 0, "USD that the Comet may take from the guard");
        assertEq(weth.allowance(address(guard), address(comet)), 0, "WETH that the Comet may take from the guard");
    }

    function _altered(Mandate memory original, uint256 field) internal pure returns (Mandate memory m) {
        m = abi.decode(abi.encode(original), (Mandate));
        if (field == 0) m.owner = STRANGER;
        if (field == 1) m.collateral = m.debt;
        if (field == 2) m.debt = m.collateral;
        if (field == 3) m.actions = 2;
        if (field == 4) m.triggerHf += 1;
        if (field == 5) m.minHf += 1;
        if (field == 6) m.maxHf += 1;
        if (field == 7) m.maxCostBps += 1;
        if (field == 8) m.fillPerDay += 1;
        if (field == 9) m.keepers = STRANGER;
        if (field == 10) m.expiry += 1;
        if (field == 11) m.prev = bytes32(uint256(m.prev) + 1);
    }

    function _one(address account) internal pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = account;
    }
}
