// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {AaveGuard} from "../../solidity/guard/AaveGuard.sol";
import {MANDATE_TYPE_HASH, Mandate} from "../../solidity/guard/Mandate.sol";
import {IAavePool} from "../../solidity/interfaces/IAavePool.sol";
import {OneLoan} from "./support/OneLoan.sol";

/// @notice Signatures count where they were meant, and revoking is open to whoever brings the owner's signature.
contract ReplayTest is OneLoan {
    bytes32 private constant DOMAIN_TYPE_HASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes4 private constant WRONG_SIGNER = bytes4(keccak256("WrongSigner(address,address)"));

    /* 12: ONE CHAIN, ONE GUARD, ONE VENUE */

    function testASignatureForAnotherGuardOfTheSamePoolDoesNotCount() public {
        AaveGuard other = new AaveGuard(IAavePool(address(pool)));
        Mandate memory m = _mandate(WETH_USDC);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(loans[WETH_USDC].key, other.hashMandate(m));
        vm.expectPartialRevert(WRONG_SIGNER);
        guard.activate(m, abi.encodePacked(r, s, v));
    }

    function testFuzzASignatureForAnotherChainDoesNotCount(uint64 chain) public {
        uint256 here = block.chainid;
        if (chain == 0 || chain == here) chain = 1;
        Mandate memory m = _mandate(WETH_USDC);
        vm.chainId(chain);
        bytes memory signature = _signature(m, loans[WETH_USDC].key);
        vm.chainId(here);
        vm.expectPartialRevert(WRONG_SIGNER);
        guard.activate(m, signature);
    }

    /// @dev After a split of the chain, a live mandate is live on one side only.
    function testFuzzALiveMandateIsNotLiveOnTheOtherSideOfASplit(uint64 chain) public {
        if (chain == 0 || chain == block.chainid) chain = 1;
        _healthTo(1.1e18);
        uint256 amount = _repayTo(1.3e18);
        vm.chainId(chain);
        _repayFails(amount, "NotActive(bytes32,bytes32)");
    }

    function testFuzzASignatureForAnotherVenueOrVersionDoesNotCount(uint256 seed) public {
        string[4] memory names = ["Ballast CometGuard", "Ballast VenusGuard", "Ballast MorphoGuard", "Ballast AaveGuard"];
        uint256 which = seed % 4;
        Mandate memory m = _mandate(WETH_USDC);
        bytes32 domain = keccak256(
            abi.encode(
                DOMAIN_TYPE_HASH,
                keccak256(bytes(names[which])),
                keccak256(bytes(which == 3 ? "2" : "1")),
                block.chainid,
                address(guard)
            )
        );
        bytes32 digest =
            keccak256(abi.encodePacked(hex"1901", domain, keccak256(abi.encode(MANDATE_TYPE_HASH, m))));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(loans[WETH_USDC].key, digest);
        vm.expectPartialRevert(WRONG_SIGNER);
        guard.activate(m, abi.encodePacked(r, s, v));
    }

    /// @dev The mandate's own signature, with any one field other than what was signed.
    function testFuzzOneFieldAlteredAfterSigning(uint256 field, uint256 value) public {
        Mandate memory m = _mandate(WETH_USDC);
        bytes memory signature = _signature(m, loans[WETH_USDC].key);
        bytes memory words = abi.encode(m);
        uint256 at = 32 * (1 + field % 12);
        bool altered = (field >> 128) % 16 != 0;
        uint256 was;
        assembly ("memory-safe") {
            was := mload(add(words, at))
        }
        uint256[12] memory widths = [uint256(160), 160, 160, 8, 64, 64, 64, 16, 128, 160, 40, 256];
        uint256 width = widths[field % 12];
        if (width < 256) value = value % (1 << width);
        if (value == was) value = was ^ 1;
        if (!altered) value = was;
        assembly ("memory-safe") {
            mstore(add(words, at), value)
        }
        (bool done,) = address(guard).call(bytes.concat(
            guard.activate.selector, abi.encodePacked(words, uint256(13 * 32), uint256(65), signature, bytes31(0))
        ));
        assertTrue(done == !altered, "an altered mandate became live");
    }

    /* 19: REVOKING */

    /// @dev Whoever brings it, whatever state the market is in.
    function testFuzzAnyoneMayBringARevocation(address bringer, uint256 state) public {
        if (state % 3 == 0) {
            vm.prank(admin);
            configurator.setReservePause(weth, true);
        }
        if (state % 5 == 0) _setPrice(weth, 0);
        if (state % 7 == 0) {
            vm.prank(REMOVER);
            keepers.remove(HONEST);
        }
        if (state % 2 == 0) vm.warp(block.timestamp + 400 days);
        bytes memory signature = _revocation(guard.epochOf(live.owner));
        vm.prank(bringer);
        guard.revokeAllBySig(live.owner, signature);
        assertTrue(guard.epochOf(live.owner) != 0, "the epoch changed");
        (bool done,) = _repayBy(HONEST, 1e6);
        assertTrue(!done, "nothing acts any more");
        vm.expectPartialRevert(WRONG_SIGNER);
        guard.revokeAllBySig(live.owner, signature);
    }

    /// @dev A thief who sees the owner's revocation coming can neither use it up nor get in its way.
    function testFuzzNobodyCanBlockARevocation(uint256 seed) public {
        _healthTo(1.1e18);
        bytes memory signature = _revocation(guard.epochOf(live.owner));
        if (seed % 2 == 0) {
            vm.prank(THIEF);
            guard.revokeAllBySig(live.owner, signature);
        }
        if (seed % 3 == 0) _repayBy(THIEF, _repayTo(1.3e18));
        vm.prank(live.owner);
        if (seed % 7 == 0) guard.revoke(weth, usdc);
        else guard.revokeAll();
        (bool done,) = _fillBy(THIEF, 1_000e6, 0);
        assertTrue(!done, "dead");
    }

    function _revocation(bytes32 epoch) private view returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(DOMAIN_TYPE_HASH, keccak256("Ballast AaveGuard"), keccak256("1"), block.chainid, address(guard))
        );
        bytes32 structHash =
            keccak256(abi.encode(keccak256("RevokeAll(address owner,bytes32 epoch)"), live.owner, epoch));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", domain, structHash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(loans[WETH_USDC].key, digest);
        return abi.encodePacked(r, s, v);
    }
}
