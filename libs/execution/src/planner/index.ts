export { FILLER_SELECTORS, KEEPER_SELECTORS, callOfIntent, encodeActivate, encodeApprove, encodeFillTowards, encodeRepayTowards, encodeGuardFill, encodePermit, encodeRepay, encodeRevoke, encodeRevokeAll, encodeSet, encodeTopUp, type ActionLimits, type PlannedCall } from './calls.js';
export { decodeExecuted, effectOf, filledOf, unexpectedMove, type Proof } from './guard-events.js';
export { readGuardPosition, type GuardPosition } from './guard-position.js';
export { PERMIT_TYPE_HASH, permitDomainSeparator, permitTypedData, recoverPermitSigner, type PermitDomain, type PermitTerms } from './permit-data.js';
export { classifyRevert, retryClassOf, type RetryClass, type RevertClass } from './reverts.js';
export { encodeMultiSend, safeAbi, safeBatch } from './safe-batch.js';
export { mandateHash, mandateTypedData, recoverMandateSigner } from './typed-data.js';
export { cometLoan, fillToReachUp, healthDown, morphoLoan, mostOutDown, repayToReachUp, topUpToReachUp, venusLoan, type CometCollateral, type CometFacts, type MorphoFacts, type VenueLoan, type VenusFacts, type VenusMarket } from './venue-loans.js';
export { aimInside, encodeVenuePlan, planVenue, type VenueFunds, type VenueMandate, type VenuePlan, type VenueTerms } from './venues.js';
