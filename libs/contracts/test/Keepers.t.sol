// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IFeed} from "../solidity/interfaces/IFeed.sol";
import {Keepers} from "../solidity/Keepers.sol";
import {Assertions} from "./support/Vm.sol";

contract KeepersTest is Assertions {
    address private constant REMOVER = address(0x0FF);
    address private constant LANE = address(0x1A);
    address private constant FILLER = address(0xF1);
    address private constant STRANGER = address(0x57A6);

    Keepers private keepers = new Keepers(REMOVER, _list(LANE, FILLER), _list(LANE), new Keepers.PairFeeds[](0), IFeed(address(0)));

    function testTheListIsTheConstructors() public view {
        assertTrue(keepers.isKeeper(LANE) && keepers.isKeeper(FILLER), "listed");
        assertTrue(!keepers.isKeeper(REMOVER) && !keepers.isKeeper(STRANGER), "not listed");
        assertTrue(keepers.mayRemoveItself(LANE) && !keepers.mayRemoveItself(FILLER), "self-removing");
        assertTrue(keepers.remover() == REMOVER, "remover");
    }

    function testTheRemoverRemovesAnyoneForGood() public {
        vm.expectEmit(address(keepers));
        emit Keepers.Removed(FILLER, REMOVER);
        vm.startPrank(REMOVER);
        keepers.remove(FILLER);
        keepers.remove(LANE);
        vm.stopPrank();
        assertTrue(!keepers.isKeeper(FILLER) && !keepers.isKeeper(LANE), "removed");
    }

    function testAMarkedKeeperRemovesItself() public {
        vm.prank(LANE);
        keepers.remove(LANE);
        assertTrue(!keepers.isKeeper(LANE), "removed");
    }

    function testAnUnmarkedKeeperDoesNotRemoveItself() public {
        _refused(FILLER, FILLER);
    }

    function testAKeeperDoesNotRemoveAnother() public {
        _refused(LANE, FILLER);
    }

    function testAStrangerRemovesNobody() public {
        _refused(STRANGER, LANE);
        _refused(STRANGER, STRANGER);
    }

    function testRemovingTwiceReverts() public {
        vm.startPrank(REMOVER);
        keepers.remove(LANE);
        vm.expectRevert(abi.encodeWithSelector(Keepers.NotListed.selector, LANE));
        keepers.remove(LANE);
        vm.stopPrank();
    }

    function testAContractCannotBeMarked() public {
        vm.expectRevert(abi.encodeWithSelector(Keepers.NotExternallyOwned.selector, address(this)));
        new Keepers(REMOVER, _list(address(this)), _list(address(this)), new Keepers.PairFeeds[](0), IFeed(address(0)));
    }

    function testOnlyListedAccountsCanBeMarked() public {
        vm.expectRevert(abi.encodeWithSelector(Keepers.NotListed.selector, STRANGER));
        new Keepers(REMOVER, _list(LANE), _list(STRANGER), new Keepers.PairFeeds[](0), IFeed(address(0)));
    }

    function testNobodyIsListedTwice() public {
        vm.expectRevert(abi.encodeWithSelector(Keepers.ListedTwice.selector, LANE));
        new Keepers(REMOVER, _list(LANE, LANE), _list(LANE), new Keepers.PairFeeds[](0), IFeed(address(0)));
    }

    function testTheZeroAddressIsNeitherKeeperNorRemover() public {
        vm.expectRevert(Keepers.ZeroAddress.selector);
        new Keepers(REMOVER, _list(address(0)), new address[](0), new Keepers.PairFeeds[](0), IFeed(address(0)));
        vm.expectRevert(Keepers.ZeroAddress.selector);
        new Keepers(address(0), _list(LANE), new address[](0), new Keepers.PairFeeds[](0), IFeed(address(0)));
    }

    function _refused(address caller, address keeper) private {
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(Keepers.MayNotRemove.selector, caller, keeper));
        keepers.remove(keeper);
    }

    function _list(address a) private pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = a;
    }

    function _list(address a, address b) private pure returns (address[] memory list) {
        list = new address[](2);
        (list[0], list[1]) = (a, b);
    }
}
