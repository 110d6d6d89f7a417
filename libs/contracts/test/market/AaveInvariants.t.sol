// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Mandate} from "../../solidity/guard/Mandate.sol";
import {Actions} from "../../solidity/guard/Terms.sol";
import {Tally} from "./support/MarketVm.sol";
import {World} from "./support/World.sol";

/// @notice Everybody's moves on the real market. A move that finds a promise broken reverts, and with it the test.
contract AaveActors is World {
    constructor() {
        _openLoans();
        for (uint256 i = 0; i < assets.length; i++) {
            address[3] memory callers = [HONEST, THIEF, STRANGER];
            for (uint256 k = 0; k < 3; k++) {
                _give(assets[i], callers[k], _units(assets[i], 100_000_000));
                _approve(assets[i], callers[k], address(guard), type(uint256).max);
            }
        }
    }

    function writeTally() external {
        uint256[6] memory counts = [repays, topUps, fillsDone, rescues, thiefActions, replans];
        Tally.write("Aave", counts);
    }

    /// @dev Whatever came before: once the market is in order, each action saves a loan that is below its trigger.
    function rescueAllWays() external {
        _restoreMarket();
        uint8[3] memory order = [Actions.TOP_UP, Actions.REPAY, Actions.FILL];
        for (uint256 i = 0; i < 3; i++) {
            vm.warp(block.timestamp + 1 days);
            _refreshFeeds();
            _renew(WBTC_DAI);
            (bool must, bool done) = _rescueBy(WBTC_DAI, order[i], loans[WBTC_DAI].minHf + 0.05e18);
            if (!must || !done) revert Broken(8, "nothing succeeds", order[i], must ? 1 : 0);
        }
    }
}

contract AaveInvariantsTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    AaveActors private _actors;

    function setUp() public {
        _actors = new AaveActors();
    }

    function targetContracts() public view returns (address[] memory list) {
        list = new address[](1);
        list[0] = address(_actors);
    }

    function excludeSelectors() public view returns (FuzzSelector[] memory list) {
        list = new FuzzSelector[](1);
        list[0] = FuzzSelector(address(_actors), new bytes4[](2));
        list[0].selectors[0] = AaveActors.rescueAllWays.selector;
        list[0].selectors[1] = AaveActors.writeTally.selector;
    }

    /// forge-config: default.invariant.runs = 100
    /// forge-config: default.invariant.depth = 50
    /// forge-config: long.invariant.runs = 10000
    /// forge-config: long.invariant.depth = 50
    function invariantThePromisesHold() public view {
        _actors.requireGuardEmpty();
    }

    /// @dev After every run. A guard that refuses everything keeps all the promises but this one.
    function afterInvariant() public {
        _actors.writeTally();
        _actors.rescueAllWays();
    }
}
