// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {GuardActions} from "../guard/GuardActions.sol";
import {Mandate} from "../guard/Mandate.sol";
import {MorphoMandate} from "../guard/MorphoMandate.sol";

/// @notice What a filler calls of AaveGuard.
interface IAaveGuardFill {
    function fill(Mandate calldata m, uint256 min, uint256 max, uint256 out, uint256 deadline) external;
    function repay(Mandate calldata m, uint256 min, uint256 max, uint256 deadline) external;
    function hashMandate(Mandate calldata m) external view returns (bytes32);
    function pool() external view returns (address);
}

/// @notice What a filler calls of MorphoGuard.
interface IMorphoGuardFill {
    function fill(MorphoMandate calldata m, uint256 min, uint256 max, uint256 out, uint256 deadline) external;
    function repay(MorphoMandate calldata m, uint256 min, uint256 max, uint256 deadline) external;
    function preview(MorphoMandate calldata m) external view returns (GuardActions.Preview memory);
    function hashMandate(MorphoMandate calldata m) external view returns (bytes32);
    function morpho() external view returns (address);
}
