export { aaveFillerAbi, aaveFillerBytecode, aaveFillerRuntime } from './abi/aave-filler.js';
export { aaveGuardAbi, aaveGuardBytecode, aaveGuardRuntime } from './abi/aave-guard.js';
export { keepersAbi, keepersBytecode, keepersRuntime } from './abi/keepers.js';
export { morphoFillerAbi, morphoFillerBytecode, morphoFillerRuntime } from './abi/morpho-filler.js';
export { isAaveFillerCode, isAaveGuardCode, isKeepersCode, isMorphoFillerCode } from './deployed-code.js';
export { MANDATE_TYPES, REVOKE_ALL_TYPES, hashMandate, hashRevokeAll, mandateDomain, type MandateMessage } from './mandate.js';
export { decodeRevert, fillerErrorsAbi, guardErrorsAbi, priceErrorsAbi, tokenErrorsAbi, venueErrorsAbi, type Revert } from './reverts.js';
