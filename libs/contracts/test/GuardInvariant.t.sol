// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {AaveGuard} from "../solidity/guard/AaveGuard.sol";
import {Mandate} from "../solidity/guard/Mandate.sol";
import {GuardFixture} from "./support/GuardFixture.sol";
import {MockToken} from "./support/MockTokens.sol";

/// @notice The moves of everybody involved, in any order, over a loan with a live mandate. What the guard did and must not
/// have done is counted, and so is what it refused though the rules allow it; both are looked at after each move.
contract Actors is GuardFixture {
    uint256 public movedToLoan;
    uint256 public leftTheWallet;
    uint256 public actionsWithoutMandate;
    uint256 public actionsAboveTrigger;
    uint256 public endedOutsideTheBand;
    uint256 public refusedThoughAllowed;
    uint256 public repayments;
    uint256 public topUps;

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

    /// @dev An honest keeper's call: the amount that brings the health to about `target`.
    function keeperRepaysTowards(uint256 target) external {
        uint256 wanted = _weighted(_collateral()) * 1e18 / bound(target, MIN_HF, MAX_HF);
        if (wanted < _debt()) _act(true, _debt() - wanted);
    }

    function keeperTopsUpTowards(uint256 target) external {
        uint256 wanted = _debt() * bound(target, MIN_HF, MAX_HF) / _weighted(1e18);
        if (wanted > _collateral()) _act(false, wanted - _collateral());
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

    function ownerSignsAgain() public {
        Mandate memory m = _mandate();
        m.expiry = uint40(block.timestamp + 180 days);
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

    /// @dev Whatever came before: a loan below its trigger, a mandate and a full wallet are enough for a rescue.
    function rescueBothWays() external {
        ownerSignsAgain();
        _fund(WALLET_USD, WALLET_WETH);
        venue.setPrice(address(weth), 2_700);
        venue.open(owner, address(weth), 10e18, address(usd), DEBT);
        _act(true, 3_000e18);
        venue.open(owner, address(weth), 10e18, address(usd), DEBT);
        _act(false, 2e18);
    }

    struct Before {
        uint256 health;
        uint256 debt;
        uint256 collateral;
        uint256 wallet;
        uint256 available;
        uint256 gifts;
        bool allowed;
    }

    function _act(bool repaying, uint256 max) private {
        Before memory b = _before(repaying, max);
        if (!_done(repaying, max)) {
            if (b.allowed) refusedThoughAllowed++;
            return;
        }
        if (repaying) repayments++;
        else topUps++;

        uint256 left = b.wallet - (repaying ? usd.balanceOf(owner) : weth.balanceOf(owner));
        leftTheWallet += left;
        movedToLoan += (b.debt - _debt()) + (_collateral() - b.collateral);
        if (!_alive || block.timestamp > _live.expiry) actionsWithoutMandate++;
        if (b.health >= _live.triggerHf) actionsAboveTrigger++;
        if (!_mayEndAt(b, repaying, left, _health())) endedOutsideTheBand++;
        assertEq(usd.balanceOf(address(guard)) + weth.balanceOf(address(guard)), b.gifts, "the guard's own balances");
    }

    function _before(bool repaying, uint256 max) private view returns (Before memory b) {
        MockToken token = repaying ? usd : weth;
        (b.health, b.debt, b.collateral) = (_health(), _debt(), _collateral());
        b.wallet = token.balanceOf(owner);
        uint256 approved = token.allowance(owner, address(guard));
        b.available = b.wallet < approved ? b.wallet : approved;
        b.gifts = usd.balanceOf(address(guard)) + weth.balanceOf(address(guard));

        uint256 amount = max < b.available ? max : b.available;
        if (repaying && b.debt < amount) amount = b.debt;
        uint256 owed = repaying ? b.debt - amount : b.debt;
        uint256 held = repaying ? b.collateral : b.collateral + amount;
        uint256 hfAfter = owed == 0 ? type(uint256).max : _weighted(held) * 1e18 / owed;
        b.allowed = _alive && block.timestamp <= _live.expiry && b.health < _live.triggerHf && amount > 0
            && _mayEndAt(b, repaying, amount, hfAfter);
    }

    /// @dev The rules of the band, written down a second time.
    function _mayEndAt(Before memory b, bool repaying, uint256 amount, uint256 hfAfter) private view returns (bool) {
        bool inFull = repaying && amount == b.debt;
        bool all = inFull || amount == b.available;
        return hfAfter > b.health && (hfAfter >= _live.minHf || all) && (hfAfter <= _live.maxHf || inFull);
    }

    /// @dev What counts of that much collateral, as the venue reckons.
    function _weighted(uint256 collateral) private view returns (uint256) {
        return collateral * venue.priceOf(address(weth)) * venue.liquidationThresholdBps() / 10_000;
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
        list[0] = FuzzSelector(address(_actors), new bytes4[](2));
        list[0].selectors[0] = Actors.setUp.selector;
        list[0].selectors[1] = Actors.rescueBothWays.selector;
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

    function invariantNothingThatTheRulesAllowIsRefused() public view {
        require(_actors.refusedThoughAllowed() == 0, "refused");
    }

    /// @dev After every run. A guard that refuses everything keeps all the other invariants.
    function afterInvariant() public {
        uint256 repayments = _actors.repayments();
        uint256 topUps = _actors.topUps();
        _actors.rescueBothWays();
        require(_actors.repayments() == repayments + 1 && _actors.topUps() == topUps + 1, "nothing succeeds");
    }

    function invariantTheVenueMayTakeNothingFromTheGuard() public view {
        require(_actors.allowedToTheVenue() == 0, "allowance");
    }
}
