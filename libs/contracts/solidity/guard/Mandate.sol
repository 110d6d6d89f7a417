// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice What an owner signs, once, for one pair of collateral and debt. Health factors are scaled by 1e18.
/// @param owner whose position it is
/// @param collateral asset that TOP_UP supplies
/// @param debt asset that REPAY repays
/// @param actions bits of `Actions`
/// @param triggerHf an action may start only below it
/// @param minHf an action must end at or above it, but for the exemptions of `AmountRule`
/// @param maxHf an action must end at or below it, unless the debt was repaid in full
/// @param maxCostBps what repaying with collateral may cost, in basis points of the value repaid (FILL only)
/// @param fillPerDay units of the debt asset that FILL may repay in a day (FILL only)
/// @param keepers the contract that lists who may act
/// @param expiry last second, in block time, at which an action is allowed
/// @param prev `prevOf(owner, collateral, debt)` when the mandate was signed: ties it to its place in the chain of mandates
struct Mandate {
    address owner;
    address collateral;
    address debt;
    uint8 actions;
    uint64 triggerHf;
    uint64 minHf;
    uint64 maxHf;
    uint16 maxCostBps;
    uint128 fillPerDay;
    address keepers;
    uint40 expiry;
    bytes32 prev;
}

/// @notice The bits of `Mandate.actions`.
library Actions {
    uint8 internal constant TOP_UP = 1;
    uint8 internal constant REPAY = 2;
    /// @dev Repaying with the owner's collateral. A mandate may allow it already; this guard has no function that does it.
    uint8 internal constant FILL = 4;
    uint8 internal constant ALL = TOP_UP | REPAY | FILL;
}

/// @notice The ceilings that hold for every mandate, whatever its owner signed, and its EIP-712 struct hash.
library MandateTerms {
    error UnknownActions(uint8 actions);
    error SameAsset(address asset);
    error TriggerTooLow(uint256 triggerHf, uint256 floor);
    error BandOutOfOrder(uint256 triggerHf, uint256 minHf, uint256 maxHf);
    error CostAboveCeiling(uint256 maxCostBps, uint256 ceiling);
    error KeepersNotContract(address keepers);
    error Expired(uint256 expiry, uint256 timestamp);

    /// @dev Below a health factor of one the venue liquidates: a trigger at or under it comes too late.
    uint256 internal constant LIQUIDATION_HF = 1e18;
    uint256 internal constant COST_CEILING_BPS = 500;

    bytes32 internal constant TYPE_HASH = keccak256(
        "Mandate(address owner,address collateral,address debt,uint8 actions,uint64 triggerHf,uint64 minHf,uint64 maxHf,uint16 maxCostBps,uint128 fillPerDay,address keepers,uint40 expiry,bytes32 prev)"
    );

    /// @notice Hash of the whole mandate, all twelve fields. Every field is one word, so the ABI encoding of the struct
    /// is the one that EIP-712 asks for.
    function structHash(Mandate calldata m) internal pure returns (bytes32) {
        return keccak256(abi.encode(TYPE_HASH, m));
    }

    /// @notice Reverts unless the mandate could be lived by: it is in time and its terms are in order.
    function requireSound(Mandate calldata m) internal view {
        requireInTime(m);
        if (m.actions == 0 || m.actions > Actions.ALL) revert UnknownActions(m.actions);
        if (m.collateral == m.debt) revert SameAsset(m.debt);
        if (m.triggerHf <= LIQUIDATION_HF) revert TriggerTooLow(m.triggerHf, LIQUIDATION_HF);
        if (m.triggerHf >= m.minHf || m.minHf >= m.maxHf) revert BandOutOfOrder(m.triggerHf, m.minHf, m.maxHf);
        if (m.maxCostBps > COST_CEILING_BPS) revert CostAboveCeiling(m.maxCostBps, COST_CEILING_BPS);
        if (m.keepers.code.length == 0) revert KeepersNotContract(m.keepers);
    }

    function requireInTime(Mandate calldata m) internal view {
        if (block.timestamp > m.expiry) revert Expired(m.expiry, block.timestamp);
    }
}
