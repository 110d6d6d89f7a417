export { RequestRefused, startServer, type LocalRequest, type Refusal, type RunningServer, type ServerOptions } from './server.js';
export { endAtSignals } from './ending.js';
export { readSecret } from './secret-file.js';
export { tokenOf } from './token.js';
export type { ListenAt } from './listening.js';
