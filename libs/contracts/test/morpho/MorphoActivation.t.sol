// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {MandateRegistry} from "../../solidity/guard/MandateRegistry.sol";
import {MorphoGuard} from "../../solidity/guard/MorphoGuard.sol";
import {MorphoMandate} from "../../solidity/guard/MorphoMandate.sol";
import {Ceilings} from "../../solidity/guard/Terms.sol";
import {IMorpho} from "../../solidity/interfaces/IMorpho.sol";
import {IMorphoMarkets} from "../../solidity/interfaces/IMorphoMarkets.sol";
import {Signature} from "../../solidity/libraries/Signature.sol";
import {MorphoFixture, SettableOracle} from "./MorphoFixture.sol";

/// @notice A mandate for one market of Morpho: its chain, its fields, its ends.
contract MorphoActivationTest is MorphoFixture {
    function testActivatingStoresTheMandateAndTellsOfIt() public {
        MorphoMandate memory m = _next();
        bytes memory signature = _signature(m, OWNER_KEY);
        bytes32 hash = guard.hashMandate(m);
        vm.expectEmit(address(guard));
        emit MorphoGuard.Activated(hash, owner, id);
        vm.prank(STRANGER);
        guard.activate(m, signature);

        (bytes32 head, bytes32 active, bytes32 epoch, uint64 seq, uint40 bucketAt, uint128 used) =
            guard.position(owner, id);
        assertEq(head, hash, "head");
        assertEq(active, hash, "active");
        assertEq(epoch, bytes32(0), "epoch");
        assertEq(uint256(seq) + bucketAt + used, 0, "counters");
        assertEq(guard.prevOf(owner, id), keccak256(abi.encode(bytes32(0), hash)), "prev");
    }

    function testTheOwnerMaySetWithoutASignatureAndNobodyElse() public {
        MorphoMandate memory m = _next();
        vm.prank(KEEPER);
        vm.expectRevert(abi.encodeWithSelector(MandateRegistry.NotOwner.selector, KEEPER, owner));
        guard.set(m);

        vm.expectEmit(address(guard));
        emit MorphoGuard.Activated(guard.hashMandate(m), owner, id);
        vm.prank(owner);
        guard.set(m);
        assertEq(_active(), guard.hashMandate(m), "active");
    }

    function testEveryFieldIsUnderTheSignature() public {
        _otherMarket();
        for (uint256 field = 0; field < 11; field++) {
            MorphoMandate memory signed = _next();
            bytes memory signature = _signature(signed, OWNER_KEY);
            MorphoMandate memory altered = _altered(signed, field);
            assertTrue(guard.hashMandate(altered) != guard.hashMandate(signed), "hash");
            vm.expectPartialRevert(Signature.WrongSigner.selector);
            guard.activate(altered, signature);
        }
    }

    function testEveryFieldOfTheLiveMandateMustBeTheSameToAct() public {
        _otherMarket();
        bytes32 live = guard.hashMandate(_mandate());
        for (uint256 field = 0; field < 11; field++) {
            MorphoMandate memory altered = _altered(_mandate(), field);
            // Another owner or market has a chain of its own, in which nothing is live.
            bytes memory notActive = abi.encodeWithSelector(
                MandateRegistry.NotActive.selector, guard.hashMandate(altered), field < 2 ? bytes32(0) : live
            );
            _repayReverts(altered, 1, 1_000e6, notActive);
            _topUpReverts(altered, 1, 1e18, notActive);
            _fillReverts(altered, 1, 1_000e6, 0, notActive);
        }
    }

    function testASignatureOfAnotherGuardsTypesIsRefused() public {
        MorphoGuard other = new MorphoGuard(morpho);
        MorphoMandate memory m = _next();
        bytes memory signature = _signature(m, OWNER_KEY);
        m.prev = other.prevOf(owner, id);
        vm.expectPartialRevert(Signature.WrongSigner.selector);
        other.activate(m, signature);
    }

    function testRevokingEndsTheMarketsMandateAndItsDrafts() public {
        MorphoMandate memory draft = _next();
        bytes memory signature = _signature(draft, OWNER_KEY);
        vm.expectEmit(address(guard));
        emit MorphoGuard.Revoked(owner, id);
        vm.prank(owner);
        guard.revoke(id);

        _repayReverts(
            _mandate(),
            1,
            1_000e6,
            abi.encodeWithSelector(MandateRegistry.NotActive.selector, guard.hashMandate(_mandate()), bytes32(0))
        );
        vm.expectPartialRevert(MandateRegistry.WrongPrev.selector);
        guard.activate(draft, signature);
    }

    function testAMarketsChainIsItsOwn() public {
        bytes32 other = _otherMarket();
        vm.prank(owner);
        guard.revoke(other);
        assertEq(_active(), guard.hashMandate(_mandate()), "the first market's mandate lives on");
    }

    /* TERMS */

    function testAMarketThatMorphoDoesNotKnowIsRefusedEverywhere() public {
        MorphoMandate memory m = _next();
        m.marketId = keccak256("no market");
        bytes memory unknown = abi.encodeWithSelector(MorphoGuard.UnknownMarket.selector, m.marketId);
        bytes memory signature = _signature(m, OWNER_KEY);
        vm.expectRevert(unknown);
        guard.activate(m, signature);
        vm.prank(owner);
        vm.expectRevert(unknown);
        guard.set(m);
        vm.expectRevert(unknown);
        guard.preview(m);
        _repayReverts(m, 1, 1_000e6, unknown);
        _topUpReverts(m, 1, 1e18, unknown);
        _fillReverts(m, 1, 1_000e6, 0, unknown);
    }

    function testAMarketOfOneTokenIsRefused() public {
        IMorphoMarkets.MarketParams memory params = market;
        params.collateralToken = address(usd);
        morpho.createMarket(params);
        MorphoMandate memory m = _next();
        m.marketId = keccak256(abi.encode(params));
        m.prev = guard.prevOf(owner, m.marketId);
        _refused(m, abi.encodeWithSelector(Ceilings.SameAsset.selector, address(usd)));
    }

    function testTheActionsAreKnownOnes() public {
        for (uint8 actions = 1; actions < 8; actions++) {
            MorphoMandate memory m = _next();
            m.actions = actions;
            _activate(m);
        }
        MorphoMandate memory none = _next();
        none.actions = 0;
        _refused(none, abi.encodeWithSelector(Ceilings.UnknownActions.selector, 0));
        none.actions = 8;
        _refused(none, abi.encodeWithSelector(Ceilings.UnknownActions.selector, 8));
    }

    function testTheBandAndTheCeilingsHoldHereToo() public {
        MorphoMandate memory m = _next();
        m.triggerHf = 1e18;
        _refused(m, abi.encodeWithSelector(Ceilings.TriggerTooLow.selector, 1e18, 1e18));
        m = _next();
        m.minHf = m.triggerHf;
        _refused(m, abi.encodeWithSelector(Ceilings.BandOutOfOrder.selector, m.triggerHf, m.minHf, m.maxHf));
        m = _next();
        m.maxCostBps = 501;
        _refused(m, abi.encodeWithSelector(Ceilings.CostAboveCeiling.selector, 501, 500));
        m = _next();
        m.keepers = STRANGER;
        _refused(m, abi.encodeWithSelector(Ceilings.KeepersNotContract.selector, STRANGER));
        m = _next();
        m.expiry = uint40(NOW - 1);
        _refused(m, abi.encodeWithSelector(Ceilings.Expired.selector, NOW - 1, NOW));
    }

    function testTheVenueOfAGuardIsAContract() public {
        vm.expectRevert(abi.encodeWithSelector(MorphoGuard.VenueNotContract.selector, STRANGER));
        new MorphoGuard(IMorpho(STRANGER));
    }

    /* STEPS */

    function _next() private view returns (MorphoMandate memory m) {
        m = _mandate();
        m.prev = guard.prevOf(owner, id);
    }

    function _refused(MorphoMandate memory m, bytes memory data) private {
        bytes memory signature = _signature(m, OWNER_KEY);
        vm.expectRevert(data);
        guard.activate(m, signature);
    }

    /// @dev Another market of the same two tokens, which `_altered` names.
    function _otherMarket() private returns (bytes32 other) {
        (, other) = _open(new SettableOracle(), 0.9e18);
        _other = other;
    }

    bytes32 private _other;

    function _altered(MorphoMandate memory original, uint256 field) private view returns (MorphoMandate memory m) {
        m = abi.decode(abi.encode(original), (MorphoMandate));
        if (field == 0) m.owner = STRANGER;
        if (field == 1) m.marketId = _other;
        if (field == 2) m.actions = 2;
        if (field == 3) m.triggerHf += 1;
        if (field == 4) m.minHf += 1;
        if (field == 5) m.maxHf += 1;
        if (field == 6) m.maxCostBps += 1;
        if (field == 7) m.fillPerDay += 1;
        if (field == 8) m.keepers = STRANGER;
        if (field == 9) m.expiry += 1;
        if (field == 10) m.prev = bytes32(uint256(m.prev) + 1);
    }

    function _active() private view returns (bytes32 active) {
        (, active,,,,) = guard.position(owner, id);
    }
}
