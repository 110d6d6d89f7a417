import { Interface } from 'ethers';

/** The part of a Chainlink-style price feed that Ballast reads. A round id of a proxy is (phase << 64) | round of that phase. */
export const chainlinkFeedAbi = new Interface([
  'function decimals() view returns (uint8)',
  'function latestRoundData() view returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)',
  'function getRoundData(uint80 roundId) view returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)',
]);
