// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {MorphoGuard} from "../../solidity/guard/MorphoGuard.sol";
import {MorphoMandate} from "../../solidity/guard/MorphoMandate.sol";
import {IMorphoMarkets} from "../../solidity/interfaces/IMorphoMarkets.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";
import {MorphoFixture, SettableOracle} from "./MorphoFixture.sol";

/// @notice An owner with a loan in each of two markets of the same two tokens, the guard authorised on Morpho (which covers both),
/// and a mandate for the first market alone. A thief holds the keeper's key.
contract ThiefOnMorpho is MorphoFixture {
    bytes32 public otherId;
    IMorphoMarkets.MarketParams private _otherMarket;
    SettableOracle private _otherOracle;
    bytes32 public untouched;
    uint256 public succeeded;

    constructor() {
        MorphoFixture.setUp();
        _otherOracle = new SettableOracle();
        (_otherMarket, otherId) = _open(_otherOracle, 0.9e18);
        _borrow(_otherMarket, 10e18, 22_000e6);
        _authorise();
        untouched = standing();
    }

    function setUp() public override {}

    /// @dev All that Morpho keeps of the owner in the other market.
    function standing() public view returns (bytes32) {
        (uint256 supplyShares, uint128 borrowShares, uint128 collateral) = morpho.position(otherId, owner);
        return keccak256(abi.encode(supplyShares, borrowShares, collateral));
    }

    function left() external view returns (uint256) {
        return usd.balanceOf(address(guard)) + weth.balanceOf(address(guard))
            + usd.allowance(address(guard), address(morpho)) + weth.allowance(address(guard), address(morpho));
    }

    function pricesMove(uint256 first, uint256 second) public {
        oracle.set(bound(first, _price(1_500), _price(3_200)));
        _otherOracle.set(bound(second, _price(1_500), _price(3_200)));
    }

    function actsOnTheMandate(uint8 action, uint256 max, uint256 out) public {
        max = bound(max, 1, action % 3 == 1 ? 10e18 : 30_000e6);
        _call(_encoded(action, _mandate(), 0, max, bound(out, 0, 10e18), block.timestamp));
    }

    /// @dev An action that ends in the band, so that the others cannot fail for that reason alone.
    function actsTowardsTheBand(uint8 action, uint256 target) public {
        target = bound(target, MIN_HF, MAX_HF);
        uint256 weighted = _collateral() * oracle.price() / 1e36 * LLTV / 1e18;
        uint256 wanted = weighted * 1e18 / target;
        uint256 owed = _debt();
        if (wanted >= owed) return;
        uint256 max = owed - wanted;
        _call(_encoded(action % 3 == 1 ? 2 : action, _mandate(), 0, max, max * 1e36 / oracle.price() / 2, block.timestamp));
    }

    /// @dev The signed mandate with the other market put in, and with any other field changed.
    function actsOnTheOtherMarket(uint8 action, uint8 field, uint256 value, uint256 max, uint256 out) public {
        MorphoMandate memory m = _mandate();
        m.marketId = otherId;
        field %= 6;
        if (field == 1) m.actions = uint8(value);
        if (field == 2) m.triggerHf = uint64(value);
        if (field == 3) (m.minHf, m.maxHf) = (uint64(value), type(uint64).max);
        if (field == 4) m.prev = guard.prevOf(owner, otherId);
        if (field == 5) m.keepers = address(uint160(value));
        _call(_encoded(action, m, 0, bound(max, 1, 30_000e6), bound(out, 0, 10e18), block.timestamp));
    }

    /// @dev The owner's signature for the first market, brought for the other.
    function activatesForTheOtherMarket(bool atItsPlace) public {
        MorphoMandate memory m = _mandate();
        bytes memory signature = _signature(m, OWNER_KEY);
        m.marketId = otherId;
        if (atItsPlace) m.prev = guard.prevOf(owner, otherId);
        _call(abi.encodeCall(guard.activate, (m, signature)));
        _call(abi.encodeCall(guard.set, (m)));
    }

    /// @dev A mandate of the thief's own for the other market, which names the owner nowhere but in the calldata's tail.
    function actsOnAMandateOfHisOwn(uint8 action, uint256 max, uint256 out) public {
        MorphoMandate memory m = _mandate();
        m.owner = KEEPER;
        m.marketId = otherId;
        m.prev = guard.prevOf(KEEPER, otherId);
        _call(abi.encodeCall(guard.set, (m)));
        _call(bytes.concat(_encoded(action, m, 0, max, out, block.timestamp), abi.encode(owner)));
    }

    /// @dev Any bytes behind any of the guard's selectors, with the other market's id at any word.
    function sendsAnything(uint8 which, uint8 word, bytes calldata tail) public {
        bytes memory data = abi.encode(_mandate(), 1, type(uint256).max, 10e18, block.timestamp);
        bytes32 id_ = otherId;
        uint256 at = 32 + 32 * uint256(word % 15);
        assembly ("memory-safe") {
            mstore(add(data, at), id_)
        }
        _call(bytes.concat(_selector(which), data, tail));
        _call(bytes.concat(_selector(which), tail));
    }

    function timePasses(uint256 elapsed) public {
        vm.warp(block.timestamp + bound(elapsed, 0, 1 days));
        feed.set(2_700, block.timestamp, block.timestamp);
    }

    function _selector(uint8 which) private view returns (bytes4) {
        return [
            guard.repay.selector, guard.topUp.selector, guard.fill.selector, guard.activate.selector, guard.set.selector,
            guard.revoke.selector, guard.revokeAll.selector, guard.revokeAllBySig.selector
        ][which % 8];
    }

    function _encoded(uint8 action, MorphoMandate memory m, uint256 min, uint256 max, uint256 out, uint256 deadline)
        private
        view
        returns (bytes memory)
    {
        action %= 3;
        if (action == 0) return abi.encodeCall(guard.repay, (m, min, max, deadline));
        if (action == 1) return abi.encodeCall(guard.topUp, (m, min, max, deadline));
        return abi.encodeCall(guard.fill, (m, min, max, out, deadline));
    }

    function _call(bytes memory data) private {
        usd.mint(KEEPER, 30_000e6);
        vm.startPrank(KEEPER);
        IToken(address(usd)).approve(address(guard), type(uint256).max);
        (bool done,) = address(guard).call(data);
        vm.stopPrank();
        if (done && bytes4(data) != guard.set.selector) succeeded++;
    }
}

contract OtherMarketInvariantTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    ThiefOnMorpho private _thief;

    function setUp() public {
        _thief = new ThiefOnMorpho();
    }

    function targetContracts() public view returns (address[] memory list) {
        list = new address[](1);
        list[0] = address(_thief);
    }

    function excludeSelectors() public view returns (FuzzSelector[] memory list) {
        list = new FuzzSelector[](1);
        list[0] = FuzzSelector(address(_thief), new bytes4[](1));
        list[0].selectors[0] = ThiefOnMorpho.setUp.selector;
    }

    function invariantNoCallReachesAnotherMarketOfTheSamePair() public view {
        require(_thief.standing() == _thief.untouched(), "the other market");
    }

    function invariantTheGuardKeepsNothing() public view {
        require(_thief.left() == 0, "balances and allowances");
    }
}

/// @notice What keeps the invariants from holding for nothing: each of the thief's three actions goes through where it may.
contract OtherMarketTest is ThiefOnMorpho {
    function testWhatHoldsForTheMandatesMarketDoesNotReachTheOther() public {
        actsTowardsTheBand(0, 1.3e18);
        assertEq(succeeded, 1, "repaid");
        pricesMove(_price(2_350), _price(2_350));
        actsTowardsTheBand(2, 1.3e18);
        assertEq(succeeded, 2, "filled");
        pricesMove(_price(2_150), _price(2_150));
        actsOnTheMandate(1, 1e18, 0);
        assertEq(succeeded, 3, "topped up");
        assertEq(standing(), untouched, "the other market");
    }
}
