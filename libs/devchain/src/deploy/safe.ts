import { safeArtifact } from '../artifacts.js';
import type { Sender } from '../sender.js';
import type { Deployment } from './market.js';

/** Deploys what Safe accounts are made from. */
export async function deploySafe(sender: Sender): Promise<Deployment['safe']> {
  return {
    singleton: await sender.deploy(safeArtifact('Safe')),
    proxyFactory: await sender.deploy(safeArtifact('SafeProxyFactory')),
    multiSendCallOnly: await sender.deploy(safeArtifact('MultiSendCallOnly')),
    fallbackHandler: await sender.deploy(safeArtifact('CompatibilityFallbackHandler')),
  };
}
