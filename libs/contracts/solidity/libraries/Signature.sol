// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice Checks a 65-byte ECDSA signature (r, s, v) in the one form that cannot be altered into another valid one.
library Signature {
    error BadSignatureLength(uint256 length);
    error SignatureNotCanonical();
    error WrongSigner(address recovered, address expected);

    /// @dev Half of secp256k1's order: of the two valid values of s, only the lower one is accepted.
    uint256 private constant HIGHEST_S = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @notice Reverts unless `expected` signed `digest`.
    function requireSigner(bytes32 digest, bytes calldata signature, address expected) internal pure {
        if (signature.length != 65) revert BadSignatureLength(signature.length);
        bytes32 r = bytes32(signature[0:32]);
        bytes32 s = bytes32(signature[32:64]);
        uint8 v = uint8(signature[64]);
        if (uint256(s) > HIGHEST_S || (v != 27 && v != 28)) revert SignatureNotCanonical();

        address recovered = ecrecover(digest, v, r, s);
        if (recovered == address(0) || recovered != expected) revert WrongSigner(recovered, expected);
    }
}
