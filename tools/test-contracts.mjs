// Runs the Solidity tests of libs/contracts with forge, offline. Prints `forge: N passed, N failed`; exit code 1 on a failure.
//
//   node tools/test-contracts.mjs [forge test options, e.g. --match-test Deadline -vvvv]
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeProtocolBytecode } from './protocol-bytecode.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const systems = { linux: 'linux', darwin: 'darwin', win32: 'win32' };
const processors = { x64: 'amd64', arm64: 'arm64' };
const forge = findForge();
writeProtocolBytecode();

const run = spawn(forge, ['test', '--use', join(root, 'tools', 'solc-shim.mjs'), '--offline', ...process.argv.slice(2)], {
  cwd: join(root, 'libs', 'contracts'),
  stdio: ['ignore', 'pipe', 'inherit'],
});
let output = '';
run.stdout.setEncoding('utf8').on('data', (text) => {
  output += text;
  process.stdout.write(text);
});
run.on('close', (code) => {
  // forge's last word: "Ran 6 test suites in 1.2s (2.1s CPU time): 80 tests passed, 0 failed, 0 skipped (80 total tests)"
  const total = /(\d+) tests passed, (\d+) failed/.exec(output);
  const passed = Number(total?.[1] ?? 0);
  const failed = Number(total?.[2] ?? 0);
  console.log(`forge: ${passed} passed, ${failed} failed`);
  process.exitCode = code === 0 && passed > 0 && failed === 0 ? 0 : 1;
});

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
