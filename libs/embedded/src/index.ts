/**
 * Servers for a machine that has none, for development, the demo and tests only: api and worker never import this.
 * Everything listens on 127.0.0.1.
 */
export * from './errors.js';
export { freePort } from './free-port.js';
export { startInbox, type InboxMessage, type RunningInbox } from './inbox.js';
export { startPostgres, type PostgresOptions, type RunningPostgres } from './postgres.js';
export { startedAt, stopProcess } from './processes.js';
export { startRedis, type RedisKind, type RedisOptions, type RunningRedis } from './redis.js';
export { defaultRunDir, forgetChild, rememberChild, stopStaleChildren, type OnStep, type StopSignals } from './run-directory.js';
export { startWebhookSink, type ReceivedWebhook, type RunningWebhookSink } from './webhook-sink.js';
