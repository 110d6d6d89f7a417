// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {MorphoMandate} from "../../solidity/guard/MorphoMandate.sol";
import {Actions} from "../../solidity/guard/Terms.sol";
import {Tally} from "./support/MarketVm.sol";
import {MorphoPlanner} from "./support/MorphoPlanner.sol";

/// @notice Everybody's moves on the real Morpho Blue. A move that finds a promise broken reverts, and with it the test.
contract MorphoMarketActors is MorphoPlanner {
    constructor() {
        _openLoans();
        weth.mint(BYSTANDER, 10e18);
        vm.startPrank(BYSTANDER);
        weth.approve(address(morpho), 10e18);
        morpho.supplyCollateral(market, 10e18, BYSTANDER, "");
        morpho.borrow(market, 10_000e6, 0, BYSTANDER, STRANGER);
        vm.stopPrank();
    }

    function setUp() public override {}

    /* OWNER */

    function ownerFundsAndApproves(uint256 seed, uint256 usdAmount, uint256 wethAmount) external {
        usd.mint(owner, bound(usdAmount, 0, 10_000e6));
        weth.mint(owner, bound(wethAmount, 0, 3e18));
        uint256 tenths = _mix(seed) % 4 == 0 ? _mix(seed) % 11 : 10;
        vm.startPrank(owner);
        usd.approve(address(guard), usd.balanceOf(owner) * tenths / 10);
        weth.approve(address(guard), weth.balanceOf(owner) * tenths / 10);
        vm.stopPrank();
        _letGuardRelease(true);
    }

    function ownerWithdrawsHerAuthorisation(uint256 seed) external {
        if (_mix(seed) % 4 != 0) return;
        _letGuardRelease(false);
    }

    function ownerChangesThePosition(uint256 seed, uint256 amount) external {
        vm.startPrank(owner);
        if (_mix(seed) % 2 == 0) {
            try morpho.borrow(market, bound(amount, 1e6, 5_000e6), 0, owner, STRANGER) {} catch {}
        } else {
            try morpho.withdrawCollateral(market, bound(amount, 1e12, 2e18), owner, STRANGER) {} catch {}
        }
        vm.stopPrank();
    }

    function ownerSignsAgain(uint256 seed, uint256 budget, uint256 band) external {
        uint256 which = _sign(_terms(_mix(seed), budget, band));
        if (_mix(seed) % 3 != 0) _bring(which);
    }

    function ownerRevokes(uint256 seed) external {
        seed = _mix(seed);
        if (seed % 2 == 0) _sign(_next());
        vm.roll(block.number + 1);
        vm.prank(owner);
        if (seed % 8 < 6) guard.revoke(id);
        else guard.revokeAll();
        (place, alive) = (place + 1, false);
        _bring(signed.length - 1);
        _bring((seed >> 8) % signed.length);
    }

    function _terms(uint256 seed, uint256 budget, uint256 band) private view returns (MorphoMandate memory m) {
        m = _next();
        m.fillPerDay = uint128(bound(budget, 500e6, 30_000e6));
        m.maxHf = uint64(bound(band, m.minHf + 3 * INSIDE, MAX_HF));
        m.maxCostBps = uint16(bound(budget >> 128, 0, 500));
        if (seed % 5 == 0) m.expiry = uint40(block.timestamp + bound(band >> 128, 0, 3 days));
        if (seed % 11 == 0) m.actions = uint8(1 + band % 7);
    }

    /* KEEPERS */

    function honestRescues(uint256 seed, uint256 aim) external {
        _comeDue(_mix(seed), aim);
        if (_isDue()) _rescue(aim);
    }

    function honestActs(uint256 seed, uint256 aim) external {
        seed = _mix(seed);
        _comeDue(seed, aim);
        if (_isDue()) _rescueBy(uint8(1 << (seed >> 8) % 3), aim);
    }

    function thiefActs(uint256 seed, uint256 max, uint256 out) external {
        seed = _mix(seed);
        _comeDue(seed, out);
        for (uint256 i = 0; i < 3; i++) _thiefActs(_mix(seed ^ i), max ^ (seed >> i), out ^ (seed >> i));
    }

    /// @dev One field other than what is live.
    function thiefAlters(uint256 seed, uint256 value) external {
        seed = _mix(seed);
        _comeDue(seed, value);
        MorphoMandate memory m = _live();
        bytes32 before_ = keccak256(abi.encode(m));
        uint256 field = seed % 11;
        if (field == 0) m.owner = BYSTANDER;
        else if (field == 1) m.marketId = otherId;
        else if (field == 2) m.actions = uint8(value % 8);
        else if (field == 3) m.triggerHf = uint64(bound(value, 1e18, 10e18));
        else if (field == 4) m.minHf = uint64(bound(value, 1e18, 10e18));
        else if (field == 5) m.maxHf = uint64(bound(value, 1e18, 10e18));
        else if (field == 6) m.maxCostBps = uint16(value % 600);
        else if (field == 7) m.fillPerDay = uint128(value);
        else if (field == 8) m.keepers = address(_newKeepers());
        else if (field == 9) m.expiry = uint40(block.timestamp + value % 1_000 days);
        else m.prev = bytes32(value);
        if (keccak256(abi.encode(m)) == before_) return;
        vm.prank(THIEF);
        (bool done,) = address(guard).call(abi.encodeCall(guard.repay, (m, 0, type(uint256).max, block.timestamp)));
        if (done) revert Broken(2, "an altered mandate executed", field, value);
    }

    function race(uint256 seed, uint256 aim, uint256 max, uint256 out) external {
        seed = _mix(seed);
        _comeDue(seed, max);
        if (!_isDue()) return;
        Move memory plan = _plan(uint8(1 << (seed >> 8) % 3), aim);
        if (plan.max == 0 || !_mustSucceed(plan)) return;
        for (uint256 i = 0; i < 1 + seed % 3; i++) {
            uint256 next = _mix(seed ^ i);
            _thiefActs(next, max ^ (next >> 7), out ^ (next >> 11));
            if (next % 16 == 0) _meddle(next >> 8, max);
        }
        (bool done,) = _attempt(plan);
        if (done || !_isDue()) return;
        if (plan.action == Actions.FILL && _budgetLeft(_live().fillPerDay) < 1e4) return;
        replans++;
        (bool rescued, bool possible) = _rescue(aim);
        if (possible && !rescued) revert Broken(8, "the rescue was blocked", plan.action, plan.max);
    }

    /* AROUND */

    function strangerMeddles(uint256 seed, uint256 amount) external {
        _meddle(_mix(seed), amount);
    }

    function priceMoves(uint256 seed, uint256 target) external {
        _moveHealth(_mix(seed), target);
    }

    function marketMoves(uint256 seed, uint256 gap) external {
        int256 width = _mix(seed) % 8 == 0 ? int256(3_000) : int256(300);
        marketGapBps = int256(bound(gap, 0, uint256(2 * width))) - width;
    }

    function timePasses(uint256 seed, uint256 duration) external {
        vm.warp(block.timestamp + bound(duration, 1, _mix(seed) % 4 == 0 ? 30 days : 1 days));
        vm.roll(block.number + 1);
        if (_mix(seed) % 3 != 0) feed.set(2_700, block.timestamp, block.timestamp);
    }

    function feedBreaks(uint256 seed) external {
        if (_mix(seed) % 4 == 0) feed.set(_mix(seed) % 8 == 0 ? int256(0) : int256(-1), block.timestamp, block.timestamp);
    }

    function removerActs(uint256 seed) external {
        address keeper = _mix(seed) % 4 == 0 ? KEEPER : THIEF;
        if (_mix(seed) % 8 > 3 || removed[address(keepers)][keeper]) return;
        vm.prank(REMOVER);
        keepers.remove(keeper);
        removed[address(keepers)][keeper] = true;
    }

    /* AFTER EVERY RUN */

    function requireGuardEmpty() external view {
        uint256 allowed = usd.allowance(address(guard), address(morpho)) + weth.allowance(address(guard), address(morpho));
        if (allowed != 0) revert Broken(1, "guard's allowance", allowed, 0);
        if (usd.balanceOf(address(guard)) != givenUsd) revert Broken(1, "USD", usd.balanceOf(address(guard)), givenUsd);
        if (weth.balanceOf(address(guard)) != givenWeth) revert Broken(1, "WETH", weth.balanceOf(address(guard)), givenWeth);
    }

    function writeTally() external {
        uint256[6] memory counts = [repays, topUps, fillsDone, rescues, thiefActions, replans];
        Tally.write("Morpho", counts);
    }

    /// @dev Whatever came before, each action saves a loan that is below its trigger.
    function rescueAllWays() external {
        uint8[3] memory order = [Actions.TOP_UP, Actions.REPAY, Actions.FILL];
        for (uint256 i = 0; i < 3; i++) {
            vm.warp(block.timestamp + 1 days);
            keepers = _newKeepers();
            weth.mint(owner, 20e18);
            vm.startPrank(owner);
            weth.approve(address(morpho), type(uint256).max);
            morpho.supplyCollateral(market, 10e18, owner, "");
            vm.stopPrank();
            oracle.set(_price(2_700));
            feed.set(2_700, block.timestamp, block.timestamp);
            morpho.accrueInterest(market);
            (, uint256 debt,) = _standing();
            if (debt < 10_000e6) {
                vm.prank(owner);
                morpho.borrow(market, 10_000e6, 0, owner, STRANGER);
            }
            _fund(40_000e6, 30e18);
            _letGuardRelease(true);
            _signAnew();
            (uint256 hf,,) = _standing();
            oracle.set(oracle.price() * (TRIGGER - 0.01e18) / hf);
            (bool must, bool done) = _rescueBy(order[i], MIN_HF + 0.05e18);
            if (!must || !done) revert Broken(8, "nothing succeeds", order[i], must ? 1 : 0);
        }
    }

    /* INTERNAL */

    function _mix(uint256 seed) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }

    /// @dev Morpho refuses to be told what it knows.
    function _letGuardRelease(bool may) private {
        if (morpho.isAuthorized(owner, address(guard)) == may) return;
        vm.prank(owner);
        morpho.setAuthorization(address(guard), may);
    }

    function _comeDue(uint256 seed, uint256 target) private {
        if ((seed >> 200) % 8 == 0) return;
        morpho.accrueInterest(market);
        if ((seed >> 204) % 2 == 0) feed.set(2_700, block.timestamp, block.timestamp);
        if ((seed >> 205) % 4 == 0) {
            _fund(8_000e6, 2e18);
            _letGuardRelease(true);
        }
        address list = _live().keepers;
        bool fits = _isLive(liveOne) && !removed[list][KEEPER] && !removed[list][THIEF];
        if (!fits && (seed >> 220) % 4 != 0) {
            if (removed[address(keepers)][KEEPER] || removed[address(keepers)][THIEF]) keepers = _newKeepers();
            _signAnew();
        }
        (uint256 hf,,) = _standing();
        if (hf >= TRIGGER) _moveHealth(seed >> 208, target);
    }

    function _moveHealth(uint256 kind, uint256 target) private {
        (uint256 hf,,) = _standing();
        if (hf == 0 || hf > 100e18) return;
        uint256 wanted = bound(target, kind % 8 == 0 ? 0.9e18 : 1.0005e18, kind % 4 == 0 ? MAX_HF + 0.1e18 : TRIGGER + 0.001e18);
        oracle.set(bound(oracle.price() * wanted / hf, _price(10), _price(1_000_000)));
    }

    function _meddle(uint256 kind, uint256 amount) private {
        if (kind % 5 == 0) {
            usd.mint(address(guard), 1);
            weth.mint(address(guard), 1);
            (givenUsd, givenWeth) = (givenUsd + 1, givenWeth + 1);
            usd.mint(owner, 1);
            weth.mint(owner, 1);
        } else if (kind % 5 == 1) {
            weth.mint(STRANGER, 1e15);
            vm.startPrank(STRANGER);
            weth.approve(address(morpho), 1e15);
            morpho.supplyCollateral(market, bound(amount, 1, 1e15), owner, "");
            vm.stopPrank();
        } else if (kind % 5 == 2) {
            usd.mint(STRANGER, 100e6);
            vm.startPrank(STRANGER);
            usd.approve(address(morpho), 100e6);
            try morpho.repay(market, bound(amount, 1, 100e6), 0, owner, "") {} catch {}
            vm.stopPrank();
        } else {
            _bring((kind >> 8) % signed.length);
        }
    }

    function _thiefActs(uint256 seed, uint256 max, uint256 out) private {
        Move memory move;
        move.which = seed % 8 != 0 ? liveOne : (seed >> 16) % signed.length;
        move.action = uint8(1 << (seed >> 32) % 3);
        move.sender = (seed >> 48) % 16 == 0 ? STRANGER : THIEF;
        move.deadline = seed % 16 == 1 ? block.timestamp - 1 : block.timestamp + (seed >> 40) % 1_000;
        MorphoMandate memory m = signed[move.which].m;
        (uint256 hf, uint256 debt,) = _standing();
        uint256 how = (seed >> 64) % 6;
        if (how == 0) move.max = bound(max, 0, 10);
        else if (how == 1) move.max = bound(max, 1, debt + 2);
        else if (how == 2) move.max = bound(max, debt, type(uint120).max);
        else if (how == 5 || hf == type(uint256).max) move.max = debt;
        else move.max = _size(m, move.action, how == 3 ? uint256(m.minHf) - 1e13 + max % 3e13 : uint256(m.maxHf) - 1e13 + max % 2e13);
        if ((seed >> 80) % 4 == 0) move.min = (seed >> 82) % 2 == 0 ? move.max : bound(seed >> 96, 0, move.max);
        how = (seed >> 72) % 6;
        if (how == 5) move.out = type(uint256).max;
        else if (how > 0 && move.max < 2 ** 100) move.out = how < 3 ? _worth(m, move.max) : how == 3 ? _worth(m, move.max) + 1 : out % (2 * _worth(m, move.max) + 10);
        _attempt(move);
    }
}

contract MorphoMarketInvariantsTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    MorphoMarketActors private _actors;

    function setUp() public {
        _actors = new MorphoMarketActors();
    }

    function targetContracts() public view returns (address[] memory list) {
        list = new address[](1);
        list[0] = address(_actors);
    }

    function excludeSelectors() public view returns (FuzzSelector[] memory list) {
        list = new FuzzSelector[](1);
        list[0] = FuzzSelector(address(_actors), new bytes4[](3));
        list[0].selectors[0] = MorphoMarketActors.rescueAllWays.selector;
        list[0].selectors[1] = MorphoMarketActors.setUp.selector;
        list[0].selectors[2] = MorphoMarketActors.writeTally.selector;
    }

    /// forge-config: default.invariant.runs = 100
    /// forge-config: default.invariant.depth = 50
    /// forge-config: long.invariant.runs = 10000
    /// forge-config: long.invariant.depth = 50
    function invariantThePromisesHold() public view {
        _actors.requireGuardEmpty();
    }

    /// @dev After every run. A guard that refuses everything keeps all the promises but this one.
    function afterInvariant() public {
        _actors.writeTally();
        _actors.rescueAllWays();
    }
}
