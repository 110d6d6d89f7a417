// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {AaveFiller} from "../../solidity/filler/AaveFiller.sol";
import {Filler} from "../../solidity/filler/Filler.sol";
import {SwapPath} from "../../solidity/filler/SwapPath.sol";
import {MandateRegistry} from "../../solidity/guard/MandateRegistry.sol";
import {IAaveGuardFill} from "../../solidity/interfaces/IGuardFill.sol";
import {FillerFixture} from "./FillerFixture.sol";
import {MockRouter} from "./MockRouter.sol";

/// @notice Who may order and what: each check of the filler on both sides of its bound.
contract FillerOrderTest is FillerFixture {
    address private constant NOBODY = address(0xDEAD);

    /* DEPLOYING */

    function testKnowsItsGuardLendersAndRouters() public view {
        assertTrue(address(filler.guard()) == address(guard), "guard");
        assertTrue(address(filler.aavePool()) == address(venue), "lender 0");
        assertTrue(address(filler.morpho()) == address(morpho), "lender 1");
        assertTrue(filler.isRouter(address(router)), "router");
        assertTrue(!filler.isRouter(address(guard)), "no router");
    }

    function testGuardRoutersAndLendersMustBeContracts() public {
        bytes memory notContract = abi.encodeWithSelector(Filler.NotContract.selector, NOBODY);
        vm.expectRevert(notContract);
        new AaveFiller(IAaveGuardFill(NOBODY), _one(address(router)), address(morpho));
        vm.expectRevert(notContract);
        new AaveFiller(IAaveGuardFill(address(guard)), _one(NOBODY), address(morpho));
        vm.expectRevert(notContract);
        new AaveFiller(IAaveGuardFill(address(guard)), _one(address(router)), NOBODY);
    }

    /* WHO */

    function testOnlyAKeeperOfTheMandateMayOrder() public {
        AaveFiller.Order memory o = _order(AAVE);
        address[3] memory others = [STRANGER, owner, address(guard)];
        for (uint256 i = 0; i < others.length; i++) {
            vm.prank(others[i]);
            vm.expectRevert(abi.encodeWithSelector(Filler.NotKeeper.selector, others[i], address(keepers)));
            filler.fill(o);
        }
    }

    function testAKeeperRemovedFromTheListCannotUseTheFiller() public {
        vm.prank(REMOVER);
        keepers.remove(KEEPER);
        _reverts(_order(AAVE), abi.encodeWithSelector(Filler.NotKeeper.selector, KEEPER, address(keepers)));
    }

    function testARemovedFillerCanFillNothing() public {
        vm.prank(REMOVER);
        keepers.remove(address(filler));
        bytes memory notKeeper =
            abi.encodeWithSelector(MandateRegistry.NotKeeper.selector, address(filler), address(keepers));
        _reverts(_order(MORPHO), notKeeper);
    }

    function testTheFillerItselfMayNotOrderThoughItIsListed() public {
        assertTrue(keepers.isKeeper(address(filler)), "listed");
        vm.prank(address(filler));
        vm.expectRevert(abi.encodeWithSelector(Filler.CalledByItself.selector));
        filler.fill(_order(AAVE));
    }

    function testTheFillerCannotBeMarkedToRemoveItself() public view {
        assertTrue(!keepers.mayRemoveItself(address(filler)), "marked");
    }

    /* WHEN */

    function testFillsInTheDeadlinesLastSecond() public {
        vm.warp(DEADLINE);
        _run(_order(AAVE));
    }

    function testDoesNotFillASecondLater() public {
        vm.warp(DEADLINE + 1);
        _reverts(_order(AAVE), abi.encodeWithSelector(Filler.DeadlinePassed.selector, DEADLINE, DEADLINE + 1));
    }

    /* WHERE */

    function testOnlyRoutersOfTheListAreCalled() public {
        AaveFiller.Order memory o = _order(AAVE);
        address[5] memory others =
            [address(new MockRouter()), address(keepers), address(guard), address(usd), address(0)];
        for (uint256 i = 0; i < others.length; i++) {
            o.router = others[i];
            _reverts(o, abi.encodeWithSelector(Filler.UnknownRouter.selector, others[i]));
        }
    }

    function testThereIsNoThirdLender() public {
        AaveFiller.Order memory o = _order(2);
        _reverts(o, abi.encodeWithSelector(Filler.UnknownLender.selector, 2));
        o.lender = 255;
        _reverts(o, abi.encodeWithSelector(Filler.UnknownLender.selector, 255));
    }

    function testWithoutAMorphoThereIsNoSecondLender() public {
        filler = new AaveFiller(IAaveGuardFill(address(guard)), _one(address(router)), address(0));
        keepers = _keepersWith(address(filler));
        live.keepers = address(keepers);
        _makeLive(live);
        _reverts(_order(MORPHO), abi.encodeWithSelector(Filler.UnknownLender.selector, 1));
        _run(_order(AAVE));
    }

    /* THE PATH */

    function testAPathHasOneHopOrTwo() public {
        AaveFiller.Order memory o = _order(AAVE);
        bytes memory hop = abi.encodePacked(uint24(500), address(usd));
        bytes[7] memory wrong = [
            bytes(""),
            abi.encodePacked(address(weth)),
            abi.encodePacked(address(weth), uint24(500), bytes19(bytes20(address(usd)))),
            abi.encodePacked(address(weth), hop, bytes1(0)),
            abi.encodePacked(address(weth), hop, uint24(500), bytes19(bytes20(address(usd)))),
            abi.encodePacked(address(weth), hop, hop, bytes1(0)),
            abi.encodePacked(address(weth), hop, hop, hop)
        ];
        for (uint256 i = 0; i < wrong.length; i++) {
            o.path = wrong[i];
            _reverts(o, abi.encodeWithSelector(SwapPath.PathLength.selector, wrong[i].length));
        }
    }

    function testAPathBeginsWithTheCollateral() public {
        AaveFiller.Order memory o = _order(AAVE);
        o.path = abi.encodePacked(address(usd), uint24(500), address(usd));
        _reverts(o, abi.encodeWithSelector(SwapPath.PathBegins.selector, address(usd), address(weth)));
    }

    function testAPathEndsWithTheDebt() public {
        AaveFiller.Order memory o = _order(AAVE);
        o.path = abi.encodePacked(address(weth), uint24(500), address(usd), uint24(500), address(weth));
        _reverts(o, abi.encodeWithSelector(SwapPath.PathEnds.selector, address(weth), address(usd)));
    }
}
