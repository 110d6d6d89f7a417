// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Aim} from "../../solidity/filler/Aim.sol";
import {Filler} from "../../solidity/filler/Filler.sol";
import {MorphoFiller} from "../../solidity/filler/MorphoFiller.sol";
import {SwapPath} from "../../solidity/filler/SwapPath.sol";
import {MorphoMandate} from "../../solidity/guard/MorphoMandate.sol";
import {Actions} from "../../solidity/guard/Terms.sol";
import {IMorphoGuardFill} from "../../solidity/interfaces/IGuardFill.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";
import {IFeed} from "../../solidity/interfaces/IFeed.sol";
import {Keepers} from "../../solidity/Keepers.sol";
import {MockToken, NoReturnToken} from "../support/MockTokens.sol";
import {Assertions} from "../support/Vm.sol";
import {LendingVenue} from "./MockLenders.sol";
import {MockMorphoMarket, StandInGuard} from "./MockMorphoMarket.sol";
import {MockRouter} from "./MockRouter.sol";

/// @notice What differs from the filler of Aave: the market instead of the pair, collateral paid in its own token, debt in shares.
/// A share is worth about 1.1e-6 of an asset; the owner owes 20,000 USD.
contract MorphoFillerTest is Assertions {
    address private constant KEEPER = address(0x1EE9);
    address private constant OWNER = address(0xA11CE);
    uint256 private constant LOAN = 5_400e18;
    uint256 private constant OUT = 2.01e18;
    uint256 private constant SOLD_FOR = 5_427e18;
    uint256 private constant KEEPS = 10e18;
    uint256 private constant AAVE_PREMIUM = 2.7e18;
    uint8 private constant AAVE = 0;
    uint8 private constant MORPHO = 1;

    MockToken private weth;
    MockToken private usd;
    MockMorphoMarket private market;
    LendingVenue private pool;
    MockRouter private router;
    StandInGuard private guard;
    MorphoFiller private filler;
    Keepers private keepers;

    function setUp() public {
        weth = new MockToken();
        usd = MockToken(address(new NoReturnToken()));
        market = new MockMorphoMarket();
        pool = new LendingVenue();
        router = new MockRouter();
        guard = new StandInGuard(market, address(usd), address(weth));
        address[] memory routers = new address[](1);
        routers[0] = address(router);
        filler = new MorphoFiller(IMorphoGuardFill(address(guard)), routers, address(pool));
        address[] memory list = new address[](2);
        (list[0], list[1]) = (KEEPER, address(filler));
        keepers = new Keepers(address(0xFF), list, new address[](0), new Keepers.PairFeeds[](0), IFeed(address(0)));
        market.open(address(usd), address(weth), 1_100_000e18, 1_000_000e24);
        _owe(20_000e18);
    }

    function _owe(uint256 assets) private {
        market.setShares(OWNER, uint128(assets * 1_000_000e24 / 1_100_000e18));
    }

    function _order(uint8 lender) private view returns (MorphoFiller.Order memory) {
        MorphoMandate memory m = MorphoMandate({
            owner: OWNER,
            marketId: market.ID(),
            actions: Actions.FILL,
            triggerHf: 1.2e18,
            minHf: 1.21e18,
            maxHf: 1.5e18,
            maxCostBps: 100,
            fillPerDay: 15_000e18,
            keepers: address(keepers),
            expiry: type(uint40).max,
            prev: bytes32(0)
        });
        return MorphoFiller.Order({
            m: m,
            min: 1,
            max: LOAN,
            out: OUT,
            deadline: block.timestamp,
            lender: lender,
            router: address(router),
            path: abi.encodePacked(address(weth), uint24(500), address(usd)),
            keeps: KEEPS
        });
    }

    function _run(MorphoFiller.Order memory o) private {
        vm.prank(KEEPER);
        filler.fill(o);
    }

    function _assertNothingLeft() private view {
        address[4] memory spenders = [address(guard), address(router), address(market), address(pool)];
        assertEq(usd.balanceOf(address(filler)) + weth.balanceOf(address(filler)), 0, "balance of the filler");
        for (uint256 i = 0; i < spenders.length; i++) {
            assertEq(IToken(address(usd)).allowance(address(filler), spenders[i]), 0, "allowance of the debt");
            assertEq(IToken(address(weth)).allowance(address(filler), spenders[i]), 0, "allowance of the collateral");
        }
    }

    function testKnowsItsGuardAndLenders() public {
        assertTrue(address(filler.guard()) == address(guard), "guard");
        assertTrue(address(filler.morpho()) == address(market), "lender 1");
        assertTrue(address(filler.aavePool()) == address(pool), "lender 0");
        vm.expectRevert(abi.encodeWithSelector(Filler.NotContract.selector, address(0xDEAD)));
        new MorphoFiller(IMorphoGuardFill(address(0xDEAD)), new address[](0), address(pool));
    }

    function testAFillWithMorphosLoanLeavesNothingBehind() public {
        _fills(MORPHO, 0);
    }

    function testAFillWithAavesLoanLeavesNothingBehind() public {
        _fills(AAVE, AAVE_PREMIUM);
    }

    function _fills(uint8 lender, uint256 premium) private {
        uint256 before = market.debtOf(OWNER);
        uint256 surplus = SOLD_FOR - LOAN - premium - KEEPS;
        MorphoFiller.Order memory o = _order(lender);
        vm.expectEmit(address(filler));
        emit Filler.Filled(guard.hashMandate(o.m), KEEPER, OUT, SOLD_FOR, premium, KEEPS, surplus);
        _run(o);
        uint256 fell = before - market.debtOf(OWNER);
        assertTrue(fell + 2 >= LOAN + surplus && fell <= LOAN + surplus, "debt");
        assertEq(usd.balanceOf(KEEPER), KEEPS, "the keeper's");
        assertEq(usd.balanceOf(OWNER), 0, "wallet");
        _assertNothingLeft();
    }

    /// @dev After the guard's part so much is owed as the surplus, give or take a unit: in assets it is refused or leaves a rest.
    function testASurplusAboutAsLargeAsTheDebtRepaysItAndTheRestGoesToTheWallet() public {
        uint256 surplus = SOLD_FOR - LOAN - KEEPS;
        for (uint256 i = 0; i <= 4; i++) {
            uint256 state = vm.snapshotState();
            _owe(LOAN + surplus - 2 + i);
            _run(_order(MORPHO));
            uint256 owes = market.debtOf(OWNER);
            uint256 wallet = usd.balanceOf(OWNER);
            assertTrue(owes <= 3 && wallet <= 3 && (owes == 0 || wallet == 0), "one of them is left");
            _assertNothingLeft();
            vm.revertToState(state);
        }
    }

    function testASurplusBeyondTheDebtGoesToTheWallet() public {
        _owe(LOAN);
        _run(_order(MORPHO));
        assertEq(market.debtOf(OWNER), 0, "debt");
        assertTrue(usd.balanceOf(OWNER) >= SOLD_FOR - LOAN - KEEPS - 2_700, "wallet");
        _assertNothingLeft();
    }

    function testASurplusThatMorphoRefusesGoesToTheWallet() public {
        // The stand-in repays through the same function: the sale is when Morpho begins to refuse.
        router.setAct(address(market), abi.encodeCall(market.setRefusesRepayments, ()));
        _run(_order(MORPHO));
        assertEq(usd.balanceOf(OWNER), SOLD_FOR - LOAN - KEEPS, "wallet");
        _assertNothingLeft();
    }

    function testAnUnknownMarketHasNoPath() public {
        MorphoFiller.Order memory o = _order(MORPHO);
        o.m.marketId = keccak256("another market");
        vm.prank(KEEPER);
        vm.expectRevert(abi.encodeWithSelector(SwapPath.PathBegins.selector, address(weth), address(0)));
        filler.fill(o);
    }

    function testOnlyAKeeperOfTheMandateMayOrder() public {
        MorphoFiller.Order memory o = _order(MORPHO);
        vm.expectRevert(abi.encodeWithSelector(Filler.NotKeeper.selector, address(this), address(keepers)));
        filler.fill(o);
    }

    function testAStrangersUnitIsNoObstacle() public {
        usd.mint(address(filler), 1);
        weth.mint(address(filler), 1);
        _run(_order(AAVE));
        _assertNothingLeft();
    }

    /* AIMED AT A HEALTH: 20,000 USD owed at 1.1 */

    function testAnAimedFillBorrowsWhatReachesItsAim() public {
        MorphoFiller.Order memory o = _order(MORPHO);
        (o.max, o.out) = (10_800e18, 4.02e18);
        uint256 debt = market.debtOf(OWNER);
        // D (T - H) / (T - L (1 + c)), with L = 0.86 and c = 0.5%.
        uint256 amount = debt * (1.2e18 - 1.1e18) / (1.2e18 - 0.8643e18) + 1;
        vm.prank(KEEPER);
        filler.fillTowards(o, Aim(1.2e18, 0, 8_600, 50));
        uint256 out = o.out * amount / o.max;
        uint256 fell = debt - market.debtOf(OWNER);
        assertTrue(fell + 2_702 >= out * 2_700 - KEEPS && fell <= out * 2_700 - KEEPS + 2_700, "debt");
        _assertNothingLeft();
    }

    function testAnAimedRepaymentAsksTheGuardForWhatReachesItsAim() public {
        MorphoFiller.Order memory o = _order(MORPHO);
        uint256 debt = market.debtOf(OWNER);
        vm.prank(KEEPER);
        filler.repayTowards(o.m, 1, type(uint256).max, block.timestamp, Aim(1.2e18, 0, 8_600, 0));
        assertEq(guard.repaidMax(), (debt * 0.1e18 + 1.2e18 - 1) / 1.2e18, "amount");
    }

    function testOnlyAKeeperOfTheMandateAims() public {
        MorphoFiller.Order memory o = _order(MORPHO);
        bytes memory refusal =
            abi.encodeWithSelector(Filler.NotKeeper.selector, address(this), address(keepers));
        vm.expectRevert(refusal);
        filler.fillTowards(o, Aim(1.2e18, 0, 8_600, 50));
        vm.expectRevert(refusal);
        filler.repayTowards(o.m, 1, 1e18, block.timestamp, Aim(1.2e18, 0, 8_600, 0));
    }
}
