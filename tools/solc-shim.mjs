#!/usr/bin/env node
// Lets forge use the solc of node_modules: it answers `--version`, and compiles standard JSON from stdin to stdout.
import { readFileSync } from 'node:fs';
import solc from 'solc';

if (process.argv.includes('--version')) {
  const [version, commit] = solc.version().split('+');
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${version}+${commit}.Emscripten.clang`);
} else {
  process.stdout.write(solc.compile(readFileSync(0, 'utf8')));
}
