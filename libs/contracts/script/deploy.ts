import { Contract, Wallet, concat, type JsonRpcApiProvider } from 'ethers';
import { ChainReads } from './chain-reads.js';
import { checksBefore, codeProblem } from './checks-before.js';
import type { Parameters } from './parameters.js';
import { DEPLOYER, planOf, type PlannedContract } from './plan.js';
import { DeploymentRefused, type DeployProblem } from './problems.js';

/** What was looked at and decided before anything is sent. */
export interface Prepared {
  readonly parameters: Parameters;
  readonly plan: readonly PlannedContract[];
  /** Names of the contracts that are there already; they are checked and not created again. */
  readonly there: readonly string[];
}

/** Looks at everything and sends nothing. @throws DeploymentRefused that lists all that is wrong */
export async function prepare(provider: JsonRpcApiProvider, parameters: Parameters): Promise<Prepared> {
  const plan = planOf(parameters);
  const reads = await ChainReads.at(provider);
  const problems = await checksBefore(reads, parameters, plan);
  if (problems.length > 0) throw new DeploymentRefused(problems);
  const codes = await Promise.all(plan.map(({ address }) => reads.code(address)));
  return { parameters, plan, there: plan.filter((_item, index) => codes[index] !== '0x').map(({ name }) => name) };
}

/** What is said while it goes on: one line a step. */
export type OnStep = (text: string) => void;

/**
 * Creates what is not there, in order, and then checks all of it: code and constructor values. Running it again changes nothing.
 * @throws DeploymentRefused when a creation fails or what is there is not what was planned
 */
export async function deploy(provider: JsonRpcApiProvider, { plan, there, parameters }: Prepared, privateKey: string, onStep: OnStep = () => undefined): Promise<void> {
  const wallet = new Wallet(privateKey, provider);
  for (const item of plan) {
    if (there.includes(item.name)) {
      onStep(`${item.contract} is there: ${item.address}`);
      continue;
    }
    const sent = await wallet.sendTransaction({ to: DEPLOYER, data: concat([parameters.salt, item.initCode]) }).catch((error: Error) => {
      throw new DeploymentRefused([{ what: `creating ${item.contract} at ${item.address}`, given: error.message, expected: 'a transaction that goes through' }]);
    });
    const receipt = await sent.wait().catch(() => null);
    if (receipt?.status !== 1) throw new DeploymentRefused([{ what: `creating ${item.contract} at ${item.address}`, given: `transaction ${sent.hash} failed`, expected: 'one that goes through' }]);
    onStep(`${item.contract} created in block ${receipt.blockNumber}: ${item.address}`);
  }
  const problems = await checksAfter(provider, plan);
  if (problems.length > 0) throw new DeploymentRefused(problems);
  onStep('code and constructor values are what was planned');
}

/** Whether what stands at the planned addresses is ours and answers as constructed. */
export async function checksAfter(provider: JsonRpcApiProvider, plan: readonly PlannedContract[]): Promise<DeployProblem[]> {
  const reads = await ChainReads.at(provider);
  const problems: DeployProblem[] = [];
  for (const item of plan) {
    const wrong = codeProblem(item, await reads.code(item.address), false);
    problems.push(...wrong);
    if (wrong.length > 0) continue;
    const contract = new Contract(item.address, item.abi, provider);
    for (const { method, args, expected } of item.readBacks) {
      const given: unknown = await contract.getFunction(method)(...args).catch((error: Error) => `an error: ${error.message}`);
      if (plain(given) !== plain(expected)) problems.push({ what: `${item.contract}.${method}(${args.map(String).join(', ')})`, given: plain(given), expected: plain(expected) });
    }
  }
  return problems;
}

/** Values as text that can be compared: nested lists, numbers of either kind, addresses in any case. */
export function plain(value: unknown): string {
  if (Array.isArray(value) || (typeof value === 'object' && value !== null && Symbol.iterator in value)) return `[${[...(value as Iterable<unknown>)].map(plain).join(', ')}]`;
  return String(value).toLowerCase();
}
