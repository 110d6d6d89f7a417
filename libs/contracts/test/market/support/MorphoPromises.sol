// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {MorphoMandate} from "../../../solidity/guard/MorphoMandate.sol";
import {Actions} from "../../../solidity/guard/Terms.sol";
import {IMorphoMarkets} from "../../../solidity/interfaces/IMorphoMarkets.sol";
import {IToken} from "../../../solidity/interfaces/IToken.sol";
import {Keepers} from "../../../solidity/Keepers.sol";
import {IFeed} from "../../../solidity/interfaces/IFeed.sol";
import {MorphoFixture, SettableOracle} from "../../morpho/MorphoFixture.sol";

/// @notice One owner's loan on the real Morpho Blue, and another loan of hers in another market of the same two tokens, which the
/// guard's authorisation on Morpho covers as well and no mandate names; what the tests keep beside the contracts, and the promises
/// about one call of a keeper. A promise that does not hold, by its number in the list of invariants, reverts with `Broken`.
abstract contract MorphoPromises is MorphoFixture {
    error Broken(uint256 invariant, string what, uint256 got, uint256 bound);

    struct Move {
        uint256 which;
        uint8 action;
        address sender;
        uint256 min;
        uint256 max;
        uint256 out;
        uint256 deadline;
    }

    struct Seen {
        uint256 hf;
        uint256 debt;
        uint256 collateral;
        uint256 usdWallet;
        uint256 wethWallet;
        uint256 available;
        uint256 releasable;
        uint256 senderUsd;
        uint256 senderWeth;
        uint256 borrowShares;
        bytes32 guardState;
        bytes32 elsewhere;
    }

    struct Expected {
        uint256 amount;
        uint256 out;
        bool inFull;
        bool mayEndBelow;
        /// As in `Watch`: nothing to release and nothing asked for.
        bool gift;
    }

    struct Signed {
        MorphoMandate m;
        uint256 place;
    }

    uint256 internal constant FULL = 1e18;
    address internal constant THIEF = address(0x7817F);
    address internal constant BYSTANDER = address(0xB57);

    IMorphoMarkets.MarketParams internal otherMarket;
    bytes32 internal otherId;
    Signed[] internal signed;
    /// @dev How often the chain of mandates has moved, whether one is alive, and which.
    uint256 internal place;
    bool internal alive;
    uint256 internal liveOne;
    uint256 internal usedShare;
    uint256 internal countedAt;
    int256 internal marketGapBps;
    int256 internal lost;
    uint256 internal repaidValue;
    int256 internal worstRate;
    mapping(address list => mapping(address keeper => bool)) internal removed;
    uint256 internal givenUsd;
    uint256 internal givenWeth;

    uint256 public repays;
    uint256 public topUps;
    uint256 public fillsDone;
    uint256 public rescues;
    uint256 public thiefActions;
    uint256 public replans;

    function _openLoans() internal {
        MorphoFixture.setUp();
        SettableOracle other = new SettableOracle();
        (otherMarket, otherId) = _open(other, 0.9e18);
        _borrow(otherMarket, 10e18, 22_000e6);
        _authorise();
        keepers = _newKeepers();
        _signAnew();
    }

    function _newKeepers() internal returns (Keepers) {
        address[] memory who = new address[](2);
        (who[0], who[1]) = (KEEPER, THIEF);
        return new Keepers(REMOVER, who, new address[](0), _pairs(), IFeed(address(0)));
    }

    /* MANDATES */

    function _next() internal view returns (MorphoMandate memory m) {
        m = _mandate();
        m.keepers = address(keepers);
        m.expiry = uint40(block.timestamp + 180 days);
        m.prev = guard.prevOf(owner, id);
    }

    function _sign(MorphoMandate memory m) internal returns (uint256 which) {
        which = signed.length;
        signed.push(Signed(m, place));
    }

    function _signAnew() internal {
        uint256 which = _sign(_next());
        _bring(which);
        require(alive && liveOne == which, "activation");
    }

    /// @dev Brings a signed mandate to the chain; the ghost knows whether it may come alive.
    function _bring(uint256 which) internal {
        bytes memory signature = _signature(signed[which].m, OWNER_KEY);
        vm.prank(STRANGER);
        try guard.activate(signed[which].m, signature) {
            if (signed[which].place != place) revert Broken(10, "an old draft came alive", signed[which].place, place);
            (place, alive, liveOne) = (place + 1, true, which);
        } catch {}
    }

    function _isLive(uint256 which) internal view returns (bool) {
        return alive && liveOne == which && block.timestamp <= signed[which].m.expiry;
    }

    function _live() internal view returns (MorphoMandate memory) {
        return signed[liveOne].m;
    }

    /* BUDGET */

    function _usedNow() internal view returns (uint256) {
        uint256 refilled = (block.timestamp - countedAt) * FULL / 1 days;
        return usedShare > refilled ? usedShare - refilled : 0;
    }

    function _budgetLeft(uint256 perDay) internal view returns (uint256) {
        return perDay * (FULL - _usedNow()) / FULL;
    }

    /* THE PROMISES */

    function _check01GuardKeepsNothing() internal view {
        uint256 allowed = usd.allowance(address(guard), address(morpho)) + weth.allowance(address(guard), address(morpho));
        if (allowed != 0) revert Broken(1, "guard's allowance", allowed, 0);
        if (usd.balanceOf(address(guard)) != givenUsd || weth.balanceOf(address(guard)) != givenWeth) {
            revert Broken(1, "guard's balance", usd.balanceOf(address(guard)), givenUsd);
        }
    }

    function _check03Price(MorphoMandate memory m, Expected memory x) internal view {
        uint256 paidOut = x.out * oracle.price() * 10_000;
        uint256 ceiling = x.amount * 1e36 * (10_000 + m.maxCostBps);
        if (paidOut > ceiling) revert Broken(3, "paid out above the ceiling", paidOut, ceiling);
    }

    /// @dev Values in units of the loan token scaled by 1e12. The market's price of the collateral is beside the oracle's.
    function _check04MarketLoss(MorphoMandate memory m, Seen memory b, Seen memory a, Expected memory x) internal {
        uint256 market_ = oracle.price() / 1e12 * uint256(10_000 + marketGapBps) / 10_000;
        int256 loss = int256((b.collateral - a.collateral) * market_ / 1e12) - int256((b.debt - a.debt) * 1e12);
        int256 rate = int256((10_000 + uint256(m.maxCostBps)) * uint256(10_000 + marketGapBps) * 1e10 + 1) - int256(FULL);
        int256 tolerance = 3e12;
        if (loss > rate * int256(x.amount) / 1e6 + tolerance) {
            revert Broken(4, "market loss of a fill", uint256(loss), x.amount);
        }
        if (repaidValue == 0 || rate > worstRate) worstRate = rate;
        lost += loss - tolerance;
        repaidValue += x.amount;
        if (lost > worstRate * int256(repaidValue) / 1e6) revert Broken(4, "market loss of all fills", uint256(lost), repaidValue);
    }

    function _check05ExactFlows(Move memory move, Seen memory b, Seen memory a, Expected memory x) internal pure {
        if (x.amount == 0 || x.amount < move.min) revert Broken(5, "amount below the least", x.amount, move.min);
        if (move.action == Actions.TOP_UP) {
            if (b.wethWallet - a.wethWallet != x.amount) revert Broken(5, "wallet outflow", b.wethWallet - a.wethWallet, x.amount);
            if (a.collateral != b.collateral + x.amount) revert Broken(5, "collateral added", a.collateral, b.collateral);
            if (a.debt != b.debt || a.usdWallet != b.usdWallet) revert Broken(5, "debt or other token moved", a.debt, b.debt);
            return;
        }
        if (a.debt + x.amount > b.debt + 1) revert Broken(3, "debt fell", b.debt - a.debt, x.amount);
        if (x.inFull && a.borrowShares != 0) revert Broken(3, "repaid in full", a.borrowShares, 0);
        if (a.wethWallet != b.wethWallet) revert Broken(5, "another token moved", a.wethWallet, b.wethWallet);
        if (move.action == Actions.REPAY) {
            if (b.usdWallet - a.usdWallet != x.amount) revert Broken(5, "wallet outflow", b.usdWallet - a.usdWallet, x.amount);
            if (a.collateral != b.collateral) revert Broken(5, "collateral moved by REPAY", a.collateral, b.collateral);
            return;
        }
        if (a.usdWallet != b.usdWallet) revert Broken(5, "wallet moved by FILL", a.usdWallet, b.usdWallet);
        if (b.senderUsd - a.senderUsd != x.amount) revert Broken(3, "paid by the keeper", b.senderUsd - a.senderUsd, x.amount);
        if (b.collateral - a.collateral != x.out || a.senderWeth - b.senderWeth != x.out) {
            revert Broken(3, "collateral released", b.collateral - a.collateral, x.out);
        }
    }

    function _check06Band(MorphoMandate memory m, Seen memory b, Seen memory a, Expected memory x) internal pure {
        if (a.hf <= b.hf) revert Broken(6, "health did not rise", a.hf, b.hf);
        if (a.hf < m.minHf && !x.mayEndBelow) revert Broken(6, "ended below the band", a.hf, m.minHf);
        if (a.hf > m.maxHf && !x.inFull) revert Broken(6, "ended above the band", a.hf, m.maxHf);
    }

    /// @dev The other market, what is lent in this one, and everybody else's position stay as they are.
    function _check09NothingElseMoves(Move memory move, Seen memory b, Seen memory a) internal pure {
        if (a.elsewhere != b.elsewhere) revert Broken(9, "another position moved", 0, 0);
        if (a.borrowShares > b.borrowShares) revert Broken(9, "debt rose", a.borrowShares, b.borrowShares);
        if (move.action == Actions.TOP_UP && a.borrowShares != b.borrowShares) revert Broken(9, "debt moved", 0, 0);
    }

    function _check10Budget(MorphoMandate memory m, uint256 amount) internal {
        uint256 used = _usedNow() + (amount * FULL + m.fillPerDay - 1) / m.fillPerDay;
        if (used > FULL + 1) revert Broken(10, "more than the bucket holds", used, FULL);
        (usedShare, countedAt) = (_least(used, FULL), block.timestamp);
        (,,,,, uint128 stored) = guard.position(owner, id);
        if (stored != usedShare) revert Broken(10, "share used", stored, usedShare);
    }

    function _check11Alive(Move memory move, MorphoMandate memory m) internal view {
        if (!_isLive(move.which)) revert Broken(11, "a dead mandate executed", move.which, block.timestamp);
        if (removed[m.keepers][move.sender] || (move.sender != KEEPER && move.sender != THIEF)) {
            revert Broken(11, "not a keeper any more", uint160(move.sender), 0);
        }
        if (block.timestamp > move.deadline) revert Broken(11, "after its deadline", block.timestamp, move.deadline);
        if (m.actions & move.action == 0) revert Broken(11, "an action not signed", move.action, m.actions);
    }

    function _check15PriceGood() internal view {
        if (!_priceGood()) revert Broken(15, "filled on a bad price", feed.updatedAt(), block.timestamp);
    }

    /// @dev Aged at most the heartbeat and a tenth.
    function _priceGood() internal view returns (bool) {
        return feed.answer() > 0 && block.timestamp - feed.updatedAt() <= 3_960;
    }

    function _least(uint256 a, uint256 b) internal pure returns (uint256) {
        return a < b ? a : b;
    }
}
