import deployments from './deployments.json';

/** The guards published on a chain. `block` is the one of the deployment: nothing of ours is older. */
export interface PublishedChain {
  readonly name: string;
  readonly guards: ReadonlyArray<{ readonly contract: string; readonly address: string; readonly block: number }>;
}

/** By chain id; tools/deploy-contracts.mts writes it with --publish. What it says is checked against the code on the chain all the same. */
export const PUBLISHED: Readonly<Record<string, PublishedChain>> = deployments;

export const chainName = (chainId: number): string => PUBLISHED[String(chainId)]?.name ?? `chain ${chainId}`;
