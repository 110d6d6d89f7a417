// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {ISwapRouter} from "../../solidity/interfaces/ISwapRouter.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";
import {IMintable} from "./MockLenders.sol";

/// @notice Sells the path's first token for its last at a price set by hand. It may be told to misbehave.
contract MockRouter is ISwapRouter {
    error TooLittle(uint256 amountOut, uint256 minimum);

    /// Units of the last token for one unit of the first.
    uint256 public price = 2_700;
    /// Units of the first token that it leaves with the caller.
    uint256 public leaves;
    /// Units of the last token that it keeps back, whatever the caller's minimum.
    uint256 public keepsBack;
    uint256 public minimumSeen;
    bytes public pathSeen;
    address private _target;
    bytes private _data;
    bool private _mustFail;
    bytes public answer;

    function setPrice(uint256 price_) external {
        price = price_;
    }

    function setLeaves(uint256 units) external {
        leaves = units;
    }

    function setKeepsBack(uint256 units) external {
        keepsBack = units;
    }

    /// @dev From now on each sale first calls `target`; that call must fail.
    function setHook(address target, bytes calldata data) external {
        (_target, _data, _mustFail) = (target, data, true);
    }

    /// @dev From now on each sale first calls `target`, and that call must succeed.
    function setAct(address target, bytes calldata data) external {
        (_target, _data, _mustFail) = (target, data, false);
    }

    function exactInput(ExactInputParams calldata params) external payable returns (uint256 amountOut) {
        if (_target != address(0)) {
            (bool done, bytes memory returned) = _target.call(_data);
            answer = returned;
            require(done != _mustFail, "the call from inside");
        }
        require(block.timestamp <= params.deadline, "too late");
        (minimumSeen, pathSeen) = (params.amountOutMinimum, params.path);
        amountOut = (params.amountIn - leaves) * price;
        if (amountOut < params.amountOutMinimum) revert TooLittle(amountOut, params.amountOutMinimum);
        IToken(address(bytes20(params.path[:20]))).transferFrom(msg.sender, address(this), params.amountIn - leaves);
        IMintable(address(bytes20(params.path[params.path.length - 20:]))).mint(params.recipient, amountOut - keepsBack);
    }
}
