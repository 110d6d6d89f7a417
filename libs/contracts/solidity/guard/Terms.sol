// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice What a mandate says, in the one form that every venue's guard works with. Health factors are scaled by 1e18.
/// @param mandateHash the EIP-712 hash that was signed
/// @param pair what the mandate is for: `keccak256(abi.encode(collateral, debt))`, or a Morpho market's id
/// @param collateral as the venue's mandate names it; `debt` as well
struct Terms {
    bytes32 mandateHash;
    bytes32 pair;
    address owner;
    address collateral;
    address debt;
    uint256 actions;
    uint256 triggerHf;
    uint256 minHf;
    uint256 maxHf;
    uint256 maxCostBps;
    uint256 fillPerDay;
    address keepers;
    uint256 expiry;
    bytes32 prev;
}

/// @notice The bits of a mandate's `actions`.
library Actions {
    uint8 internal constant TOP_UP = 1;
    uint8 internal constant REPAY = 2;
    /// @dev Repaying with the owner's collateral, at a fixed price. Only where the venue's guard has it.
    uint8 internal constant FILL = 4;
}

/// @notice The ceilings that hold for every mandate, whatever its owner signed.
library Ceilings {
    error UnknownActions(uint256 actions);
    error SameAsset(address asset);
    error TriggerTooLow(uint256 triggerHf, uint256 floor);
    error BandOutOfOrder(uint256 triggerHf, uint256 minHf, uint256 maxHf);
    error CostAboveCeiling(uint256 maxCostBps, uint256 ceiling);
    error KeepersNotContract(address keepers);
    error Expired(uint256 expiry, uint256 timestamp);

    /// @dev Below a health factor of one the venue liquidates: a trigger at or under it comes too late.
    uint256 internal constant LIQUIDATION_HF = 1e18;
    uint256 internal constant COST_BPS = 500;

    /// @notice Reverts unless the mandate could be lived by: it is in time and its terms are in order.
    /// @param offered the bits of the actions that the venue's guard has
    function requireSound(Terms memory t, uint256 offered) internal view {
        requireInTime(t);
        if (t.actions == 0 || t.actions & ~offered != 0) revert UnknownActions(t.actions);
        if (t.collateral == t.debt) revert SameAsset(t.debt);
        if (t.triggerHf <= LIQUIDATION_HF) revert TriggerTooLow(t.triggerHf, LIQUIDATION_HF);
        if (t.triggerHf >= t.minHf || t.minHf >= t.maxHf) revert BandOutOfOrder(t.triggerHf, t.minHf, t.maxHf);
        if (t.maxCostBps > COST_BPS) revert CostAboveCeiling(t.maxCostBps, COST_BPS);
        if (t.keepers.code.length == 0) revert KeepersNotContract(t.keepers);
    }

    function requireInTime(Terms memory t) internal view {
        if (block.timestamp > t.expiry) revert Expired(t.expiry, block.timestamp);
    }
}
