// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

interface IPriceFeed {
  function latestAnswer() external view returns (int256);
  function decimals() external view returns (uint8);
}

interface IDecimals {
  function decimals() external view returns (uint8);
}

/// @title A Morpho market's oracle on the local chain: the ratio of two of the chain's feeds.
contract FeedRatioOracle {
  error NoAnswer(address feed);

  IPriceFeed public immutable collateralFeed;
  IPriceFeed public immutable loanFeed;
  uint256 private immutable scale;

  /// @dev Both feeds answer in the same currency with the same decimals.
  constructor(IPriceFeed collateralFeed_, IPriceFeed loanFeed_, IDecimals collateralToken, IDecimals loanToken) {
    collateralFeed = collateralFeed_;
    loanFeed = loanFeed_;
    require(collateralFeed_.decimals() == loanFeed_.decimals(), "feeds of different decimals");
    scale = 10 ** (36 + loanToken.decimals() - collateralToken.decimals());
  }

  /// @notice Loan tokens that one unit of the collateral token is worth, scaled by 1e36, rounded down.
  function price() external view returns (uint256) {
    return scale * answer(collateralFeed) / answer(loanFeed);
  }

  /// @notice The feeds under the names that Morpho's own Chainlink oracles give them.
  function BASE_FEED_1() external view returns (IPriceFeed) {
    return collateralFeed;
  }

  function QUOTE_FEED_1() external view returns (IPriceFeed) {
    return loanFeed;
  }

  function answer(IPriceFeed feed) private view returns (uint256) {
    int256 given = feed.latestAnswer();
    if (given <= 0) revert NoAnswer(address(feed));
    return uint256(given);
  }
}
