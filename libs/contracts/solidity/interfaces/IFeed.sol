// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice A price feed as Chainlink's aggregators answer; a sequencer uptime feed answers 0 for up, 1 for down.
interface IFeed {
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
}
