import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

it('every script of package.json is named in a page', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync('docs').filter((name) => name.endsWith('.md')).map((name) => join('docs', name))];
  const text = pages.map((page) => readFileSync(page, 'utf8')).join('\n');
  expect(Object.keys(scripts).filter((name) => !new RegExp(`npm (run )?(--silent )?${name}(?![\\w:-])`).test(text))).toEqual([]);
});

it('each script that starts the command line passes its own command and arguments on', () => {
  const root = mkdtempSync(join(tmpdir(), 'ballast-start-'));
  try {
    const cli = join(root, 'dist/apps/cli/apps/cli/src');
    mkdirSync(cli, { recursive: true });
    mkdirSync(join(root, 'tools'));
    copyFileSync('tools/start.mjs', join(root, 'tools/start.mjs'));
    writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(root, 'tools/prepare.mjs'), `export const ROOT = ${JSON.stringify(root)};\nexport const build = () => {};\nexport const installPackages = () => {};\n`);
    writeFileSync(join(cli, 'main.js'), 'console.log(JSON.stringify(process.argv.slice(2)));\n');
    const given = (script: string, ...args: string[]): unknown =>
      JSON.parse(execFileSync(process.execPath, [...script.split(' ').slice(1), ...args], { cwd: root, encoding: 'utf8' }).trim().split('\n').at(-1) ?? '');
    expect(given(scripts['start'] ?? '')).toEqual(['start']);
    expect(given(scripts['devchain'] ?? '', '--borrowers', '3')).toEqual(['devchain', '--borrowers', '3']);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
