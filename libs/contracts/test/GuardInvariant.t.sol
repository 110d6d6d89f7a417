// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {AaveGuard} from "../solidity/guard/AaveGuard.sol";
import {Mandate} from "../solidity/guard/Mandate.sol";
import {GuardFixture} from "./support/GuardFixture.sol";

/// @notice The moves of everybody involved, in any order, over a loan with a live mandate. Calls that the guard refuses are
/// swallowed; what it must never have done is counted and looked at after each move.
contract Actors is GuardFixture {
    uint256 public movedToLoan;
    uint256 public leftTheWallet;
    uint256 public actionsWithoutMandate;
    uint256 public actionsAboveTrigger;
    uint256 public endedOutsideTheBand;

    bool private _alive = true;
    Mandate private _live;

    constructor() {
        GuardFixture.setUp();
        _live = _mandate();
    }

    function setUp() public override {}

    function keeperRepays(uint256 max) external {
        _act(true, bound(max, 1, 25_000e18));
    }

    function keeperTopsUp(uint256 max) external {
        _act(false, bound(max, 1, 10e18));
    }

    function priceMoves(uint256 price) external {
        venue.setPrice(address(weth), bound(price, 1_800, 3_200));
    }

    function ownerReceivesAndApproves(uint256 usdAmount, uint256 wethAmount) external {
        usd.mint(owner, bound(usdAmount, 0, 5_000e18));
        weth.mint(owner, bound(wethAmount, 0, 2e18));
        vm.startPrank(owner);
        usd.approve(address(guard), usd.balanceOf(owner));
        weth.approve(address(guard), weth.balanceOf(owner));
        vm.stopPrank();
    }

    function ownerBorrowsAgain(uint256 amount) external {
        venue.setDebt(owner, address(usd), _debt() + bound(amount, 0, 8_000e18));
    }

    function ownerRevokes(bool everything) external {
        vm.prank(owner);
        if (everything) guard.revokeAll();
        else guard.revoke(address(weth), address(usd));
        _alive = false;
    }

    function ownerSignsAgain() external {
        Mandate memory m = _mandate();
        m.prev = guard.prevOf(owner, address(weth), address(usd));
        _activate(m);
        (_live, _alive) = (m, true);
    }

    function strangerGivesTokens(uint256 amount) external {
        usd.mint(address(guard), bound(amount, 0, 10));
        weth.mint(address(guard), bound(amount, 0, 10));
    }

    function timePasses(uint256 duration) external {
        vm.warp(block.timestamp + bound(duration, 1, 20 days));
        vm.roll(block.number + 1);
    }

    function allowedToTheVenue() external view returns (uint256) {
        return usd.allowance(address(guard), address(venue)) + weth.allowance(address(guard), address(venue));
    }

    function _act(bool repaying, uint256 max) private {
        uint256 hfBefore = _health();
        uint256 debt = _debt();
        uint256 collateral = _collateral();
        uint256 wallet = repaying ? usd.balanceOf(owner) : weth.balanceOf(owner);
        uint256 approved =
            repaying ? usd.allowance(owner, address(guard)) : weth.allowance(owner, address(guard));
        uint256 gifts = usd.balanceOf(address(guard)) + weth.balanceOf(address(guard));
        if (!_done(repaying, max)) return;

        uint256 left = wallet - (repaying ? usd.balanceOf(owner) : weth.balanceOf(owner));
        leftTheWallet += left;
        movedToLoan += (debt - _debt()) + (_collateral() - collateral);
        if (!_alive || block.timestamp > _live.expiry) actionsWithoutMandate++;
        if (hfBefore >= _live.triggerHf) actionsAboveTrigger++;
        bool exempt = left == (wallet < approved ? wallet : approved) || (repaying && left == debt);
        bool above = _health() > _live.maxHf && !(repaying && left == debt);
        if (above || (_health() < _live.minHf && !exempt)) endedOutsideTheBand++;
        assertEq(usd.balanceOf(address(guard)) + weth.balanceOf(address(guard)), gifts, "the guard's own balances");
    }

    function _done(bool repaying, uint256 max) private returns (bool) {
        Mandate memory m = _live;
        vm.prank(KEEPER);
        if (repaying) {
            try guard.repay(m, 0, max, block.timestamp) { return true; } catch { return false; }
        }
        try guard.topUp(m, 0, max, block.timestamp) { return true; } catch { return false; }
    }
}

contract GuardInvariantTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Actors private _actors;

    function setUp() public {
        _actors = new Actors();
    }

    function targetContracts() public view returns (address[] memory list) {
        list = new address[](1);
        list[0] = address(_actors);
    }

    function excludeSelectors() public view returns (FuzzSelector[] memory list) {
        list = new FuzzSelector[](1);
        list[0] = FuzzSelector(address(_actors), new bytes4[](1));
        list[0].selectors[0] = Actors.setUp.selector;
    }

    function invariantAllThatLeftTheWalletIsInTheLoan() public view {
        require(_actors.leftTheWallet() == _actors.movedToLoan(), "wallet and loan");
    }

    function invariantNothingHappensWithoutALiveMandate() public view {
        require(_actors.actionsWithoutMandate() == 0, "no mandate");
    }

    function invariantNothingHappensAtOrAboveTheTrigger() public view {
        require(_actors.actionsAboveTrigger() == 0, "above the trigger");
    }

    function invariantEveryActionEndsInTheBandOrIsExempt() public view {
        require(_actors.endedOutsideTheBand() == 0, "outside the band");
    }

    function invariantTheVenueMayTakeNothingFromTheGuard() public view {
        require(_actors.allowedToTheVenue() == 0, "allowance");
    }
}
