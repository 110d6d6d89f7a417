// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {GuardActions} from "../../solidity/guard/GuardActions.sol";
import {Mandate} from "../../solidity/guard/Mandate.sol";
import {VenusGuard} from "../../solidity/guard/VenusGuard.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";
import {AmountRule} from "../../solidity/libraries/AmountRule.sol";
import {MockToken} from "../support/MockTokens.sol";
import {IVTokenForAll, VaiStandIn, VenusFixture} from "./VenusFixture.sol";

/// @notice The two actions on the real Venus 9.0.0.
contract VenusGuardTest is VenusFixture {
    /// What the loan's collateral counts for: 27,000 USD by 80%.
    uint256 private constant WEIGHTED = 21_600e6;

    /* REPAY */

    function testRepayingMovesTheWalletsTokensIntoTheDebtOnce() public {
        assertEq(_health(), 1.2e18, "health before");
        vm.expectEmit(address(guard));
        emit GuardActions.Executed(
            guard.hashMandate(_mandate()), owner, KEEPER, 2, 1, 1.2e18, WEIGHTED * 1e18 / 16_000e6, 2_000e6, 0, 0
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

    function testADebtIsRepaidInFullAfterMonthsOfInterest() public {
        vm.roll(1_000 + 2_000_000);
        _fund(15_000e6, 0);
        _approveAll();
        _repay(18_000e6, type(uint256).max);
        assertEq(_debt(), 0, "debt");
        assertEq(_health(), type(uint256).max, "no debt");
        _assertNothingLeft();
    }

    /// @dev The market's own total may be a few units short of its only borrower's debt.
    function testADebtIsRepaidInFullByAMarketsOnlyBorrowerAlso(uint256 blocks, uint256 times) public {
        times = bound(times, 1, 6);
        uint256 at = 1_000;
        for (uint256 i; i < times; i++) {
            at += 1 + bound(uint256(keccak256(abi.encode(blocks, i))), 1, 400_000);
            vm.roll(at);
            _accrue();
        }
        if (_health() < 1.01e18) return;
        _fund(25_000e6, 0);
        _approveAll();
        _repay(18_000e6, type(uint256).max);
        assertTrue(_debt() <= 10, "debt");
        _assertNothingLeft();
    }

    function testTheHealthIsMeasuredWithInterestUpToTheBlock() public {
        usd.mint(STRANGER, 721e6);
        vm.startPrank(STRANGER);
        IToken(address(usd)).approve(address(vUsd), 721e6);
        vUsd.repayBorrowBehalf(owner, 721e6);
        vm.stopPrank();
        assertTrue(_health() > TRIGGER, "above the trigger");
        vm.roll(1_000 + 3_000_000);
        assertTrue(_health() > TRIGGER, "the preview is of the last accrual");
        _repay(1, 2_000e6);
    }

    function testAPausedRepaymentIsHeard() public {
        uint8[] memory repaying = new uint8[](1);
        repaying[0] = 3;
        comptroller._setActionsPaused(_one(address(vUsd)), repaying, true);
        _repayReverts(_mandate(), 1, 2_000e6, abi.encodeWithSignature("Error(string)", "action is paused"));
        _topUp(1, 1e18);
    }

    /* TOP_UP */

    function testToppingUpMovesTheWalletsTokensIntoTheCollateral() public {
        _topUp(1, 1e18);
        (, uint256 vTokens,, uint256 rate) = vWeth.getAccountSnapshot(owner);
        assertEq(vTokens * rate / 1e18, 11e18, "collateral");
        assertEq(_health(), 1.32e18, "health");
        assertEq(weth.balanceOf(owner), 4e18, "wallet");
        _assertNothingLeft();
    }

    function testToppingUpCountsOnlyInAMarketThatTheOwnerHasEntered() public {
        MockToken other = new MockToken();
        IVTokenForAll vOther = _listMarket(other, 18, 2_700, 0.8e18);
        other.mint(owner, 5e18);
        vm.prank(owner);
        IToken(address(other)).approve(address(guard), 5e18);
        Mandate memory m = _mandate();
        m.collateral = address(vOther);
        m.prev = guard.prevOf(owner, m.collateral, m.debt);
        _activate(m);
        assertEq(guard.preview(m).maxTopUp, 0, "preview");
        _topUpReverts(m, 1, 1e18, abi.encodeWithSelector(VenusGuard.CollateralNotEnabled.selector, address(vOther)));

        vm.prank(owner);
        comptroller.enterMarkets(_one(address(vOther)));
        assertEq(guard.preview(m).maxTopUp, 5e18, "preview");
        vm.prank(KEEPER);
        guard.topUp(m, 1, 1e18, DEADLINE);
        assertEq(_health(), 1.32e18, "health of both collaterals");
    }

    function testNobodysWayOutOfADrainedMarket() public {
        // The market holds 1,010 WETH. Up to 95% of it may be lent out.
        _borrowWeth(959.5e18);
        assertEq(guard.preview(_mandate()).maxTopUp, 5e18, "at 95%");
        _borrowWeth(1);
        assertEq(guard.preview(_mandate()).maxTopUp, 0, "a unit above");
        _topUpReverts(
            _mandate(),
            1,
            1e18,
            abi.encodeWithSelector(VenusGuard.ReserveDrained.selector, address(vWeth), 50.5e18 - 1, 959.5e18 + 1)
        );
        _repay(1, 2_000e6);
    }

    function testNobodysFirstSupplyMakesAUnitOfTheVTokenDear() public {
        MockToken other = new MockToken();
        IVTokenForAll vOther = _listMarket(other, 18, 2_700, 0.8e18);
        // The thief holds all of the market, two units, and gives it 100 whole tokens.
        other.mint(STRANGER, 200e18);
        vm.startPrank(STRANGER);
        IToken(address(other)).approve(address(vOther), 1e18);
        assertEq(vOther.mint(4e8), 0, "two units");
        other.transfer(address(vOther), 100e18);
        vm.stopPrank();
        assertEq(vOther.exchangeRateStored() / 1e18, 50e18 + 2e8, "a unit is worth 50");

        other.mint(owner, 99e18);
        vm.startPrank(owner);
        IToken(address(other)).approve(address(guard), 99e18);
        comptroller.enterMarkets(_one(address(vOther)));
        vm.stopPrank();
        Mandate memory m = _mandate();
        m.collateral = address(vOther);
        m.prev = guard.prevOf(owner, m.collateral, m.debt);
        _activate(m);
        _topUpReverts(
            m,
            1,
            99e18,
            abi.encodeWithSelector(VenusGuard.UnitTooCoarse.selector, address(vOther), 50e18 + 2e8, 99e18)
        );
    }

    function testAUnitMayBeATenThousandthOfWhatIsSuppliedAndNoMore() public {
        // A unit of vWETH is worth 2e8 at first.
        vm.prank(owner);
        IToken(address(weth)).approve(address(guard), 2e12);
        _topUp(1, 2e12);
        vm.prank(owner);
        IToken(address(weth)).approve(address(guard), 2e12 - 1);
        _topUpReverts(
            _mandate(),
            1,
            2e12,
            abi.encodeWithSelector(VenusGuard.UnitTooCoarse.selector, address(vWeth), 2e8, 2e12 - 1)
        );
    }

    function testAFullSupplyCapIsHeard() public {
        comptroller._setMarketSupplyCaps(_one(address(vWeth)), _oneOf(1_010e18));
        _topUpReverts(_mandate(), 1, 1e18, abi.encodeWithSignature("Error(string)", "market supply cap reached"));
        _repay(1, 2_000e6);
    }

    /* HEALTH */

    function testHealthIsAtLeastOneExactlyWhereVenusFindsNoShortfall(uint256 price, uint256 blocks, uint256 vai)
        public
    {
        VaiStandIn controller = new VaiStandIn();
        comptroller._setVAIController(address(controller));
        controller.setOwed(bound(vai, 0, 1_000e18));
        vm.roll(1_000 + bound(blocks, 0, 1_000_000));
        _accrue();
        // Around the edge to the last digits of the oracle's price.
        (,, uint256 owed,) = vUsd.getAccountSnapshot(owner);
        uint256 edge = (owed * 1e12 + controller.owed()) * 1e18 / 8e18;
        oracle.setUnderlyingPrice(address(vWeth), bound(price, edge - edge / 1e12, edge + edge / 1e12));
        (, uint256 liquidity, uint256 shortfall) = comptroller.getAccountLiquidity(owner);
        uint256 health = _health();
        assertTrue((health >= 1e18) == (shortfall == 0), "the sign of Venus's own sum");
        assertTrue(liquidity == 0 || health >= 1e18, "liquidity");
    }

    function testEveryMarketThatTheOwnerIsInCountsAndTheVai() public {
        MockToken other = new MockToken();
        IVTokenForAll vOther = _listMarket(other, 18, 100, 0.5e18);
        other.mint(owner, 10e18);
        vm.startPrank(owner);
        IToken(address(other)).approve(address(vOther), 10e18);
        vOther.mint(10e18);
        assertEq(_health(), 1.2e18, "supplied and not entered: nothing");
        comptroller.enterMarkets(_one(address(vOther)));
        vm.stopPrank();
        assertEq(_health(), uint256(22_100e18) / 18_000, "entered: 500 more");

        VaiStandIn controller = new VaiStandIn();
        comptroller._setVAIController(address(controller));
        controller.setOwed(1_000e18);
        assertEq(_health(), uint256(22_100e18) / 19_000, "1,000 VAI less");
    }

    function testWithoutAPriceNothingIsDone() public {
        oracle.setUnderlyingPrice(address(vWeth), 0);
        bytes memory noPrice = abi.encodeWithSelector(VenusGuard.NoPrice.selector, address(vWeth));
        _repayReverts(_mandate(), 1, 2_000e6, noPrice);
        _topUpReverts(_mandate(), 1, 1e18, noPrice);
    }

    function testAStolenKeyMovesNothingAboveTheTrigger() public {
        _setPrice(vWeth, 2_813, 18);
        assertTrue(_health() >= TRIGGER, "healthy");
        bytes memory not = abi.encodeWithSelector(AmountRule.NotTriggered.selector, _health(), TRIGGER);
        _repayReverts(_mandate(), 1, 2_000e6, not);
        _topUpReverts(_mandate(), 1, 1e18, not);
    }

    /* STEPS */

    function _borrowWeth(uint256 amount) private {
        usd.mint(LENDER, 10_000_000e6);
        vm.startPrank(LENDER);
        IToken(address(usd)).approve(address(vUsd), 10_000_000e6);
        assertEq(vUsd.mint(10_000_000e6), 0, "supplied");
        comptroller.enterMarkets(_one(address(vUsd)));
        assertEq(vWeth.borrow(amount), 0, "borrowed");
        vm.stopPrank();
    }

    function _approveAll() private {
        vm.startPrank(owner);
        IToken(address(usd)).approve(address(guard), 50_000e6);
        vm.stopPrank();
    }
}
