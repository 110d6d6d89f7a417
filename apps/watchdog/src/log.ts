/** What the watchdog says of itself, a line each. */
export interface Log {
  info(message: string): void;
  /** Something that somebody must mend. */
  error(message: string): void;
}

export const consoleLog: Log = {
  info: (message) => console.log(`${new Date().toISOString()} ${message}`),
  error: (message) => console.error(`${new Date().toISOString()} ERROR ${message}`),
};
