// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Assertions} from "./Vm.sol";

/// @notice Deploys a protocol's own contract from the bytecode that its package ships.
abstract contract RealCode is Assertions {
    error NotDeployed(string name);

    /// @param name of the file in cache/protocols
    /// @param arguments of the constructor, encoded
    function _deploy(string memory name, bytes memory arguments) internal returns (address deployed) {
        string memory text = vm.readFile(string.concat("cache/protocols/", name, ".txt"));
        bytes memory creation = bytes.concat(vm.parseBytes(text), arguments);
        assembly ("memory-safe") {
            deployed := create(0, add(creation, 32), mload(creation))
        }
        if (deployed == address(0)) revert NotDeployed(name);
    }
}
