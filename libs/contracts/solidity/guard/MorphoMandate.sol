// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice What an owner signs, once, for one market of Morpho Blue. Health factors are scaled by 1e18.
/// @param owner whose position it is
/// @param marketId the market: its loan token is what REPAY and FILL repay, its collateral token what TOP_UP supplies and FILL
/// pays out
/// @param actions bits of `Actions`
/// @param triggerHf an action may start only below it
/// @param minHf an action must end at or above it, but for the exemptions of `AmountRule`
/// @param maxHf an action must end at or below it, unless the debt was repaid in full
/// @param maxCostBps what FILL may pay out above what it repays, in basis points of the value repaid at the market's oracle
/// @param fillPerDay units of the loan token that FILL may repay in a day: a bucket that fills up again within 24 hours
/// @param keepers the contract that lists who may act, and for which markets FILL's prices are good
/// @param expiry last second, in block time, at which an action is allowed
/// @param prev `prevOf(owner, marketId)` when the mandate was signed: ties it to its place in the chain of mandates
struct MorphoMandate {
    address owner;
    bytes32 marketId;
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

bytes32 constant MORPHO_MANDATE_TYPE_HASH = keccak256(
    "Mandate(address owner,bytes32 marketId,uint8 actions,uint64 triggerHf,uint64 minHf,uint64 maxHf,uint16 maxCostBps,uint128 fillPerDay,address keepers,uint40 expiry,bytes32 prev)"
);
