// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {MorphoActors} from "./MorphoActors.sol";

/// @notice The guard's promises on the real Morpho Blue, whatever anybody does in whatever order.
contract MorphoInvariantsTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    MorphoActors private _actors;

    function setUp() public {
        _actors = new MorphoActors();
    }

    function targetContracts() public view returns (address[] memory list) {
        list = new address[](1);
        list[0] = address(_actors);
    }

    function excludeSelectors() public view returns (FuzzSelector[] memory list) {
        list = new FuzzSelector[](1);
        list[0] = FuzzSelector(address(_actors), new bytes4[](2));
        list[0].selectors[0] = MorphoActors.setUp.selector;
        list[0].selectors[1] = MorphoActors.rescueAllWays.selector;
    }

    /// forge-config: default.invariant.runs = 100
    /// forge-config: default.invariant.depth = 50
    /// forge-config: long.invariant.runs = 10000
    /// forge-config: long.invariant.depth = 50
    function invariantThePromisesHold() public view {
        _actors.requireKept();
    }

    /// @dev After every run. A guard that refuses everything keeps all the promises but this one.
    function afterInvariant() public {
        _actors.rescueAllWays();
    }
}
