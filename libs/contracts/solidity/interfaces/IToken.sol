// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice An ERC-20 token as the guard sees it.
/// @dev `transferFrom` and `approve` declare no return value on purpose. Some tokens return nothing, some return false
/// instead of reverting; the guard believes neither and checks the balances that follow. A revert still comes through
/// with the token's own data.
interface IToken {
    function transferFrom(address from, address to, uint256 amount) external;
    function approve(address spender, uint256 amount) external;
    function balanceOf(address account) external view returns (uint256);
    function allowance(address owner, address spender) external view returns (uint256);
    function totalSupply() external view returns (uint256);
    function decimals() external view returns (uint8);
}
