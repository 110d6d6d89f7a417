/** What the demo's control server answers (served by the local start only, never by a production API). */
export interface DemoRepayment {
  readonly transactionHash: string;
  readonly amount: string;
  readonly symbol: string;
  readonly blockNumber: string | number;
  readonly healthBefore: string | null;
  readonly healthAfter: string | null;
  readonly gasUsd: string;
}
export interface DemoLiquidation {
  readonly transactionHash: string;
  readonly blockNumber: string | number;
  readonly debtCovered: string;
  readonly debtSymbol: string;
  readonly collateralSeized: string;
  readonly collateralSymbol: string;
  readonly penaltyUsd: string;
}
export interface DemoOutcome {
  readonly protected: {
    readonly liquidated: boolean;
    readonly healthMin: string | null;
    readonly repaid: readonly DemoRepayment[];
    readonly repaidUsd: string;
    readonly gasUsd: string;
    readonly gasBorneBy: string;
    /** Gas and what liquidations cost; the gas part is not the owner's. */
    readonly costUsd: string;
  };
  readonly twin: { readonly liquidated: boolean; readonly healthMin: string | null; readonly liquidations: readonly DemoLiquidation[]; readonly lossUsd: string };
}
export type DemoVariant = 'spread' | 'raw';
export interface DemoState {
  readonly phase: 'idle' | 'preparing' | 'playing' | 'done' | 'failed';
  readonly variant: DemoVariant | null;
  readonly scenario: { readonly name: string; readonly title: string; readonly source: string; readonly hours: number };
  /** The hour under way, from 0; -1 before the first. */
  readonly hour: number;
  readonly hours: number;
  readonly chainTime: string | null;
  readonly blockNumber: string | number | null;
  readonly priceUsd: string | null;
  readonly startPriceUsd: string | null;
  readonly progress: number;
  readonly accounts: { readonly protected: DemoAccount; readonly twin: DemoAccount };
  readonly outcome: DemoOutcome | null;
  /** Why the replay stopped, when it failed. */
  readonly error?: string | null;
  readonly path: readonly { readonly hour: number; readonly label: string; readonly priceUsd: string }[];
}
export interface DemoAccount {
  readonly address: string;
  readonly label: string;
}
export interface DemoMail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly at: string;
  readonly text: string;
  readonly html: string;
}
export interface DemoWebhook {
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly body: unknown;
  readonly verified: boolean;
}
