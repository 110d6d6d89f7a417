/** A local server could not be started. `log` is the end of what it printed. */
export class ServerStartFailed extends Error {
  readonly code = 'embedded-start-failed';
  constructor(readonly server: string, readonly reason: string, readonly log: string = '') {
    super(`${server} did not start: ${reason}${log === '' ? '' : `\n${log}`}`);
  }
}

/** Another running Ballast uses the same data directory. */
export class DataDirectoryInUse extends Error {
  readonly code = 'embedded-in-use';
  constructor(readonly directory: string, readonly ownerPid: number) {
    super(`${directory} is used by another running process, pid ${ownerPid}: expected nobody to use it. Stop that one first`);
  }
}

/** What was waited for did not come in time. */
export class WaitTimedOut extends Error {
  readonly code = 'embedded-wait-timed-out';
  constructor(readonly what: string, readonly timeoutMs: number, readonly seen: string) {
    super(`waited ${timeoutMs} ms for ${what}, saw ${seen}`);
  }
}
