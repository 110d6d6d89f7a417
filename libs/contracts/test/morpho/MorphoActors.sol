// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {MorphoMandate} from "../../solidity/guard/MorphoMandate.sol";
import {Actions} from "../../solidity/guard/Terms.sol";
import {IMorphoMarkets} from "../../solidity/interfaces/IMorphoMarkets.sol";
import {IMorphoOracle} from "../../solidity/interfaces/IMorpho.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";
import {MorphoFixture, SettableOracle} from "./MorphoFixture.sol";

/// @notice Everybody's moves over one loan on the real Morpho Blue, with a second loan of the same owner in another market of the same
/// tokens. Each call of the keeper is held against the rules, written down here a second time: what it did, and what it refused. A
/// move that finds a promise broken reverts, and with it the test.
contract MorphoActors is MorphoFixture {
    error Broken(string what, uint256 a, uint256 b);

    uint256 private constant FILL_PER_DAY = 15_000e6;
    uint256 private constant COST_BPS = 100;
    /// How near to a bound of the band no verdict is given on what should have been allowed: a unit of rounding decides there.
    uint256 private constant HAIR = 1e12;

    uint256 public repayments;
    uint256 public topUps;
    uint256 public fills;

    MorphoMandate private _live;
    bool private _alive = true;
    bytes32 private _otherId;
    bytes32 private _otherStanding;
    uint256[] private _filledAt;
    uint256[] private _filled;

    struct Sight {
        uint256 health;
        uint256 debt;
        uint256 collateral;
        uint256 walletUsd;
        uint256 walletWeth;
        uint256 keeperUsd;
        uint256 keeperWeth;
        uint256 budget;
        uint256 releasable;
    }

    constructor() {
        MorphoFixture.setUp();
        _live = _mandate();
        SettableOracle other = new SettableOracle();
        IMorphoMarkets.MarketParams memory params;
        (params, _otherId) = _open(other, 0.9e18);
        _borrow(params, 10e18, 22_000e6);
        _otherStanding = _standing();
        _authorise();
        usd.mint(KEEPER, 1e15);
        vm.prank(KEEPER);
        IToken(address(usd)).approve(address(guard), type(uint256).max);
    }

    function setUp() public override {}

    /* THE KEEPER, honest or not: it is the same key */

    function keeperActs(uint8 action, uint256 max, uint256 out) external {
        action = _action(action);
        max = bound(max, 1, action == Actions.TOP_UP ? 20e18 : 40_000e6);
        _act(action, max, bound(out, 0, 12e18));
    }

    /// @dev The amount that brings the health to about `target`, with the collateral at the cost given for a fill.
    function keeperActsTowards(uint8 action, uint256 target, uint256 bps) public {
        action = _action(action);
        target = bound(target, MIN_HF, MAX_HF);
        morpho.accrueInterest(market);
        uint256 price = IMorphoOracle(market.oracle).price();
        uint256 weighted = _weighted(_collateral());
        uint256 owed = _debt();
        if (weighted * 1e18 >= target * owed) return;
        if (action == Actions.REPAY) _act(action, owed - weighted * 1e18 / target, 0);
        if (action == Actions.TOP_UP) _act(action, _ceil(target * owed / 1e18 - weighted, price), 0);
        if (action == Actions.FILL) {
            bps = bound(bps, 0, COST_BPS + 5);
            uint256 taken = LLTV * (10_000 + bps) / 10_000;
            uint256 amount = (target * owed - weighted * 1e18) / (target - taken) + 1;
            if (amount > owed) amount = owed;
            _act(action, amount, amount * (10_000 + bps) * 1e36 / price / 10_000);
        }
    }

    /* THE OTHERS */

    function priceMoves(uint256 usdPerWeth) external {
        oracle.set(_price(bound(usdPerWeth, 1_400, 3_200)));
    }

    function timePasses(uint256 elapsed) external {
        vm.warp(block.timestamp + bound(elapsed, 1, 10 days));
        feed.set(2_700, block.timestamp, block.timestamp);
    }

    function ownerFundsTheWallet(uint256 usdAmount, uint256 wethAmount) public {
        usd.mint(owner, bound(usdAmount, 0, 8_000e6));
        weth.mint(owner, bound(wethAmount, 0, 3e18));
        vm.startPrank(owner);
        IToken(address(usd)).approve(address(guard), usd.balanceOf(owner));
        IToken(address(weth)).approve(address(guard), weth.balanceOf(owner) - weth.balanceOf(owner) / 7);
        vm.stopPrank();
    }

    function ownerAuthorises(bool authorised) public {
        if (morpho.isAuthorized(owner, address(guard)) == authorised) return;
        vm.prank(owner);
        morpho.setAuthorization(address(guard), authorised);
    }

    function ownerBorrows(uint256 amount) external {
        vm.prank(owner);
        try morpho.borrow(market, bound(amount, 1, 5_000e6), 0, owner, STRANGER) {} catch {}
    }

    function ownerRevokes(bool everything) external {
        vm.prank(owner);
        if (everything) guard.revokeAll();
        else guard.revoke(id);
        _alive = false;
    }

    function ownerSignsAgain() public {
        MorphoMandate memory m = _mandate();
        m.expiry = uint40(block.timestamp + 30 days);
        m.prev = guard.prevOf(owner, id);
        _activate(m);
        (_live, _alive) = (m, true);
    }

    function strangerRepays(uint256 amount) external {
        amount = bound(amount, 1, 500e6);
        if (amount >= _debt()) return;
        usd.mint(STRANGER, amount);
        vm.startPrank(STRANGER);
        IToken(address(usd)).approve(address(morpho), amount);
        morpho.repay(market, amount, 0, owner, "");
        vm.stopPrank();
    }

    function strangerGives(uint256 amount, bool toTheGuard) external {
        weth.mint(toTheGuard ? address(guard) : owner, bound(amount, 1, 0.01e18));
        usd.mint(toTheGuard ? address(guard) : owner, 1);
        if (toTheGuard) _giftsUsd += 1;
        if (toTheGuard) _giftsWeth = weth.balanceOf(address(guard));
    }

    uint256 private _giftsUsd;
    uint256 private _giftsWeth;

    /* ONE CALL AND THE RULES */

    function _act(uint8 action, uint256 max, uint256 out) private {
        morpho.accrueInterest(market);
        Sight memory a = _see();
        bool done = _call(action, max, out);
        if (!done) {
            if (_allowed(a, action, max, out)) revert Broken("refused though the rules allow it", action, max);
            return;
        }
        Sight memory b = _see();
        if (!_alive || block.timestamp > _live.expiry) revert Broken("no mandate", action, block.timestamp);
        if (a.health >= TRIGGER) revert Broken("above the trigger", a.health, TRIGGER);
        if (b.health <= a.health) revert Broken("no better", a.health, b.health);
        if (action == Actions.REPAY) _checkRepayment(a, b);
        if (action == Actions.TOP_UP) _checkTopUp(a, b);
        if (action == Actions.FILL) _checkFill(a, b);
        requireKept();
    }

    function _checkRepayment(Sight memory a, Sight memory b) private {
        repayments++;
        uint256 moved = a.walletUsd - b.walletUsd;
        if (b.debt > a.debt - moved + 1 || b.debt + moved < a.debt) revert Broken("debt", a.debt - b.debt, moved);
        if (b.collateral != a.collateral || b.walletWeth != a.walletWeth) revert Broken("else moved", 2, 0);
        bool inFull = b.debt == 0;
        _checkBand(b.health, inFull || moved == _availableThen(a.walletUsd, _allowanceBefore), inFull);
    }

    function _checkTopUp(Sight memory a, Sight memory b) private {
        topUps++;
        uint256 moved = a.walletWeth - b.walletWeth;
        if (b.collateral != a.collateral + moved) revert Broken("collateral", b.collateral - a.collateral, moved);
        if (b.debt != a.debt || b.walletUsd != a.walletUsd) revert Broken("else moved", 1, 0);
        _checkBand(b.health, moved == _availableThen(a.walletWeth, _allowanceBefore), false);
    }

    function _checkFill(Sight memory a, Sight memory b) private {
        fills++;
        uint256 paid = a.keeperUsd - b.keeperUsd;
        uint256 out = b.keeperWeth - a.keeperWeth;
        if (b.debt > a.debt - paid + 1) revert Broken("debt", a.debt - b.debt, paid);
        if (a.collateral - b.collateral != out) revert Broken("collateral", a.collateral - b.collateral, out);
        if (a.walletUsd != b.walletUsd || a.walletWeth != b.walletWeth) revert Broken("the wallet moved", 4, 0);
        uint256 worth = out * IMorphoOracle(market.oracle).price() / 1e36;
        if (worth > paid * (10_000 + COST_BPS) / 10_000) revert Broken("cost", worth, paid);
        bool inFull = b.debt == 0;
        _checkBand(b.health, inFull || paid == a.budget || out == a.releasable, inFull);
        _filledAt.push(block.timestamp);
        _filled.push(paid);
        uint256 ofADay;
        for (uint256 i = _filled.length; i > 0 && _filledAt[i - 1] + 1 days > block.timestamp; i--) {
            ofADay += _filled[i - 1];
        }
        if (ofADay > 2 * FILL_PER_DAY) revert Broken("two budgets a day", ofADay, FILL_PER_DAY);
    }

    function _checkBand(uint256 health, bool mayEndBelow, bool mayEndAbove) private pure {
        if (health < MIN_HF && !mayEndBelow) revert Broken("below the band", health, MIN_HF);
        if (health > MAX_HF && !mayEndAbove) revert Broken("above the band", health, MAX_HF);
    }

    /// @dev Whether the rules, Morpho's among them, let the call through; never true within a hair of a bound.
    function _allowed(Sight memory a, uint8 action, uint256 max, uint256 out) private view returns (bool) {
        if (!_alive || block.timestamp > _live.expiry || a.health >= TRIGGER) return false;
        if (action == Actions.FILL) return _fillAllowed(a, max, out);
        bool repaying = action == Actions.REPAY;
        uint256 available = _availableThen(repaying ? a.walletUsd : a.walletWeth, _allowanceBefore);
        uint256 amount = max < available ? max : available;
        if (repaying && a.debt < amount) amount = a.debt;
        if (amount == 0) return false;
        uint256 owed = repaying ? a.debt - amount : a.debt;
        uint256 health = _healthOf(repaying ? a.collateral : a.collateral + amount, owed);
        return _endsWell(a, health, owed == 0 || amount == available, owed == 0);
    }

    function _fillAllowed(Sight memory a, uint256 max, uint256 out) private view returns (bool) {
        uint256 amount = max < a.budget ? max : a.budget;
        if (a.debt < amount) amount = a.debt;
        if (amount == 0) return false;
        if (amount != max) out = out * amount / max;
        if (a.releasable == 0 && out != 0) return false;
        if (out > a.releasable) (amount, out) = ((a.releasable * amount + out - 1) / out, a.releasable);
        if (out * IMorphoOracle(market.oracle).price() / 1e36 * 10_000 + 20_000 > amount * (10_000 + COST_BPS)) return false;
        uint256 owed = a.debt - amount;
        uint256 health = _healthOf(a.collateral - out, owed);
        if (health < 1e18 + HAIR) return false;
        return _endsWell(a, health, owed == 0 || amount == a.budget || out == a.releasable, owed == 0);
    }

    function _endsWell(Sight memory a, uint256 health, bool mayEndBelow, bool mayEndAbove) private pure returns (bool) {
        return health > a.health + HAIR && (health > MIN_HF + HAIR || mayEndBelow)
            && (health < MAX_HF - HAIR || mayEndAbove);
    }

    /// @dev What holds at any time: the other market untouched, the guard as strangers left it, nothing approved to Morpho.
    function requireKept() public view {
        if (_standing() != _otherStanding) revert Broken("the other market", 0, 0);
        if (usd.balanceOf(address(guard)) != _giftsUsd || weth.balanceOf(address(guard)) != _giftsWeth) {
            revert Broken("the guard's balances", usd.balanceOf(address(guard)), weth.balanceOf(address(guard)));
        }
        if (usd.allowance(address(guard), address(morpho)) + weth.allowance(address(guard), address(morpho)) != 0) {
            revert Broken("approved to Morpho", 0, 0);
        }
    }

    /// @dev Whatever came before: on a loan below its trigger each action goes through.
    function rescueAllWays() external {
        ownerAuthorises(true);
        uint8[3] memory order = [Actions.TOP_UP, Actions.REPAY, Actions.FILL];
        for (uint256 i; i < 3; i++) {
            vm.warp(block.timestamp + 1 days);
            feed.set(2_700, block.timestamp, block.timestamp);
            morpho.accrueInterest(market);
            _leaveALoan();
            ownerFundsTheWallet(8_000e6, 3e18);
            ownerSignsAgain();
            uint256 before_ = repayments + topUps + fills;
            keeperActsTowards(order[i], 1.3e18, 50);
            if (repayments + topUps + fills != before_ + 1) revert Broken("nothing succeeds", order[i], _health());
        }
    }

    /* READING */

    uint256 private _allowanceBefore;

    /// @dev A loan of about 20,000 at a health of 1.15.
    function _leaveALoan() private {
        oracle.set(_price(3_000));
        uint256 held = _collateral();
        uint256 owed = _debt();
        weth.mint(owner, 20e18);
        vm.startPrank(owner);
        IToken(address(weth)).approve(address(morpho), 20e18);
        if (held < 10e18) morpho.supplyCollateral(market, 10e18 - held, owner, "");
        if (owed < 20_000e6) morpho.borrow(market, 20_000e6 - owed, 0, owner, STRANGER);
        weth.transfer(STRANGER, weth.balanceOf(owner));
        vm.stopPrank();
        (held, owed) = (_collateral(), _debt());
        oracle.set(owed * 1e36 / held * 115 / 86);
    }

    function _see() private view returns (Sight memory s) {
        s.debt = _owed();
        s.collateral = _collateral();
        s.health = _healthOf(s.collateral, s.debt);
        s.walletUsd = usd.balanceOf(owner);
        s.walletWeth = weth.balanceOf(owner);
        s.keeperUsd = usd.balanceOf(KEEPER);
        s.keeperWeth = weth.balanceOf(KEEPER);
        s.budget = guard.preview(_live).budgetLeft;
        if (morpho.isAuthorized(owner, address(guard))) s.releasable = s.collateral;
    }

    /// @dev What Morpho would take for all the shares, of its own totals: rounded up.
    function _owed() private view returns (uint256) {
        (, uint256 shares,) = morpho.position(id, owner);
        (,, uint256 assets, uint256 total,,) = morpho.market(id);
        return (shares * (assets + 1) + total + 1e6 - 1) / (total + 1e6);
    }

    function _weighted(uint256 collateral) private view returns (uint256) {
        return collateral * IMorphoOracle(market.oracle).price() / 1e36 * LLTV / 1e18;
    }

    function _healthOf(uint256 collateral, uint256 owed) private view returns (uint256) {
        return owed == 0 ? type(uint256).max : _weighted(collateral) * 1e18 / owed;
    }

    function _standing() private view returns (bytes32) {
        (uint256 supplyShares, uint128 borrowShares, uint128 collateral) = morpho.position(_otherId, owner);
        return keccak256(abi.encode(supplyShares, borrowShares, collateral));
    }

    function _call(uint8 action, uint256 max, uint256 out) private returns (bool done) {
        MorphoMandate memory m = _live;
        _allowanceBefore = (action == Actions.REPAY ? usd : weth).allowance(owner, address(guard));
        bytes memory data = action == Actions.REPAY
            ? abi.encodeCall(guard.repay, (m, 0, max, block.timestamp))
            : action == Actions.TOP_UP
                ? abi.encodeCall(guard.topUp, (m, 0, max, block.timestamp))
                : abi.encodeCall(guard.fill, (m, 0, max, out, block.timestamp));
        vm.prank(KEEPER);
        (done,) = address(guard).call(data);
    }

    function _availableThen(uint256 balance, uint256 allowance) private pure returns (uint256) {
        return balance < allowance ? balance : allowance;
    }

    function _action(uint8 given) private pure returns (uint8) {
        return uint8(1) << (given % 3);
    }

    /// @dev Collateral that counts for `value`, rounded up.
    function _ceil(uint256 value, uint256 price) private pure returns (uint256) {
        return value * 1e18 / LLTV * 1e36 / price + 1;
    }
}
