import { startWebhookSink } from '@ballast/embedded';
import { startStack, type Stack, type StackOptions } from '../stack.js';
import { startDemoServer, type DemoServer } from './server.js';
import { Stage } from './stage.js';
import { DemoWallet } from './wallet.js';

export interface Demo {
  readonly stack: Stack;
  /** Null on a live network: there is nothing to play there. Its `open` brings the two loans on stage. */
  readonly stage: Stage | null;
  stop(): Promise<void>;
}

/** Starts the whole stack with the crash player's server beside it. */
export async function startDemo(options: Omit<StackOptions, 'beforeApi'> & { readonly playSeconds?: number }): Promise<Demo> {
  const ends: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end().catch((error: Error) => options.onStep(`stopping: ${error.message}`));
  };
  try {
    const sink = await startWebhookSink({ limit: 500 });
    ends.push(() => sink.stop());
    let parts: { wallet: DemoWallet; server: DemoServer } | null = null;
    const stack = await startStack({
      ...options,
      beforeApi: async ({ chain, inbox }) => {
        const wallet = new DemoWallet(chain.rpcUrl);
        ends.push(async () => wallet.close());
        const server = await startDemoServer({ wallet, inbox, sink });
        ends.push(() => server.stop());
        parts = { wallet, server };
        return { demoUrl: server.url };
      },
    });
    ends.push(() => stack.stop());
    const { wallet, server } = (parts as { wallet: DemoWallet; server: DemoServer } | null) ?? {};
    if (!stack.chain || !stack.inbox || !wallet || !server) return { stack, stage: null, stop };
    const stage = new Stage({ chain: stack.chain, apiUrl: stack.publicUrl, wallet, inbox: stack.inbox, sink, playSeconds: options.playSeconds });
    server.stage = stage;
    ends.push(() => stage.close());
    return { stack, stage, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
