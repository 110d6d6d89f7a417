// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {AaveFiller} from "../../solidity/filler/AaveFiller.sol";
import {Aim} from "../../solidity/filler/Aim.sol";
import {Filler} from "../../solidity/filler/Filler.sol";
import {IFeed} from "../../solidity/interfaces/IFeed.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";
import {Keepers} from "../../solidity/Keepers.sol";
import {OneLoan} from "./support/OneLoan.sol";

/// @notice Attacks that go through the filler, with the real Aave as lender and the real Uniswap v3 as market.
contract FillerAttacksTest is OneLoan {
    /// @dev Uniswap's pool of WETH and USDC of the local chain stands at 3,000: so must the oracle.
    function setUp() public override {
        super.setUp();
        _borrow(usdc, live.owner, 2_500e6);
        assertTrue(_health(live.owner) < live.triggerHf, "below the trigger at 3,000");
    }

    /// @dev What the attacks are measured against: an honest order.
    function testAnOrderOfAKeeperIsFilled() public {
        uint256 before_ = _health(live.owner);
        AaveFiller.Order memory order = _order(_fillTo(1.3e18));
        vm.prank(HONEST);
        filler.fill(order);
        assertTrue(_health(live.owner) > before_ && _health(live.owner) >= live.minHf, "saved");
        for (uint256 i = 0; i < assets.length; i++) {
            assertEq(IToken(assets[i]).balanceOf(address(filler)), 0, "the filler holds nothing");
            assertEq(IToken(assets[i]).balanceOf(address(guard)), 0, "the guard holds nothing");
        }
    }

    /// @dev The filler has no list of its own: a key taken off the keepers' list is off both ways.
    function testRemovedKeeperThroughTheFiller() public {
        vm.prank(REMOVER);
        keepers.remove(THIEF);
        AaveFiller.Order memory order = _order(_fillTo(1.3e18));
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(Filler.NotKeeper.selector, THIEF, address(keepers)));
        filler.fill(order);
        (bool done, bytes memory data) = _fillBy(THIEF, order.max, order.out);
        _fails(done, data, "NotKeeper(address,address)");
        vm.prank(HONEST);
        filler.fill(order);
    }

    function testARemovedFillerFillsNothing() public {
        vm.prank(REMOVER);
        keepers.remove(address(filler));
        AaveFiller.Order memory order = _order(_fillTo(1.3e18));
        vm.prank(HONEST);
        vm.expectPartialRevert(bytes4(keccak256("NotKeeper(address,address)")));
        filler.fill(order);
        (bool done, bytes memory data) = _fillBy(HONEST, order.max, order.out);
        _passes(done, data);
    }

    /// @dev A thief who could have the filler call `keepers.remove(filler)` would take the rescues' ordinary way out of use.
    function testFillerRemovingItself() public {
        AaveFiller.Order memory order = _order(_fillTo(1.3e18));
        address[6] memory routers = [address(keepers), usdc, weth, address(pool), address(guard), address(filler)];
        for (uint256 i = 0; i < routers.length; i++) {
            order.router = routers[i];
            vm.prank(THIEF);
            vm.expectRevert(abi.encodeWithSelector(Filler.UnknownRouter.selector, routers[i]));
            filler.fill(order);
        }
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(Keepers.MayNotRemove.selector, THIEF, address(filler)));
        keepers.remove(address(filler));
        assertTrue(keepers.isKeeper(address(filler)) && !keepers.mayRemoveItself(address(filler)), "still listed");

        address[] memory one = new address[](1);
        one[0] = address(filler);
        vm.expectRevert(abi.encodeWithSelector(Keepers.NotExternallyOwned.selector, address(filler)));
        new Keepers(REMOVER, one, one, new Keepers.PairFeeds[](0), IFeed(address(0)));
    }

    /// @dev A thief takes the whole wallet first, which is exempt from the band; a repayment worked out in the transaction
    /// itself is not stopped by it, nor by a gift.
    function testFuzzTheWalletUsedUpFirst(uint256 collateral, uint256 aim) public {
        _approve(weth, live.owner, address(guard), bound(collateral, 1e14, 3e17));
        (bool done,) = _topUpBy(THIEF, type(uint256).max);
        if (_health(live.owner) >= live.triggerHf) return;
        assertTrue(done, "the thief acts first");
        AaveFiller.Order memory order = _order(12_000e6);
        // The DAI that the account owes as well.
        Aim memory target = Aim(bound(aim, live.minHf + 0.01e18, 1.4e18), 2_000e6, 8_250, live.maxCostBps);
        vm.prank(HONEST);
        filler.fillTowards(order, target);
        assertTrue(_health(live.owner) >= live.minHf && _health(live.owner) <= live.maxHf, "in the band");
    }

    function _order(uint256 max) private view returns (AaveFiller.Order memory order) {
        order.m = live;
        order.max = max;
        order.out = _ceiling(max);
        order.deadline = block.timestamp + 60;
        order.router = swapRouter;
        order.path = abi.encodePacked(weth, uint24(500), usdc);
    }
}
