// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {CometGuard} from "../../solidity/guard/CometGuard.sol";
import {GuardActions} from "../../solidity/guard/GuardActions.sol";
import {Mandate} from "../../solidity/guard/Mandate.sol";
import {MandateRegistry} from "../../solidity/guard/MandateRegistry.sol";
import {Actions, Ceilings} from "../../solidity/guard/Terms.sol";
import {IComet} from "../../solidity/interfaces/IComet.sol";
import {IFeed} from "../../solidity/interfaces/IFeed.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";
import {AmountRule} from "../../solidity/libraries/AmountRule.sol";
import {Signature} from "../../solidity/libraries/Signature.sol";
import {Keepers} from "../../solidity/Keepers.sol";
import {MockFeed} from "../support/MockFeed.sol";
import {MockToken} from "../support/MockTokens.sol";
import {Assertions} from "../support/Vm.sol";
import {CometFixture} from "./CometFixture.sol";

/// @notice The two actions on a Comet of our own making: 10 WETH at 2,700 against 18,000 USD of 6 decimals, liquidation factor
/// 80%, health factor 1.2, with a live mandate (trigger 1.25, band 1.26 to 1.50) and 15,000 USD and 5 WETH in the wallet,
/// all approved.
contract CometGuardTest is Assertions {
    uint256 private constant OWNER_KEY = 0xA11CE;
    address private constant KEEPER = address(0x1EE9);
    address private constant STRANGER = address(0x57A6);
    address private constant REMOVER = address(0x0FF);
    uint256 private constant NOW = 1_700_000_000;
    uint256 private constant DEADLINE = NOW + 120;
    uint256 private constant DEBT = 18_000e6;
    uint256 private constant WEIGHTED = 21_600e6;
    uint256 private constant TRIGGER = 1.25e18;
    uint256 private constant MIN_HF = 1.26e18;
    uint256 private constant MAX_HF = 1.5e18;
    /// About five per cent a year.
    uint256 private constant RATE = 1_585_489_599;

    address private owner = vm.addr(OWNER_KEY);
    MockToken private weth;
    MockToken private usd;
    MockFeed private wethFeed;
    MockFeed private usdFeed;
    CometFixture private comet;
    Keepers private keepers;
    CometGuard private guard;

    function setUp() public {
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

    /* REPAY */

    function testRepayingMovesTheWalletsTokensIntoTheDebtOnce() public {
        assertEq(_health(), 1.2e18, "health before");
        vm.expectEmit(address(guard));
        emit GuardActions.Executed(
            guard.hashMandate(_mandate()), owner, KEEPER, 2, 1, 1.2e18, 1.35e18, 2_000e6, 0, 0
        );
        _repay(1, 2_000e6);
        assertEq(_debt(), 16_000e6, "debt");
        assertEq(usd.balanceOf(owner), 13_000e6, "wallet");
        _assertNothingLeft();
        _repayReverts(
            _mandate(), 1, 2_000e6, abi.encodeWithSelector(AmountRule.NotTriggered.selector, 1.35e18, TRIGGER)
        );
    }

    function testRepayingEndsInTheBand() public {
        uint256 most = DEBT - WEIGHTED * 1e18 / MAX_HF;
        // Comet's sums are in the feeds' eight digits.
        _repayReverts(
            _mandate(),
            1,
            most + 1,
            abi.encodeWithSelector(AmountRule.AboveBand.selector, WEIGHTED * 1e18 / (DEBT - most - 1), MAX_HF)
        );
        uint256 least = DEBT - WEIGHTED * 1e18 / MIN_HF;
        _repayReverts(
            _mandate(),
            1,
            least - 1,
            abi.encodeWithSelector(AmountRule.BelowBand.selector, WEIGHTED * 1e18 / (DEBT - least + 1), MIN_HF)
        );
        _repay(1, most);
        assertEq(_health(), MAX_HF, "the band's end");
    }

    function testADebtIsRepaidInFullAndNothingIsLent() public {
        vm.warp(NOW + 170 days);
        _fund(15_000e6, 0);
        _approveAll();
        uint256 owed = _debt();
        assertTrue(owed > DEBT, "interest");
        Mandate memory m = _mandate();
        vm.prank(KEEPER);
        guard.repay(m, owed, type(uint256).max, block.timestamp);
        assertEq(_debt(), 0, "debt");
        assertEq(comet.balanceOf(owner), 0, "nothing lent");
        assertEq(usd.balanceOf(owner), 30_000e6 - owed, "wallet");
        assertEq(_health(), type(uint256).max, "no debt");
        _assertNothingLeft();
    }

    function testAStrangersRepaymentJustBeforeLeavesNothingLent() public {
        _fund(15_000e6, 0);
        _approveAll();
        usd.mint(STRANGER, 700e6);
        vm.startPrank(STRANGER);
        usd.approve(address(comet), 700e6);
        comet.supplyTo(owner, address(usd), 700e6);
        vm.stopPrank();
        _repay(1, DEBT);
        assertEq(comet.balanceOf(owner), 0, "nothing lent");
        assertEq(usd.balanceOf(owner), 30_000e6 - 17_300e6, "wallet");
    }

    function testTheHealthIsWithInterestUpToTheBlock() public {
        wethFeed.set(2_814e8, NOW, NOW);
        assertTrue(_health() > TRIGGER, "above the trigger");
        vm.warp(NOW + 90 days);
        assertTrue(_health() < TRIGGER, "a quarter's interest later below it, also in the preview");
        Mandate memory m = _mandate();
        vm.prank(KEEPER);
        guard.repay(m, 1, 2_000e6, block.timestamp);
    }

    function testEveryRepaymentInTheBandIsAcceptedWhateverTheIndex(uint256 amount, uint256 index) public {
        // With the index the debt grows; the owner repays down to a health of 1.2 first.
        index = bound(index, 1e15, 3e15);
        comet.setIndex(index);
        uint256 owed = _debt();
        usd.mint(address(this), owed);
        usd.approve(address(comet), owed);
        comet.supplyTo(owner, address(usd), owed - DEBT);
        owed = _debt();
        uint256 least = owed - WEIGHTED * 1e18 / MIN_HF;
        uint256 most = owed - WEIGHTED * 1e18 / MAX_HF;
        amount = bound(amount, least + 1, most - 3);
        _repay(amount, amount);
        uint256 left = _debt();
        assertTrue(left + amount >= owed && left + amount <= owed + 3, "a step of the index at most");
        _assertNothingLeft();
    }

    function testAPausedCometIsHeard() public {
        comet.pauseSupply(true);
        bytes memory paused = abi.encodeWithSelector(CometFixture.Paused.selector);
        _repayReverts(_mandate(), 1, 2_000e6, paused);
        _topUpReverts(_mandate(), 1, 1e18, paused);
    }

    /* TOP_UP */

    function testToppingUpMovesTheWalletsTokensIntoTheCollateral() public {
        vm.expectEmit(address(guard));
        emit GuardActions.Executed(
            guard.hashMandate(_mandate()), owner, KEEPER, 1, 1, 1.2e18, 1.32e18, 0, 1e18, 0
        );
        _topUp(1, 1e18);
        (uint128 held,) = comet.userCollateral(owner, address(weth));
        assertEq(held, 11e18, "collateral");
        assertEq(weth.balanceOf(owner), 4e18, "wallet");
        _assertNothingLeft();
    }

    function testAFullSupplyCapIsHeardAndRepayingGoesOn() public {
        weth.mint(STRANGER, 990e18);
        vm.startPrank(STRANGER);
        weth.approve(address(comet), 990e18);
        comet.supplyTo(STRANGER, address(weth), 990e18);
        vm.stopPrank();
        _topUpReverts(_mandate(), 1, 1e18, abi.encodeWithSelector(CometFixture.SupplyCapExceeded.selector));
        _repay(1, 2_000e6);
    }

    function testACollateralThatCountsForNothingIsNotTopped() public {
        MockToken worthless = new MockToken();
        comet.list(address(worthless), address(usdFeed), 18, 0, 0, type(uint128).max);
        worthless.mint(owner, 5e18);
        vm.prank(owner);
        worthless.approve(address(guard), 5e18);
        Mandate memory m = _mandate();
        m.collateral = address(worthless);
        m.prev = guard.prevOf(owner, m.collateral, m.debt);
        _activate(m);
        _topUpReverts(m, 1, 5e18, abi.encodeWithSelector(AmountRule.HealthNotImproved.selector, 1.2e18, 1.2e18));
    }

    /* HEALTH */

    function testHealthIsAtLeastOneExactlyWhereCometDoesNotLiquidate(uint256 price, uint256 elapsed) public {
        vm.warp(NOW + bound(elapsed, 0, 400 days));
        uint256 edge = _debt() * 1e2 * 1e18 / 8e18;
        wethFeed.set(int256(bound(price, edge - 1_000, edge + 1_000)), NOW, NOW);
        bool below = _health() < 1e18;
        try comet.absorb(owner) {
            assertTrue(below, "absorbed only below one");
        } catch (bytes memory why) {
            assertEq(bytes32(why), bytes32(CometFixture.NotLiquidatable.selector), "why");
            assertTrue(!below, "below one it is absorbed");
        }
    }

    function testEveryCollateralThatTheAccountHoldsCountsAlsoTheSeventeenth() public {
        for (uint256 i = 1; i < 20; i++) {
            MockToken other = new MockToken();
            comet.list(address(other), address(usdFeed), 18, 0.4e18, 0.5e18, type(uint128).max);
            if (i != 3 && i != 17) continue;
            other.mint(address(this), 1_000e18);
            other.approve(address(comet), 1_000e18);
            comet.supplyTo(owner, address(other), 1_000e18);
        }
        assertEq(_health(), uint256(22_600e18) / 18_000, "twice 500 more");
    }

    function testAFeedWithoutAPriceIsHeard() public {
        wethFeed.set(0, NOW, NOW);
        bytes memory bad = abi.encodeWithSelector(CometFixture.BadPrice.selector);
        _repayReverts(_mandate(), 1, 2_000e6, bad);
        _topUpReverts(_mandate(), 1, 1e18, bad);
    }

    function testALenderWithoutDebtIsHealthy() public {
        usd.mint(address(this), 20_000e6);
        usd.approve(address(comet), 20_000e6);
        comet.supplyTo(owner, address(usd), 20_000e6);
        assertEq(comet.balanceOf(owner), 2_000e6, "lends");
        assertEq(_health(), type(uint256).max, "no debt");
        _repayReverts(
            _mandate(),
            1,
            2_000e6,
            abi.encodeWithSelector(AmountRule.NotTriggered.selector, type(uint256).max, TRIGGER)
        );
    }

    /* TERMS */

    function testEveryFieldIsUnderTheSignatureAndMustBeTheSameToAct() public {
        bytes32 live = guard.hashMandate(_mandate());
        for (uint256 field = 0; field < 12; field++) {
            Mandate memory signed = _mandate();
            signed.prev = guard.prevOf(owner, signed.collateral, signed.debt);
            bytes memory signature = _signature(signed, OWNER_KEY);
            Mandate memory altered = _altered(signed, field);
            vm.expectPartialRevert(Signature.WrongSigner.selector);
            guard.activate(altered, signature);

            altered = _altered(_mandate(), field);
            _repayReverts(
                altered,
                1,
                2_000e6,
                abi.encodeWithSelector(
                    MandateRegistry.NotActive.selector, guard.hashMandate(altered), field < 3 ? bytes32(0) : live
                )
            );
        }
    }

    function testFillIsNotOffered() public {
        for (uint8 actions = 4; actions < 8; actions++) {
            Mandate memory m = _mandate();
            m.actions = actions;
            _refused(m, abi.encodeWithSelector(Ceilings.UnknownActions.selector, actions));
        }
    }

    function testTheDebtIsTheBaseTokenAndTheCollateralOneOfTheComets() public {
        Mandate memory m = _mandate();
        m.debt = address(new MockToken());
        _refused(m, abi.encodeWithSelector(CometGuard.NotListed.selector, m.debt));
        m = _mandate();
        m.collateral = address(new MockToken());
        _refused(m, abi.encodeWithSelector(CometFixture.BadAsset.selector));
        m = _mandate();
        m.collateral = m.debt;
        _refused(m, abi.encodeWithSelector(Ceilings.SameAsset.selector, m.debt));
    }

    function testTheVenueOfAGuardIsAContract() public {
        vm.expectRevert(abi.encodeWithSelector(CometGuard.VenueNotContract.selector, STRANGER));
        new CometGuard(IComet(STRANGER));
    }

    function testThePreviewNamesWhatCouldMove() public view {
        GuardActions.Preview memory p = guard.preview(_mandate());
        assertEq(bytes32(p.reason), bytes32(0), "nothing in the way");
        assertEq(p.maxRepay, 15_000e6, "repay");
        assertEq(p.maxTopUp, 5e18, "top up");
        assertEq(p.maxFill + p.maxOut + p.budgetLeft, 0, "no fill");
    }

    /* STEPS */

    function _fund(uint256 usdAmount, uint256 wethAmount) private {
        usd.mint(owner, usdAmount);
        weth.mint(owner, wethAmount);
        vm.startPrank(owner);
        usd.approve(address(guard), usdAmount);
        weth.approve(address(guard), wethAmount);
        vm.stopPrank();
    }

    function _approveAll() private {
        vm.prank(owner);
        IToken(address(usd)).approve(address(guard), 30_000e6);
    }

    function _mandate() private view returns (Mandate memory) {
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

    function _signature(Mandate memory m, uint256 key) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, guard.hashMandate(m));
        return abi.encodePacked(r, s, v);
    }

    function _activate(Mandate memory m) private {
        guard.activate(m, _signature(m, OWNER_KEY));
    }

    function _refused(Mandate memory m, bytes memory data) private {
        m.prev = guard.prevOf(owner, m.collateral, m.debt);
        bytes memory signature = _signature(m, OWNER_KEY);
        vm.expectRevert(data);
        guard.activate(m, signature);
    }

    function _repay(uint256 min, uint256 max) private {
        Mandate memory m = _mandate();
        vm.prank(KEEPER);
        guard.repay(m, min, max, DEADLINE);
    }

    function _topUp(uint256 min, uint256 max) private {
        Mandate memory m = _mandate();
        vm.prank(KEEPER);
        guard.topUp(m, min, max, DEADLINE);
    }

    function _repayReverts(Mandate memory m, uint256 min, uint256 max, bytes memory data) private {
        vm.prank(KEEPER);
        vm.expectRevert(data);
        guard.repay(m, min, max, DEADLINE);
    }

    function _topUpReverts(Mandate memory m, uint256 min, uint256 max, bytes memory data) private {
        vm.prank(KEEPER);
        vm.expectRevert(data);
        guard.topUp(m, min, max, DEADLINE);
    }

    function _debt() private view returns (uint256) {
        return comet.borrowBalanceOf(owner);
    }

    function _health() private view returns (uint256) {
        return guard.preview(_mandate()).healthFactor;
    }

    function _assertNothingLeft() private view {
        assertEq(usd.balanceOf(address(guard)) + weth.balanceOf(address(guard)), 0, "the guard's balances");
        assertEq(usd.allowance(address(guard), address(comet)), 0, "USD that the Comet may take from the guard");
        assertEq(weth.allowance(address(guard), address(comet)), 0, "WETH that the Comet may take from the guard");
    }

    function _altered(Mandate memory original, uint256 field) private pure returns (Mandate memory m) {
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

    function _one(address account) private pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = account;
    }
}
