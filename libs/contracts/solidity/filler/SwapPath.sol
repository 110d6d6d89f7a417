// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice Checks a Uniswap v3 path: addresses of 20 bytes with the pools' fees, three bytes each, between them.
library SwapPath {
    error PathLength(uint256 length);
    error PathBegins(address token, address collateral);
    error PathEnds(address token, address debt);

    uint256 private constant ONE_HOP = 20 + 3 + 20;
    uint256 private constant TWO_HOPS = ONE_HOP + 3 + 20;

    /// @notice Reverts unless `path` leads from `collateral` to `debt` in one hop or two.
    function requireBetween(bytes memory path, address collateral, address debt) internal pure {
        if (path.length != ONE_HOP && path.length != TWO_HOPS) revert PathLength(path.length);
        address first = _addressAt(path, 0);
        if (first != collateral) revert PathBegins(first, collateral);
        address last = _addressAt(path, path.length - 20);
        if (last != debt) revert PathEnds(last, debt);
    }

    function _addressAt(bytes memory path, uint256 at) private pure returns (address token) {
        // An address is the first 20 of the 32 bytes read; `path` has at least 20 bytes from `at` on.
        assembly ("memory-safe") {
            token := shr(96, mload(add(add(path, 32), at)))
        }
    }
}
