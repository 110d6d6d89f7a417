export { aaveFillerAbi, aaveFillerBytecode, aaveFillerRuntime } from './abi/aave-filler.js';
export { aaveGuardAbi, aaveGuardBytecode, aaveGuardRuntime } from './abi/aave-guard.js';
export { keepersAbi, keepersBytecode, keepersRuntime } from './abi/keepers.js';
export { morphoFillerAbi, morphoFillerBytecode, morphoFillerRuntime } from './abi/morpho-filler.js';
export { morphoGuardAbi, morphoGuardBytecode, morphoGuardRuntime } from './abi/morpho-guard.js';
export { isAaveFillerCode, isAaveGuardCode, isKeepersCode, isMorphoFillerCode, isMorphoGuardCode } from './deployed-code.js';
export { MANDATE_TYPES, MORPHO_MANDATE_TYPES, REVOKE_ALL_TYPES, hashMandate, hashMorphoMandate, hashRevokeAll, mandateDomain, type GuardName, type MandateMessage, type MorphoMandateMessage } from './mandate.js';
export { decodeRevert, fillerErrorsAbi, guardErrorsAbi, priceErrorsAbi, tokenErrorsAbi, venueErrorsAbi, venueGuardErrorsAbi, type Revert } from './reverts.js';
