// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IToken} from "../interfaces/IToken.sol";

/// @dev Declares no return value, as `IToken` does: some tokens return nothing, and what moved is told by balances.
interface ISendable {
    function transfer(address to, uint256 amount) external;
}

/// @notice What a filler does with a token. An allowance is given for one call and is zero after it, so that tokens which
/// replace an allowance only from zero work too.
library TokenSteps {
    function held(address token) internal view returns (uint256) {
        return IToken(token).balanceOf(address(this));
    }

    function send(address token, address to, uint256 amount) internal {
        ISendable(token).transfer(to, amount);
    }

    function allow(address token, address spender, uint256 amount) internal {
        IToken(token).approve(spender, amount);
    }

    /// @notice Takes back what `spender` did not use.
    function disallow(address token, address spender) internal {
        if (IToken(token).allowance(address(this), spender) != 0) IToken(token).approve(spender, 0);
    }
}
