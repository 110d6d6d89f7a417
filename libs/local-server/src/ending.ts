const PATIENCE_MS = 5_000;

/** Ends the process at SIGTERM or SIGINT, once `stop` is through; as a failure where that throws or takes too long. */
export function endAtSignals(stop: () => Promise<void>): void {
  const end = (): void => {
    setTimeout(() => process.exit(1), PATIENCE_MS).unref();
    stop().then(() => process.exit(0), (error: Error) => {
      console.error(error);
      process.exit(1);
    });
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}
