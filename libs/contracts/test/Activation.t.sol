// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {AaveGuard} from "../solidity/guard/AaveGuard.sol";
import {Mandate} from "../solidity/guard/Mandate.sol";
import {Actions, Ceilings} from "../solidity/guard/Terms.sol";
import {MandateRegistry} from "../solidity/guard/MandateRegistry.sol";
import {PairGuard} from "../solidity/guard/PairGuard.sol";
import {IAavePool} from "../solidity/interfaces/IAavePool.sol";
import {Signature} from "../solidity/libraries/Signature.sol";
import {GuardFixture} from "./support/GuardFixture.sol";
import {MockToken} from "./support/MockTokens.sol";

contract ActivationTest is GuardFixture {
    uint256 private constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    /* WHAT IS STORED */

    function testActivatingStoresTheMandateAsHeadAndAsTheLiveOne() public view {
        bytes32 hash = guard.hashMandate(_mandate());
        (bytes32 head, bytes32 active, bytes32 epoch, uint64 seq, uint40 bucketAt, uint128 used) = _position();
        assertEq(head, hash, "head");
        assertEq(active, hash, "active");
        assertEq(epoch, bytes32(0), "epoch");
        assertEq(uint256(seq) + bucketAt + used, 0, "counters");
        assertEq(guard.prevOf(owner, address(weth), address(usd)), keccak256(abi.encode(bytes32(0), hash)), "prev");
    }

    function testActivatingTellsOfIt() public {
        Mandate memory m = _next();
        bytes memory signature = _signature(m, OWNER_KEY);
        bytes32 hash = guard.hashMandate(m);
        vm.expectEmit(address(guard));
        emit PairGuard.Activated(hash, owner, address(weth), address(usd));
        vm.prank(STRANGER);
        guard.activate(m, signature);
    }

    function testTheOwnerMaySetWithoutASignature() public {
        Mandate memory m = _next();
        vm.prank(owner);
        guard.set(m);
        assertEq(_active(), guard.hashMandate(m), "active");
    }

    function testNobodyElseMaySet() public {
        Mandate memory m = _next();
        vm.prank(KEEPER);
        vm.expectRevert(abi.encodeWithSelector(MandateRegistry.NotOwner.selector, KEEPER, owner));
        guard.set(m);
    }

    /* THE SIGNATURE */

    function testAnotherKeysSignatureIsRefused() public {
        Mandate memory m = _next();
        bytes memory signature = _signature(m, OTHER_KEY);
        vm.expectRevert(
            abi.encodeWithSelector(Signature.WrongSigner.selector, vm.addr(OTHER_KEY), owner)
        );
        guard.activate(m, signature);
    }

    function testTheHighSTwinOfASignatureIsRefused() public {
        Mandate memory m = _next();
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(OWNER_KEY, guard.hashMandate(m));
        bytes memory twin = abi.encodePacked(r, bytes32(ORDER - uint256(s)), v == 27 ? uint8(28) : uint8(27));
        vm.expectRevert(Signature.SignatureNotCanonical.selector);
        guard.activate(m, twin);
    }

    function testTheHighestLowSIsReadAndTheNextIsRefused() public {
        Mandate memory m = _next();
        (, bytes32 r,) = vm.sign(OWNER_KEY, guard.hashMandate(m));
        vm.expectPartialRevert(Signature.WrongSigner.selector);
        guard.activate(m, abi.encodePacked(r, bytes32(ORDER / 2), uint8(27)));
        vm.expectRevert(Signature.SignatureNotCanonical.selector);
        guard.activate(m, abi.encodePacked(r, bytes32(ORDER / 2 + 1), uint8(27)));
    }

    function testARecoveryByteOtherThan27And28IsRefused() public {
        Mandate memory m = _next();
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(OWNER_KEY, guard.hashMandate(m));
        vm.expectRevert(Signature.SignatureNotCanonical.selector);
        guard.activate(m, abi.encodePacked(r, s, v - 27));
    }

    function testA64ByteSignatureIsRefused() public {
        Mandate memory m = _next();
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(OWNER_KEY, guard.hashMandate(m));
        bytes32 compact = v == 28 ? bytes32(uint256(s) | (1 << 255)) : s;
        vm.expectRevert(abi.encodeWithSelector(Signature.BadSignatureLength.selector, 64));
        guard.activate(m, abi.encodePacked(r, compact));
    }

    function testA66ByteSignatureIsRefused() public {
        Mandate memory m = _next();
        bytes memory signature = bytes.concat(_signature(m, OWNER_KEY), hex"00");
        vm.expectRevert(abi.encodeWithSelector(Signature.BadSignatureLength.selector, 66));
        guard.activate(m, signature);
    }

    function testASignatureThatRecoversNobodyIsRefusedEvenForTheZeroOwner() public {
        Mandate memory m = _next();
        m.owner = address(0);
        vm.expectRevert(abi.encodeWithSelector(Signature.WrongSigner.selector, address(0), address(0)));
        guard.activate(m, abi.encodePacked(bytes32(0), bytes32(uint256(1)), uint8(27)));
    }

    function testASignatureForAnotherGuardIsRefused() public {
        AaveGuard twin = new AaveGuard(IAavePool(address(venue)));
        Mandate memory m = _mandate();
        bytes memory signature = _signature(m, OWNER_KEY);
        bytes32 there = twin.hashMandate(m);
        assertTrue(there != guard.hashMandate(m), "the hash names the guard");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(OWNER_KEY, there);
        twin.activate(m, abi.encodePacked(r, s, v));

        twin = new AaveGuard(IAavePool(address(venue)));
        vm.expectPartialRevert(Signature.WrongSigner.selector);
        twin.activate(m, signature);
    }

    function testAfterAChainSplitTheOldChainsSignatureAndMandateAreDead() public {
        Mandate memory next = _next();
        bytes memory signature = _signature(next, OWNER_KEY);
        bytes32 before = guard.hashMandate(next);
        Mandate memory live = _mandate();
        bytes32 liveHash = guard.hashMandate(live);
        vm.chainId(4_242);
        assertTrue(guard.hashMandate(next) != before, "the hash names the chain");
        vm.expectPartialRevert(Signature.WrongSigner.selector);
        guard.activate(next, signature);
        bytes memory notActive =
            abi.encodeWithSelector(MandateRegistry.NotActive.selector, guard.hashMandate(live), liveHash);
        _repayReverts(live, 1, 3_000e18, DEADLINE, notActive);
    }

    function testEveryFieldIsUnderTheSignature() public {
        for (uint256 field = 0; field < 12; field++) {
            Mandate memory signed = _next();
            bytes memory signature = _signature(signed, OWNER_KEY);
            Mandate memory altered = _altered(signed, field);
            assertTrue(guard.hashMandate(altered) != guard.hashMandate(signed), "hash");
            vm.expectPartialRevert(Signature.WrongSigner.selector);
            guard.activate(altered, signature);
        }
    }

    function testEveryFieldOfTheLiveMandateMustBeTheSameToAct() public {
        bytes32 live = guard.hashMandate(_mandate());
        for (uint256 field = 0; field < 12; field++) {
            Mandate memory altered = _altered(_mandate(), field);
            // Another owner or asset names another pair, in which nothing is live.
            bytes memory notActive = abi.encodeWithSelector(
                MandateRegistry.NotActive.selector, guard.hashMandate(altered), field < 3 ? bytes32(0) : live
            );
            _repayReverts(altered, 1, 3_000e18, DEADLINE, notActive);
        }
    }

    /* THE CHAIN OF MANDATES */

    function testAMandateIsActivatedOnceOnly() public {
        Mandate memory m = _mandate();
        bytes memory signature = _signature(m, OWNER_KEY);
        bytes32 expected = guard.prevOf(owner, address(weth), address(usd));
        vm.expectRevert(abi.encodeWithSelector(MandateRegistry.WrongPrev.selector, m.prev, expected));
        guard.activate(m, signature);
    }

    function testOfTwoDraftsSignedTogetherTheSecondIsDeadOnceTheFirstIsLive() public {
        Mandate memory first = _next();
        Mandate memory second = _next();
        second.maxHf -= 1;
        bytes memory secondSignature = _signature(second, OWNER_KEY);
        _activate(first);
        bytes32 expected = guard.prevOf(owner, address(weth), address(usd));
        vm.expectRevert(abi.encodeWithSelector(MandateRegistry.WrongPrev.selector, second.prev, expected));
        guard.activate(second, secondSignature);
    }

    function testASupersededMandateDoesNotActAndDoesNotComeBack() public {
        Mandate memory old = _mandate();
        bytes memory oldSignature = _signature(old, OWNER_KEY);
        bytes32 oldHash = guard.hashMandate(old);
        Mandate memory next = _next();
        next.maxHf -= 1;
        _activate(next);
        bytes memory notActive =
            abi.encodeWithSelector(MandateRegistry.NotActive.selector, oldHash, guard.hashMandate(next));
        _repayReverts(old, 1, 3_000e18, DEADLINE, notActive);
        vm.expectPartialRevert(MandateRegistry.WrongPrev.selector);
        guard.activate(old, oldSignature);
    }

    function testAMandateNeverActivatedDoesNotAct() public {
        Mandate memory draft = _next();
        bytes memory notActive =
            abi.encodeWithSelector(MandateRegistry.NotActive.selector, guard.hashMandate(draft), _active());
        _repayReverts(draft, 1, 3_000e18, DEADLINE, notActive);
    }

    function testAPairsChainIsItsOwn() public {
        MockToken other = new MockToken();
        venue.list(address(other), 5);
        Mandate memory m = _next();
        m.collateral = address(other);
        m.prev = _activePrev();
        _activate(m);
        assertEq(_active(), guard.hashMandate(_mandate()), "the first pair's mandate lives on");
    }

    /* REVOKING */

    function testRevokingEndsTheMandateAndEveryDraft() public {
        Mandate memory live = _mandate();
        bytes memory liveSignature = _signature(live, OWNER_KEY);
        Mandate memory draft = _next();
        bytes memory draftSignature = _signature(draft, OWNER_KEY);

        vm.expectEmit(address(guard));
        emit PairGuard.Revoked(owner, address(weth), address(usd));
        vm.prank(owner);
        guard.revoke(address(weth), address(usd));

        bytes memory notActive =
            abi.encodeWithSelector(MandateRegistry.NotActive.selector, guard.hashMandate(live), bytes32(0));
        _repayReverts(live, 1, 3_000e18, DEADLINE, notActive);
        vm.expectPartialRevert(MandateRegistry.WrongPrev.selector);
        guard.activate(live, liveSignature);
        vm.expectPartialRevert(MandateRegistry.WrongPrev.selector);
        guard.activate(draft, draftSignature);
    }

    function testRevokingAPairThatNeverHadAMandateKillsItsDrafts() public {
        Mandate memory m = _next();
        (m.collateral, m.debt) = (m.debt, m.collateral);
        m.prev = guard.prevOf(owner, m.collateral, m.debt);
        bytes memory signature = _signature(m, OWNER_KEY);
        vm.prank(owner);
        guard.revoke(m.collateral, m.debt);
        vm.expectPartialRevert(MandateRegistry.WrongPrev.selector);
        guard.activate(m, signature);
    }

    function testTwoRevocationsInOneBlockGiveTwoHeads() public {
        vm.startPrank(owner);
        guard.revoke(address(weth), address(usd));
        bytes32 once = guard.prevOf(owner, address(weth), address(usd));
        guard.revoke(address(weth), address(usd));
        vm.stopPrank();
        assertTrue(once != guard.prevOf(owner, address(weth), address(usd)), "heads");
    }

    /// @dev Nobody can sign upon a head before the block that makes it: each of four things about that block is in it.
    function testTheHeadAfterARevocationDependsOnItsBlock() public {
        bytes32 base = _headIfRevoked(0);
        for (uint256 part = 1; part <= 4; part++) {
            assertTrue(_headIfRevoked(part) != base, "another head");
        }
        assertEq(_headIfRevoked(0), base, "the same block, the same head");
    }

    /// @dev The head that a revocation would give, from the same state, in a block that differs in one part (0: in none).
    function _headIfRevoked(uint256 part) private returns (bytes32 head) {
        uint256 state = vm.snapshotState();
        uint256 number = part == 1 ? 2_001 : 2_000;
        vm.roll(number);
        vm.setBlockhash(number - 1, bytes32(part == 2 ? uint256(8) : 7));
        vm.prevrandao(bytes32(part == 3 ? uint256(6) : 5));
        vm.warp(part == 4 ? NOW + 13 : NOW + 12);
        vm.prank(owner);
        guard.revoke(address(weth), address(usd));
        (head,,,,,) = _position();
        vm.revertToState(state);
    }

    function testAfterRevokingTheOwnerMayBeginAgain() public {
        vm.prank(owner);
        guard.revoke(address(weth), address(usd));
        Mandate memory m = _next();
        _activate(m);
        vm.prank(KEEPER);
        guard.repay(m, 1, 3_000e18, DEADLINE);
    }

    function testAStrangersRevocationTouchesTheStrangerOnly() public {
        vm.startPrank(STRANGER);
        guard.revoke(address(weth), address(usd));
        guard.revokeAll();
        vm.stopPrank();
        assertEq(_active(), guard.hashMandate(_mandate()), "active");
        _repay(1, 3_000e18);
    }

    function testRevokingAllEndsEveryMandateAndEveryDraft() public {
        Mandate memory live = _mandate();
        bytes memory liveSignature = _signature(live, OWNER_KEY);
        Mandate memory draft = _next();
        bytes memory draftSignature = _signature(draft, OWNER_KEY);
        bytes32 epoch = _epochAfter(bytes32(0));
        vm.expectEmit(address(guard));
        emit MandateRegistry.EpochChanged(owner, epoch);
        vm.prank(owner);
        guard.revokeAll();
        assertEq(guard.epochOf(owner), epoch, "epoch");

        bytes memory moved =
            abi.encodeWithSelector(MandateRegistry.EpochMoved.selector, bytes32(0), guard.epochOf(owner));
        _repayReverts(live, 1, 3_000e18, DEADLINE, moved);
        vm.expectPartialRevert(MandateRegistry.WrongPrev.selector);
        guard.activate(live, liveSignature);
        vm.expectPartialRevert(MandateRegistry.WrongPrev.selector);
        guard.activate(draft, draftSignature);
    }

    function testAnyoneMayBringTheOwnersRevocationOnce() public {
        bytes memory signature = _revokeAllSignature(OWNER_KEY, bytes32(0));
        bytes32 epoch = _epochAfter(bytes32(0));
        vm.expectEmit(address(guard));
        emit MandateRegistry.EpochChanged(owner, epoch);
        vm.prank(STRANGER);
        guard.revokeAllBySig(owner, signature);
        assertEq(guard.epochOf(owner), epoch, "epoch");
        assertEq(guard.epochOf(STRANGER), bytes32(0), "the bringer's epoch");
        vm.expectPartialRevert(Signature.WrongSigner.selector);
        guard.revokeAllBySig(owner, signature);
        guard.revokeAllBySig(owner, _revokeAllSignature(OWNER_KEY, epoch));
        assertTrue(epoch != guard.epochOf(owner), "epoch again");
    }

    function testARevocationSignedByAnotherKeyIsRefused() public {
        bytes memory signature = _revokeAllSignature(OTHER_KEY, bytes32(0));
        vm.expectRevert(
            abi.encodeWithSelector(Signature.WrongSigner.selector, vm.addr(OTHER_KEY), owner)
        );
        guard.revokeAllBySig(owner, signature);
    }

    /* THE TERMS */

    function testAMandateIsActivatedUpToItsLastSecond() public {
        Mandate memory m = _next();
        vm.warp(m.expiry);
        _activate(m);
    }

    function testAMandateIsNotActivatedAfterItsLastSecond() public {
        Mandate memory m = _next();
        vm.warp(uint256(m.expiry) + 1);
        _refused(m, abi.encodeWithSelector(Ceilings.Expired.selector, m.expiry, uint256(m.expiry) + 1));
    }

    function testTheTriggerIsAboveOne() public {
        Mandate memory m = _next();
        m.triggerHf = 1e18;
        _refused(m, abi.encodeWithSelector(Ceilings.TriggerTooLow.selector, 1e18, 1e18));
        m.triggerHf = 1e18 + 1;
        _activate(m);
    }

    function testTheBandBeginsAboveTheTrigger() public {
        Mandate memory m = _next();
        m.minHf = m.triggerHf;
        _refused(m, abi.encodeWithSelector(Ceilings.BandOutOfOrder.selector, m.triggerHf, m.minHf, m.maxHf));
        m.minHf = m.triggerHf + 1;
        _activate(m);
    }

    function testTheBandIsNotEmpty() public {
        Mandate memory m = _next();
        m.maxHf = m.minHf;
        _refused(m, abi.encodeWithSelector(Ceilings.BandOutOfOrder.selector, m.triggerHf, m.minHf, m.maxHf));
        m.maxHf = m.minHf + 1;
        _activate(m);
    }

    function testTheCostCeilingIsFivePerCent() public {
        Mandate memory m = _next();
        m.maxCostBps = 501;
        _refused(m, abi.encodeWithSelector(Ceilings.CostAboveCeiling.selector, 501, 500));
        m.maxCostBps = 500;
        _activate(m);
    }

    function testTheActionsAreKnownOnes() public {
        Mandate memory m = _next();
        m.actions = 0;
        _refused(m, abi.encodeWithSelector(Ceilings.UnknownActions.selector, 0));
        m.actions = 8;
        _refused(m, abi.encodeWithSelector(Ceilings.UnknownActions.selector, 8));
        m.actions = Actions.TOP_UP | Actions.REPAY | Actions.FILL;
        _activate(m);
    }

    function testCollateralAndDebtDiffer() public {
        Mandate memory m = _next();
        m.collateral = m.debt;
        m.prev = _activePrev();
        _refused(m, abi.encodeWithSelector(Ceilings.SameAsset.selector, m.debt));
    }

    function testTheKeepersAreAContract() public {
        Mandate memory m = _next();
        m.keepers = STRANGER;
        _refused(m, abi.encodeWithSelector(Ceilings.KeepersNotContract.selector, STRANGER));
    }

    function testBothAssetsAreListedAtTheVenue() public {
        Mandate memory m = _next();
        m.collateral = address(0xC0);
        m.prev = _activePrev();
        _refused(m, abi.encodeWithSelector(AaveGuard.NotListed.selector, m.collateral));
        m = _next();
        m.debt = address(0xD0);
        m.prev = _activePrev();
        _refused(m, abi.encodeWithSelector(AaveGuard.NotListed.selector, m.debt));
    }

    function testTheVenueOfAGuardIsAContract() public {
        vm.expectRevert(abi.encodeWithSelector(AaveGuard.PoolNotContract.selector, STRANGER));
        new AaveGuard(IAavePool(STRANGER));
    }

    /* HELP */

    function _next() private view returns (Mandate memory m) {
        m = _mandate();
        m.prev = guard.prevOf(owner, address(weth), address(usd));
    }

    function _refused(Mandate memory m, bytes memory data) private {
        bytes memory signature = _signature(m, OWNER_KEY);
        vm.expectRevert(data);
        guard.activate(m, signature);
        vm.prank(owner);
        vm.expectRevert(data);
        guard.set(m);
    }

    function _altered(Mandate memory original, uint256 field) private pure returns (Mandate memory m) {
        m = abi.decode(abi.encode(original), (Mandate));
        if (field == 0) m.owner = STRANGER;
        if (field == 1) m.collateral = m.debt;
        if (field == 2) m.debt = m.collateral;
        if (field == 3) m.actions = Actions.REPAY;
        if (field == 4) m.triggerHf += 1;
        if (field == 5) m.minHf += 1;
        if (field == 6) m.maxHf += 1;
        if (field == 7) m.maxCostBps += 1;
        if (field == 8) m.fillPerDay += 1;
        if (field == 9) m.keepers = STRANGER;
        if (field == 10) m.expiry += 1;
        if (field == 11) m.prev = bytes32(uint256(m.prev) + 1);
    }

    function _revokeAllSignature(uint256 key, bytes32 epoch) private view returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Ballast AaveGuard"),
                keccak256("1"),
                block.chainid,
                address(guard)
            )
        );
        bytes32 message =
            keccak256(abi.encode(keccak256("RevokeAll(address owner,bytes32 epoch)"), owner, epoch));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked(hex"1901", domain, message)));
        return abi.encodePacked(r, s, v);
    }

    function _epochAfter(bytes32 old) private view returns (bytes32) {
        return keccak256(
            abi.encode(old, blockhash(block.number - 1), block.prevrandao, block.timestamp, block.number)
        );
    }

    function _position() private view returns (bytes32, bytes32, bytes32, uint64, uint40, uint128) {
        return guard.position(owner, address(weth), address(usd));
    }

    function _active() private view returns (bytes32 active) {
        (, active,,,,) = _position();
    }
}
