// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice A price feed for assets that only these tests list, read as the local chain's own feeds are.
contract MarketFeed {
    address public immutable owner;
    uint8 public constant decimals = 8;
    int256 private _answer;
    uint256 private _updatedAt;
    uint80 private _round;

    constructor(address owner_, int256 answer) {
        owner = owner_;
        _set(answer);
    }

    function setAnswer(int256 answer) external {
        require(msg.sender == owner, "owner only");
        _set(answer);
    }

    function latestAnswer() external view returns (int256) {
        return _answer;
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return (_round, _answer, _updatedAt, _updatedAt, _round);
    }

    function _set(int256 answer) private {
        (_answer, _updatedAt) = (answer, block.timestamp);
        _round++;
    }
}
