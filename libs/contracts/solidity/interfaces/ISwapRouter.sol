// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice The one function of Uniswap v3's SwapRouter that the fillers call.
interface ISwapRouter {
    /// @param path tokens with the pools' fees (three bytes) between them
    /// @param amountIn units of the path's first token, taken from the caller
    /// @param amountOutMinimum units of the path's last token; the router reverts when it would give less
    struct ExactInputParams {
        bytes path;
        address recipient;
        uint256 deadline;
        uint256 amountIn;
        uint256 amountOutMinimum;
    }

    function exactInput(ExactInputParams calldata params) external payable returns (uint256 amountOut);
}
