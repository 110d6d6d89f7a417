import { configuratorAbi } from '../abis.js';
import { tokenOf } from '../deploy/market.js';
import type { Devchain } from '../devchain.js';
import type { MarketScenario, MarketStep } from './scenario.js';

// Short enough that no feed outlives its heartbeat between two blocks.
const advanceStep = 300;

async function setPaused(chain: Devchain, step: Extract<MarketStep, { do: 'pause-reserve' | 'unpause-reserve' }>): Promise<void> {
  const admin = chain.sender(chain.accounts.deployer);
  const asset = tokenOf(chain.deployment, step.symbol).address;
  const call = { to: chain.deployment.aave.configurator, abi: configuratorAbi, method: 'setReservePause', args: [asset, step.do === 'pause-reserve'] };
  const hash = await admin.send(call, { gasLimit: 500_000n });
  await chain.mining.flush();
  await admin.mined(hash, call);
}

async function advance(chain: Devchain, seconds: number): Promise<void> {
  const wasInHand = chain.mining.isInHand;
  if (!wasInHand) await chain.mining.takeInHand();
  try {
    const from = await chain.mining.chainTime();
    for (let passed = advanceStep; ; passed += advanceStep) {
      const at = from + Math.min(passed, seconds);
      await chain.feeds.keepAlive(at);
      await chain.mining.mine(at);
      if (passed >= seconds) return;
    }
  } finally {
    if (!wasInHand) await chain.mining.idle();
  }
}

/** Applies the steps in order, by real transactions of the market's admin and by the feeds. */
export async function applyScenario(chain: Devchain, scenario: MarketScenario): Promise<void> {
  for (const step of scenario.steps) {
    switch (step.do) {
      case 'pause-reserve':
      case 'unpause-reserve':
        await setPaused(chain, step);
        break;
      case 'silence-feed':
        chain.feeds.silence(step.symbol);
        break;
      case 'resume-feed': {
        chain.feeds.resume(step.symbol);
        await chain.feeds.keepAlive(await chain.mining.chainTime());
        await chain.mining.flush();
        break;
      }
      case 'advance':
        await advance(chain, step.seconds);
        break;
    }
  }
}
