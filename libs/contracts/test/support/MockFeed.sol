// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IFeed} from "../../solidity/interfaces/IFeed.sol";

/// @notice A feed whose every answer is set by hand; also a sequencer's.
contract MockFeed is IFeed {
    int256 public answer;
    uint256 public startedAt;
    uint256 public updatedAt;

    constructor(int256 answer_, uint256 updatedAt_) {
        set(answer_, updatedAt_, updatedAt_);
    }

    function set(int256 answer_, uint256 startedAt_, uint256 updatedAt_) public {
        (answer, startedAt, updatedAt) = (answer_, startedAt_, updatedAt_);
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return (1, answer, startedAt, updatedAt, 1);
    }
}
