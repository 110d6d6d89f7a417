// Deploys our contracts to a chain, at addresses that are known before: see docs/deploying.md.
//
//   npx tsx tools/deploy-contracts.mts --rpc URL --parameters FILE            looks at everything, prints the plan, sends nothing
//   npx tsx tools/deploy-contracts.mts --rpc URL --parameters FILE --send     creates what is missing; the key is in DEPLOYER_PRIVATE_KEY
//
//   --book FILE     also writes the chain's entry of this address book, after all checks passed
//   --publish FILE  also writes the guards into this list of published guards (apps/web/revoke/deployments.json)
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { JsonRpcProvider } from 'ethers';
import { ChainReads, DeploymentRefused, bookEntry, checksAfter, deploy, firstBlockOf, parseParameters, plain, prepare, type Prepared } from '../libs/contracts/script/index.js';

const { values } = parseArgs({ options: { rpc: { type: 'string' }, parameters: { type: 'string' }, send: { type: 'boolean', default: false }, book: { type: 'string' }, publish: { type: 'string' } } });

function need(value: string | undefined, name: string): string {
  if (value === undefined || value === '') throw new DeploymentRefused([{ what: name, given: 'nothing', expected: name.startsWith('--') ? 'a value' : 'the private key that pays for the deployment' }]);
  return value;
}

function show({ plan, there, parameters }: Prepared): void {
  console.log(`Chain ${parameters.chainId}, ${parameters.name}; salt ${parameters.salt}`);
  for (const item of plan) {
    console.log(`\n${item.contract} ${item.address}${there.includes(item.name) ? ' (there already)' : ''}`);
    for (const [name, value] of item.args) console.log(`  ${name}: ${Array.isArray(value) ? plain(value) : String(value)}`);
  }
  console.log('');
}

type Json = Record<string, unknown>;
const readJson = (path: string): Json => (existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Json) : {});

/** Writes beside the file and renames: a program that reads it meanwhile sees the old one or the new one. */
function writeJson(path: string, value: Json): void {
  writeFileSync(`${path}.partial`, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(`${path}.partial`, path);
  console.log(`written: ${path}`);
}

async function main(): Promise<void> {
  const parameters = parseParameters(readFileSync(need(values.parameters, '--parameters'), 'utf8'));
  const provider = new JsonRpcProvider(need(values.rpc, '--rpc'), parameters.chainId, { staticNetwork: true, batchMaxCount: 1, cacheTimeout: -1 });
  try {
    const prepared = await prepare(provider, parameters);
    show(prepared);
    if (values.send) await deploy(provider, prepared, need(process.env['DEPLOYER_PRIVATE_KEY'], 'DEPLOYER_PRIVATE_KEY'), (text) => console.log(text));
    else if (prepared.there.length < prepared.plan.length) {
      console.log('Nothing was sent. --send creates what is missing.');
      return;
    }
    const problems = await checksAfter(provider, prepared.plan);
    if (problems.length > 0) throw new DeploymentRefused(problems);

    const chainId = String(parameters.chainId);
    const reads = await ChainReads.at(provider);
    if (values.book !== undefined) {
      const book = readJson(values.book);
      writeJson(values.book, { ...book, [chainId]: await bookEntry(reads, parameters, prepared.plan, (book[chainId] ?? {}) as Json) });
    }
    if (values.publish !== undefined) {
      const published = readJson(values.publish);
      const entry = (published[chainId] ?? { guards: [] }) as { guards: { address: string }[] };
      const ours = await Promise.all(prepared.plan.filter(({ contract }) => contract.endsWith('Guard')).map(async ({ contract, address }) => ({ contract, address, block: await firstBlockOf(reads, address) })));
      writeJson(values.publish, { ...published, [chainId]: { name: parameters.name, guards: [...entry.guards.filter(({ address }) => !ours.some((own) => own.address === address)), ...ours] } });
    }
  } finally {
    provider.destroy();
  }
}

main().catch((error: Error) => {
  console.error(error instanceof DeploymentRefused ? error.message : error);
  process.exit(1);
});
