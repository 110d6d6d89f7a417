// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice Who may act under a mandate. The mandate names one such contract.
interface IKeepers {
    function isKeeper(address account) external view returns (bool);
}
