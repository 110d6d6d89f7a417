// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Vm} from "../../support/Vm.sol";

/// @notice forge's test commands that only the tests on the real market use.
interface MarketVm is Vm {
    /// @dev Every account of the file: balance, nonce, code and storage.
    function loadAllocs(string calldata path) external;
    function readFile(string calldata path) external view returns (string memory);
    function writeLine(string calldata path, string calldata line) external;
    function envOr(string calldata name, string calldata fallback_) external view returns (string memory);
    function toString(uint256 value) external pure returns (string memory);
    function parseJsonAddress(string calldata json, string calldata key) external pure returns (address);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function deal(address account, uint256 balance) external;
    function load(address account, bytes32 slot) external view returns (bytes32);
    function label(address account, string calldata name) external;
}

/// @notice One line a sequence, for whoever asked for it: what went through in it.
library Tally {
    MarketVm private constant VM = MarketVm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @param counts repayments, top-ups, fills; of these by the honest keeper, by the thief; calls that had to be planned anew
    function write(string memory venue, uint256[6] memory counts) internal {
        string memory path = VM.envOr("BALLAST_TALLY", "");
        if (bytes(path).length == 0) return;
        string memory line = venue;
        for (uint256 i = 0; i < counts.length; i++) line = string.concat(line, " ", VM.toString(counts[i]));
        VM.writeLine(path, line);
    }
}
