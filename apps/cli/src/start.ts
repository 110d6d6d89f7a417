import { startDemo, type Demo } from './demo/demo.js';
import type { CliEnv } from './env.js';

/** `ballast start`: brings everything up, says step by step what it does, prints the address, and takes everything down at Ctrl-C. */
export async function runStart(options: { env: CliEnv; root: string; home: string }): Promise<void> {
  const startedAt = Date.now();
  let demo: Demo | null = null;
  let stopping = false;
  const stop = async (code: number): Promise<never> => {
    if (!stopping) {
      stopping = true;
      console.log('\nStopping …');
      await demo?.stop();
      process.exit(code);
    }
    return new Promise<never>(() => {}); // the first call ends the process
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));

  try {
    demo = await startDemo({
      ...options,
      onStep: (text) => console.log(`  ${text}`),
      onBootFailure: (message) => {
        console.error(`\n${message}`);
        void stop(1);
      },
    });
  } catch (error) {
    console.error(`\n${(error as Error).message}`);
    return stop(1);
  }
  const { stack, stage } = demo;
  console.log(`\nBallast is at ${stack.publicUrl}   (ready in ${((Date.now() - startedAt) / 1000).toFixed(1)} s; Ctrl-C stops everything)`);
  if (!stage) return;
  console.log('  two equal loans are being opened, one of them signed for protection …');
  await stage.open().then(
    () => console.log('  ready: press "Replay 12-13 March 2020" in the crash player'),
    (error: Error) => console.error(stopping ? '' : `  the crash player is not available: ${error.message}`),
  );
}
