export { RequestRefused, startServer, type LocalRequest, type Refusal, type RunningServer, type ServerOptions } from './server.js';
export { readSecret } from './secret-file.js';
export type { ListenAt } from './listening.js';
