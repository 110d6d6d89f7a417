import { startWebhookSink } from '@ballast/embedded';
import { startDemoServer, type DemoServer } from './demo/server.js';
import { Stage } from './demo/stage.js';
import { DemoWallet } from './demo/wallet.js';
import type { CliEnv } from './env.js';
import { startStack, type Stack } from './stack.js';

/** `ballast start`: brings everything up, says step by step what it does, prints the address, and takes everything down at Ctrl-C. */
export async function runStart(options: { env: CliEnv; root: string; home: string }): Promise<void> {
  const startedAt = Date.now();
  const ends: (() => Promise<void>)[] = [];
  let stopping = false;
  const stop = async (code: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    console.log('\nStopping …');
    for (const end of ends.reverse()) await end().catch((error: Error) => console.error(error.message));
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));

  let demo: DemoServer | null = null;
  let wallet: DemoWallet | null = null;
  const sink = await startWebhookSink({ limit: 500 });
  ends.push(() => sink.stop());
  let stack: Stack;
  try {
    stack = await startStack({
      ...options,
      onStep: (text) => console.log(`  ${text}`),
      onBootFailure: (message) => {
        console.error(`\n${message}`);
        void stop(1);
      },
      beforeApi: async ({ chain, inbox }) => {
        wallet = new DemoWallet(chain.rpcUrl);
        demo = await startDemoServer({ wallet, inbox, sink });
        return { demoUrl: demo.url };
      },
    });
  } catch (error) {
    console.error(`\n${(error as Error).message}`);
    return stop(1);
  }
  ends.push(() => stack.stop());
  console.log(`\nBallast is at ${stack.publicUrl}   (ready in ${((Date.now() - startedAt) / 1000).toFixed(1)} s; Ctrl-C stops everything)`);
  if (stack.chain && stack.inbox) {
    const { demo: server, wallet: keys } = { demo: demo as DemoServer | null, wallet: wallet as DemoWallet | null };
    const stage = new Stage({ chain: stack.chain, apiUrl: stack.publicUrl, wallet: keys!, inbox: stack.inbox, sink });
    server!.stage = stage;
    ends.push(async () => {
      await stage.close();
      keys!.close();
      await server!.stop();
    });
    console.log('  two equal loans are being opened, one of them signed for protection …');
    await stage.open().then(
      () => console.log('  ready: press "Replay 12-13 March 2020" in the crash player'),
      (error: Error) => console.error(stopping ? '' : `  the crash player is not available: ${error.message}`),
    );
  }
}
