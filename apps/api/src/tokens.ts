/** What the modules inject that is not a class of this app. */
export const ENV = Symbol('Env');
export const BOOK = Symbol('ChainBook');
