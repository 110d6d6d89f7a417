import type { MarketScenario } from './scenario.js';

/** The market's guardians stop every movement of USDC: no repayment, no borrowing, no liquidation in it. */
export const pauseReserve: MarketScenario = {
  kind: 'market-change', name: 'pause-reserve', title: 'USDC is paused on the market',
  steps: [{ do: 'pause-reserve', symbol: 'USDC' }],
};

export const unpauseReserve: MarketScenario = {
  kind: 'market-change', name: 'unpause-reserve', title: 'USDC is open again',
  steps: [{ do: 'unpause-reserve', symbol: 'USDC' }],
};

/** The ETH feed gives no answer for two hours, twice its heartbeat, while the others go on. */
export const staleFeed: MarketScenario = {
  kind: 'market-change', name: 'stale-feed', title: 'The ETH price feed falls silent',
  steps: [{ do: 'silence-feed', symbol: 'WETH' }, { do: 'advance', seconds: 7200 }],
};

export const feedBack: MarketScenario = {
  kind: 'market-change', name: 'feed-back', title: 'The ETH price feed answers again',
  steps: [{ do: 'resume-feed', symbol: 'WETH' }],
};
