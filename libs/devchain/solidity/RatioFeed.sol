// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

interface IFeed {
  function latestAnswer() external view returns (int256);
  function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80);
  function getRoundData(uint80 roundId) external view returns (uint80, int256, uint256, uint256, uint80);
  function decimals() external view returns (uint8);
}

/// @title The price of a wrapped asset: another feed's answer times a fixed exchange ratio (1e18 = one for one).
/// @notice It has no clock of its own: rounds and times are those of the feed beneath.
contract RatioFeed {
  IFeed public immutable base;
  uint256 public immutable ratio;
  uint8 public immutable decimals;
  string public description;

  constructor(IFeed base_, uint256 ratio_, string memory description_) {
    base = base_;
    ratio = ratio_;
    decimals = base_.decimals();
    description = description_;
  }

  function latestAnswer() external view returns (int256) {
    return _scaled(base.latestAnswer());
  }

  function latestRoundData() external view returns (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 inRound) {
    (id, answer, startedAt, updatedAt, inRound) = base.latestRoundData();
    answer = _scaled(answer);
  }

  function getRoundData(uint80 roundId) external view returns (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 inRound) {
    (id, answer, startedAt, updatedAt, inRound) = base.getRoundData(roundId);
    answer = _scaled(answer);
  }

  function _scaled(int256 answer) private view returns (int256) {
    return (answer * int256(ratio)) / 1e18;
  }
}
