// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title A price feed of the local chain, read the way a Chainlink aggregator is read.
/// @notice Every answer is kept, with the block time at which it was set. Only the owner sets answers.
contract SettableFeed {
  struct Round {
    int256 answer;
    uint64 at;
  }

  event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt);

  error OnlyOwner(address caller);
  error NoSuchRound(uint80 roundId);

  address public immutable owner;
  uint8 public immutable decimals;
  string public description;
  uint256 public constant version = 4;

  Round[] private rounds;

  constructor(address owner_, uint8 decimals_, string memory description_, int256 answer) {
    owner = owner_;
    decimals = decimals_;
    description = description_;
    _set(answer);
  }

  function setAnswer(int256 answer) external {
    if (msg.sender != owner) revert OnlyOwner(msg.sender);
    _set(answer);
  }

  function latestAnswer() external view returns (int256) {
    return rounds[rounds.length - 1].answer;
  }

  function latestTimestamp() external view returns (uint256) {
    return rounds[rounds.length - 1].at;
  }

  function latestRound() external view returns (uint256) {
    return rounds.length;
  }

  function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
    return getRoundData(uint80(rounds.length));
  }

  /// @param roundId 1 is the first round; the latest is latestRound().
  function getRoundData(uint80 roundId) public view returns (uint80, int256, uint256, uint256, uint80) {
    if (roundId == 0 || roundId > rounds.length) revert NoSuchRound(roundId);
    Round memory round = rounds[roundId - 1];
    return (roundId, round.answer, round.at, round.at, roundId);
  }

  function _set(int256 answer) private {
    rounds.push(Round(answer, uint64(block.timestamp)));
    emit AnswerUpdated(answer, rounds.length, block.timestamp);
  }
}
