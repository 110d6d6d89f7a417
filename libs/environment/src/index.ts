export { InvalidEnvironment, type EnvProblem } from './invalid-environment.js';
export { redact } from './redact.js';
export { parseVariables, problemOf, readAddressBook, type EnvSource } from './variables.js';
