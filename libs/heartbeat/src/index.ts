export * from './errors.js';
export { heartbeatBody, signedHeartbeat, type ChainBeat, type HeartbeatBody, type HedgingBeat, type SignedHeartbeat } from './heartbeat.js';
export { heartbeatKey, heartbeatPublicKey, newHeartbeatKey, openHeartbeat, publicKeyText, signHeartbeat } from './signature.js';
