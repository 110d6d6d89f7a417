// Runs the Solidity tests of libs/contracts with forge, offline: those on fixtures, and those on the local chain's real market,
// whose state it first writes for forge. Prints `forge: N passed, N failed`; exit code 1 on a failure.
//
//   node tools/test-contracts.mjs [--long] [--market-is-written] [forge test options, e.g. --match-test Deadline -vvvv]
//
// --market-is-written: whoever starts this has run tools/market-allocs.mts just now.
// --long: 10,000 runs of every fuzz test, and 10,000 sequences of 50 moves of every invariant (some 40 minutes).
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeProtocolBytecode } from './protocol-bytecode.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const contracts = join(root, 'libs', 'contracts');
const systems = { linux: 'linux', darwin: 'darwin', win32: 'win32' };
const processors = { x64: 'amd64', arm64: 'arm64' };
const forge = findForge();
const long = process.argv.includes('--long');
const marketIsWritten = process.argv.includes('--market-is-written');
const options = process.argv.slice(2).filter((option) => option !== '--long' && option !== '--market-is-written');
// Where each sequence on the real market writes what went through in it, relative to libs/contracts.
const tally = 'cache/market/tally.txt';

writeProtocolBytecode();
if (!marketIsWritten) {
  const { code } = await run(process.execPath, [createRequire(import.meta.url).resolve('tsx/cli'), join(root, 'tools', 'market-allocs.mts')], { cwd: root });
  if (code !== 0) process.exit(1);
}

writeFileSync(join(contracts, tally), '');
const { code, output } = await run(forge, ['test', '--use', join(root, 'tools', 'solc-shim.mjs'), '--offline', ...options], {
  cwd: contracts,
  env: { ...process.env, ...(long && { FOUNDRY_PROFILE: 'long', BALLAST_TALLY: tally }) },
});
// forge's last word: "Ran 6 test suites in 1.2s (2.1s CPU time): 80 tests passed, 0 failed, 0 skipped (80 total tests)"
const total = /(\d+) tests passed, (\d+) failed/.exec(output);
const passed = Number(total?.[1] ?? 0);
const failed = Number(total?.[2] ?? 0);
if (long) console.log(tallied());
console.log(`forge: ${passed} passed, ${failed} failed`);
process.exitCode = code === 0 && passed > 0 && failed === 0 ? 0 : 1;

/** What went through in all sequences on the real markets, by venue. */
function tallied() {
  const kinds = ['REPAY', 'TOP_UP', 'FILL', 'by the honest keeper', 'by the thief', 'planned anew after the thief'];
  const venues = new Map();
  for (const line of readFileSync(join(contracts, tally), 'utf8').split('\n').filter(Boolean)) {
    const [venue, ...counts] = line.split(' ');
    const sums = venues.get(venue) ?? [0, ...kinds.map(() => 0)];
    venues.set(venue, [sums[0] + 1, ...kinds.map((_, i) => sums[i + 1] + Number(counts[i]))]);
  }
  return [...venues].map(([venue, [sequences, ...sums]]) => `${venue}: ${sequences} sequences; ${kinds.map((kind, i) => `${sums[i]} ${kind}`).join(', ')}`).join('\n');
}

/** Runs a program and shows what it prints. */
function run(program, args, settings) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...settings, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      process.stdout.write(text);
    });
    child.on('error', reject).on('close', (code) => resolve({ code, output }));
  });
}

function findForge() {
  const name = `@foundry-rs/forge-${systems[process.platform]}-${processors[process.arch]}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return join(dirname(manifest), 'bin', process.platform === 'win32' ? 'forge.exe' : 'forge');
  } catch {
    console.error(`forge for this computer is not installed: expected the package ${name}, an optional dependency of @foundry-rs/forge; run npm ci without --omit=optional`);
    process.exit(1);
  }
}
