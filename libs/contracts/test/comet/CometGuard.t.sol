// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {CometGuard} from "../../solidity/guard/CometGuard.sol";
import {GuardActions} from "../../solidity/guard/GuardActions.sol";
import {Mandate} from "../../solidity/guard/Mandate.sol";
import {MandateRegistry} from "../../solidity/guard/MandateRegistry.sol";
import {Ceilings} from "../../solidity/guard/Terms.sol";
import {IComet} from "../../solidity/interfaces/IComet.sol";
import {AmountRule} from "../../solidity/libraries/AmountRule.sol";
import {Signature} from "../../solidity/libraries/Signature.sol";
import {MockToken} from "../support/MockTokens.sol";
import {CometFixture} from "./CometFixture.sol";
import {CometLoan} from "./CometLoan.sol";

/// @notice The two actions on a Comet of our own making.
contract CometGuardTest is CometLoan {
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
        // Up to three units of it may not count.
        amount = bound(amount, least + 4, most - 3);
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
        try comet.absorb(KEEPER, _one(owner)) {
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
}
