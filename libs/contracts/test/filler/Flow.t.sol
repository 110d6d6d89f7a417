// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {AaveFiller} from "../../solidity/filler/AaveFiller.sol";
import {Filler} from "../../solidity/filler/Filler.sol";
import {FillAction} from "../../solidity/guard/FillAction.sol";
import {AmountRule} from "../../solidity/libraries/AmountRule.sol";
import {MockVenue} from "../support/MockVenue.sol";
import {FillerFixture} from "./FillerFixture.sol";
import {TrickyLender} from "./MockLenders.sol";
import {MockRouter} from "./MockRouter.sol";

/// @notice A whole fill: 5,400 USD borrowed and repaid, 2.01 WETH sold for 5,427 USD, 10 USD for the keeper, the rest for the owner.
contract FillerFlowTest is FillerFixture {
    /* BOTH LENDERS */

    function testAFillWithAavesLoanLeavesNothingBehind() public {
        _fills(AAVE, AAVE_PREMIUM);
    }

    function testAFillWithMorphosLoanLeavesNothingBehind() public {
        _fills(MORPHO, 0);
    }

    function _fills(uint8 lender, uint256 premium) private {
        uint256 surplus = SOLD_FOR - LOAN - premium - KEEPS;
        vm.expectEmit(address(filler));
        emit Filler.Filled(guard.hashMandate(live), KEEPER, OUT, SOLD_FOR, premium, KEEPS, surplus);
        _run(_order(lender));

        assertEq(_debt(), DEBT - LOAN - surplus, "debt");
        assertEq(_collateral(), 10e18 - OUT, "collateral");
        assertEq(usd.balanceOf(KEEPER), KEEPS, "the keeper's");
        assertEq(usd.balanceOf(owner), WALLET_USD, "the owner's wallet");
        assertEq(router.minimumSeen(), LOAN + premium + KEEPS, "minimum of the sale");
        assertTrue(_health() >= MIN_HF && _health() <= MAX_HF, "in the band");
        _assertNothingLeft();
    }

    function testASecondFillInTheSameBlockIsNotTriggered() public {
        _run(_order(AAVE));
        _reverts(_order(MORPHO), abi.encodeWithSelector(AmountRule.NotTriggered.selector, _health(), TRIGGER));
    }

    function testSellsOverTwoHopsToo() public {
        AaveFiller.Order memory o = _order(AAVE);
        o.path = abi.encodePacked(address(weth), uint24(500), address(0xDA1), uint24(100), address(usd));
        _run(o);
        assertTrue(keccak256(router.pathSeen()) == keccak256(o.path), "path");
        _assertNothingLeft();
    }

    function testWithoutAnythingForTheKeeperAllIsTheOwners() public {
        AaveFiller.Order memory o = _order(MORPHO);
        o.keeps = 0;
        _run(o);
        assertEq(usd.balanceOf(KEEPER), 0, "the keeper's");
        assertEq(_debt(), DEBT - SOLD_FOR, "debt");
        _assertNothingLeft();
    }

    /* WHAT THE SALE MUST BRING */

    function testTheKeeperMayAskForAllThatTheSaleBrings() public {
        AaveFiller.Order memory o = _order(AAVE);
        o.keeps = SOLD_FOR - LOAN - AAVE_PREMIUM;
        _run(o);
        assertEq(usd.balanceOf(KEEPER), o.keeps, "the keeper's");
        assertEq(_debt(), DEBT - LOAN, "debt");
        _assertNothingLeft();
    }

    function testTheKeeperMayNotAskForMore() public {
        AaveFiller.Order memory o = _order(AAVE);
        o.keeps = SOLD_FOR - LOAN - AAVE_PREMIUM + 1;
        _reverts(o, abi.encodeWithSelector(MockRouter.TooLittle.selector, SOLD_FOR, SOLD_FOR + 1));
    }

    function testASaleBelowTheLoanReverts() public {
        router.setPrice(2_600);
        bytes memory tooLittle =
            abi.encodeWithSelector(MockRouter.TooLittle.selector, OUT * 2_600, LOAN + AAVE_PREMIUM + KEEPS);
        _reverts(_order(AAVE), tooLittle);
    }

    function testARouterThatGivesJustWhatIsNeededIsEnough() public {
        router.setKeepsBack(SOLD_FOR - LOAN - AAVE_PREMIUM - KEEPS);
        _run(_order(AAVE));
        assertEq(_debt(), DEBT - LOAN, "debt");
        _assertNothingLeft();
    }

    function testARouterThatGivesLessThanItPromisedReverts() public {
        uint256 needed = LOAN + AAVE_PREMIUM + KEEPS;
        router.setKeepsBack(SOLD_FOR - needed + 1);
        _reverts(_order(AAVE), abi.encodeWithSelector(Filler.SwapTooSmall.selector, needed - 1, needed));
    }

    function testWhatTheGuardDoesNotTakeOfTheLoanPaysItBack() public {
        venue.setDebt(owner, address(usd), 4_000e18);
        venue.script(1.1e18, type(uint256).max);
        AaveFiller.Order memory o = _order(AAVE);
        _run(o);
        uint256 out = OUT * 4_000 / 5_400;
        uint256 surplus = out * 2_700 - 4_000e18 - AAVE_PREMIUM - KEEPS;
        assertEq(router.minimumSeen(), 4_000e18 + AAVE_PREMIUM + KEEPS, "minimum of the sale");
        assertEq(_debt(), 0, "debt");
        assertEq(usd.balanceOf(owner), WALLET_USD + surplus, "the surplus of a debt that is gone");
        _assertNothingLeft();
    }

    /* WHAT IS LEFT OVER */

    function testASurplusBeyondTheDebtGoesToTheWallet() public {
        // After the fill 5 units are owed.
        venue.setDebt(owner, address(usd), LOAN + 5);
        venue.script(1.1e18, 1.3e18);
        _run(_order(MORPHO));
        assertEq(_debt(), 0, "debt");
        assertEq(usd.balanceOf(owner), WALLET_USD + SOLD_FOR - LOAN - KEEPS - 5, "wallet");
        _assertNothingLeft();
    }

    function testASurplusThatTheVenueRefusesGoesToTheWallet() public {
        pool.setRefusesBelow(1_000e18);
        _run(_order(AAVE));
        assertEq(_debt(), DEBT - LOAN, "debt");
        assertEq(usd.balanceOf(owner), WALLET_USD + SOLD_FOR - LOAN - AAVE_PREMIUM - KEEPS, "wallet");
        _assertNothingLeft();
    }

    function testCollateralThatTheRouterLeavesGoesToTheOwner() public {
        router.setLeaves(0.001e18);
        _run(_order(AAVE));
        assertEq(weth.balanceOf(owner), WALLET_WETH + 0.001e18, "wallet");
        assertEq(_debt(), DEBT - (SOLD_FOR - 2.7e18) + AAVE_PREMIUM + KEEPS, "debt");
        _assertNothingLeft();
    }

    /* GIFTS */

    function testAStrangersUnitOfEachTokenIsNoObstacle() public {
        for (uint8 lender = AAVE; lender <= MORPHO; lender++) {
            uint256 state = vm.snapshotState();
            usd.mint(address(filler), 1);
            weth.mint(address(filler), 1);
            pool.give(address(weth), address(filler), 1);
            uint256 premium = lender == AAVE ? AAVE_PREMIUM : 0;
            _run(_order(lender));
            assertEq(_debt(), DEBT - SOLD_FOR - 2 * 2_700 - 1 + premium + KEEPS, "debt");
            _assertNothingLeft();
            vm.revertToState(state);
        }
    }

    function testALargeGiftIsTheOwnersToo() public {
        usd.mint(address(filler), 6_000e18);
        weth.mint(address(filler), 1e18);
        AaveFiller.Order memory o = _order(AAVE);
        _run(o);
        assertEq(router.minimumSeen(), 0, "nothing needed of the sale");
        assertEq(_debt(), DEBT - SOLD_FOR - 8_700e18 + AAVE_PREMIUM + KEEPS, "debt");
        _assertNothingLeft();
    }

    function testAGiftOfTheDebtsReceiptsStaysWithoutHarm() public {
        pool.give(address(usd), address(filler), 3);
        _run(_order(AAVE));
        assertEq(_debt(), DEBT - SOLD_FOR + AAVE_PREMIUM + KEEPS, "debt");
    }

    /* WHAT OTHERS SAY COMES THROUGH */

    function testTheGuardsErrorComesThrough() public {
        AaveFiller.Order memory o = _order(AAVE);
        o.out = 2.03e18;
        _reverts(o, abi.encodeWithSelector(FillAction.CostTooHigh.selector, 2.03e18, 2.02e18));
    }

    function testTheVenuesErrorComesThrough() public {
        venue.refuse(42);
        _reverts(_order(MORPHO), abi.encodeWithSelector(MockVenue.VenueSaysNo.selector, 42));
    }

    function testTheLendersErrorComesThrough() public {
        morpho.setRefuses();
        _reverts(_order(MORPHO), abi.encodeWithSelector(TrickyLender.LenderSaysNo.selector));
        pool.setRefuses();
        _reverts(_order(AAVE), abi.encodeWithSelector(TrickyLender.LenderSaysNo.selector));
    }
}
