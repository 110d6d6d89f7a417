// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {AaveGuard} from "../../solidity/guard/AaveGuard.sol";
import {Mandate} from "../../solidity/guard/Mandate.sol";
import {Actions} from "../../solidity/guard/Terms.sol";
import {IAavePool} from "../../solidity/interfaces/IAavePool.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";
import {IFeed} from "../../solidity/interfaces/IFeed.sol";
import {Keepers} from "../../solidity/Keepers.sol";
import {MockFeed} from "./MockFeed.sol";
import {MockToken} from "./MockTokens.sol";
import {MockLedger, MockVenue} from "./MockVenue.sol";
import {Assertions} from "./Vm.sol";

/// @notice One loan on the mock venue: 10 WETH at 2,700 against 20,000 USD, health factor 1.1205, with a live mandate
/// (trigger 1.20, band 1.21 to 1.50) and 15,000 USD and 5 WETH in the wallet, all approved.
abstract contract GuardFixture is Assertions {
    uint256 internal constant OWNER_KEY = 0xA11CE;
    uint256 internal constant OTHER_KEY = 0xB0B;
    address internal constant KEEPER = address(0x1EE9);
    address internal constant STRANGER = address(0x57A6);
    address internal constant REMOVER = address(0x0FF);

    uint256 internal constant TRIGGER = 1.2e18;
    uint256 internal constant MIN_HF = 1.21e18;
    uint256 internal constant MAX_HF = 1.5e18;
    uint256 internal constant DEBT = 20_000e18;
    uint256 internal constant WALLET_USD = 15_000e18;
    uint256 internal constant WALLET_WETH = 5e18;
    uint256 internal constant FILL_PER_DAY = 15_000e18;
    uint256 internal constant MAX_COST_BPS = 100;
    uint256 internal constant NOW = 1_700_000_000;
    uint256 internal constant EXPIRY = NOW + 180 days;
    uint256 internal constant DEADLINE = NOW + 120;

    address internal owner = vm.addr(OWNER_KEY);
    MockToken internal weth;
    MockToken internal usd;
    MockVenue internal venue;
    MockFeed internal wethFeed;
    MockFeed internal usdFeed;
    Keepers internal keepers;
    AaveGuard internal guard;

    function setUp() public virtual {
        vm.warp(NOW);
        vm.roll(1_000);
        venue = _newVenue();
        weth = _newCollateralToken();
        usd = _newDebtToken();
        wethFeed = new MockFeed(2_700, NOW);
        usdFeed = new MockFeed(1, NOW);
        venue.setSource(address(weth), address(wethFeed));
        venue.setSource(address(usd), address(usdFeed));
        keepers = new Keepers(REMOVER, _one(KEEPER), _one(KEEPER), _pairs(), IFeed(address(0)));
        guard = new AaveGuard(IAavePool(address(venue)));
        venue.list(address(weth), 2_700);
        venue.list(address(usd), 1);
        weth.mint(venue.getReserveAToken(address(weth)), 1_000e18);
        venue.open(owner, address(weth), 10e18, address(usd), DEBT);
        _fund(WALLET_USD, WALLET_WETH);
        _activate(_mandate());
    }

    function _newVenue() internal virtual returns (MockVenue) {
        return new MockVenue();
    }

    function _newCollateralToken() internal virtual returns (MockToken) {
        return new MockToken();
    }

    function _newDebtToken() internal virtual returns (MockToken) {
        return new MockToken();
    }

    function _pairs() internal view returns (Keepers.PairFeeds[] memory pairs) {
        pairs = new Keepers.PairFeeds[](1);
        pairs[0] = Keepers.PairFeeds({
            pair: keccak256(abi.encode(address(weth), address(usd))),
            collateral: Keepers.Feed(address(wethFeed), address(wethFeed), 3_600, 50),
            debt: Keepers.Feed(address(usdFeed), address(usdFeed), 86_400, 25)
        });
    }

    function _mandate() internal view returns (Mandate memory) {
        return Mandate({
            owner: owner,
            collateral: address(weth),
            debt: address(usd),
            actions: Actions.TOP_UP | Actions.REPAY | Actions.FILL,
            triggerHf: uint64(TRIGGER),
            minHf: uint64(MIN_HF),
            maxHf: uint64(MAX_HF),
            maxCostBps: uint16(MAX_COST_BPS),
            fillPerDay: uint128(FILL_PER_DAY),
            keepers: address(keepers),
            expiry: uint40(EXPIRY),
            prev: _activePrev()
        });
    }

    /// @dev Before the first activation `prev` of an empty pair; later the same value, since it is part of the live mandate.
    function _activePrev() internal pure returns (bytes32) {
        return keccak256(abi.encode(bytes32(0), bytes32(0)));
    }

    function _fund(uint256 usdAmount, uint256 wethAmount) internal {
        usd.mint(owner, usdAmount);
        weth.mint(owner, wethAmount);
        vm.startPrank(owner);
        // Through the guard's own view of a token, since some test tokens return nothing.
        IToken(address(usd)).approve(address(guard), usdAmount);
        IToken(address(weth)).approve(address(guard), wethAmount);
        vm.stopPrank();
    }

    function _signature(Mandate memory m, uint256 key) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, guard.hashMandate(m));
        return abi.encodePacked(r, s, v);
    }

    function _activate(Mandate memory m) internal {
        guard.activate(m, _signature(m, OWNER_KEY));
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

    /// @dev The next keeper call must revert with exactly this data.
    function _repayReverts(Mandate memory m, uint256 min, uint256 max, uint256 deadline, bytes memory data) internal {
        vm.prank(KEEPER);
        vm.expectRevert(data);
        guard.repay(m, min, max, deadline);
    }

    function _topUpReverts(Mandate memory m, uint256 min, uint256 max, uint256 deadline, bytes memory data) internal {
        vm.prank(KEEPER);
        vm.expectRevert(data);
        guard.topUp(m, min, max, deadline);
    }

    function _debt() internal view returns (uint256) {
        return MockToken(venue.getReserveVariableDebtToken(address(usd))).balanceOf(owner);
    }

    function _collateral() internal view returns (uint256) {
        return MockToken(venue.getReserveAToken(address(weth))).balanceOf(owner);
    }

    function _health() internal view returns (uint256 hf) {
        (,,,,, hf) = venue.getUserAccountData(owner);
    }

    /// @dev The owner lets the guard release `amount` of the collateral.
    function _approveCollateral(uint256 amount) internal {
        MockLedger aToken = MockLedger(venue.getReserveAToken(address(weth)));
        vm.prank(owner);
        aToken.approve(address(guard), amount);
    }

    function _fill(uint256 min, uint256 max, uint256 out) internal {
        Mandate memory m = _mandate();
        usd.mint(KEEPER, max);
        vm.startPrank(KEEPER);
        IToken(address(usd)).approve(address(guard), max);
        guard.fill(m, min, max, out, DEADLINE);
        vm.stopPrank();
    }

    function _one(address account) internal pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = account;
    }
}
