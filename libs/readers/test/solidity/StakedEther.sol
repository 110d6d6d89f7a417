// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice Fixtures of our own for tests alone: the one view of each staked ether that its rate is read from, settable.
contract WstEthFixture {
    uint256 public stEthPerToken;
    string public constant symbol = "wstETH";
    uint8 public constant decimals = 18;

    function set(uint256 rate) external {
        stEthPerToken = rate;
    }
}

contract REthFixture {
    uint256 public getExchangeRate;
    string public constant symbol = "rETH";
    uint8 public constant decimals = 18;

    function set(uint256 rate) external {
        getExchangeRate = rate;
    }
}

contract CbEthFixture {
    uint256 public exchangeRate;
    string public constant symbol = "cbETH";
    uint8 public constant decimals = 18;

    function set(uint256 rate) external {
        exchangeRate = rate;
    }
}
