import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = process.cwd();
const exec = promisify(execFile);

interface Cruise {
  readonly totalCruised: number;
  readonly violations: readonly { readonly from: string; readonly rule: string }[];
}

/** A linter can pass by seeing nothing, so the same configuration must catch what is planted in a copy of the tree. */
describe('import rules', () => {
  let copy: string;

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'ballast-rules-'));
    for (const folder of ['apps', 'libs', 'test', 'tools']) {
      cpSync(join(ROOT, folder), join(copy, folder), { recursive: true, filter: (source) => !/[/\\](node_modules|out|cache|dist)$/.test(source) });
    }
    for (const file of ['tsconfig.json', '.dependency-cruiser.cjs', 'package.json']) cpSync(join(ROOT, file), join(copy, file));
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'dir');
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  async function cruise(): Promise<Cruise> {
    const args = ['--config', '.dependency-cruiser.cjs', '-T', 'json', 'apps', 'libs'];
    const { stdout } = await exec(join(ROOT, 'node_modules/.bin/depcruise'), args, { cwd: copy, maxBuffer: 64_000_000 }).catch((error: { stdout: string }) => error);
    const { summary } = JSON.parse(stdout) as { summary: { totalCruised: number; violations: { from: string; rule: { name: string } }[] } };
    return { totalCruised: summary.totalCruised, violations: summary.violations.map(({ from, rule }) => ({ from, rule: rule.name })) };
  }

  /** Adds the lines to their files and cruises once; which rules each file then breaks. */
  async function planted(lines: readonly (readonly [file: string, line: string, rule: string])[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    for (const [file, line] of lines) writeFileSync(join(copy, file), `${line}\n${readFileSync(join(copy, file), 'utf8')}`);
    const broken = new Map<string, Set<string>>();
    for (const { from, rule } of (await cruise()).violations) broken.set(from, (broken.get(from) ?? new Set()).add(rule));
    return broken;
  }

  it('hold for the tree as it is, and see all of it', async () => {
    const { totalCruised, violations } = await cruise();
    expect(violations).toEqual([]);
    expect(totalCruised).toBeGreaterThan(100);
  });

  it('catch what is planted in a file, each by its own rule', async () => {
    const lines = [
      ['libs/risk/src/index.ts', "import type { AaveV3Reader } from '@ballast/readers';", 'risk-may-import-units-positions'],
      ['libs/risk/src/index.ts', "import '@nestjs/common';", 'pure-libs-import-no-package'],
      ['libs/policy/src/index.ts', "import 'node:crypto';", 'pure-libs-import-no-package'],
      ['apps/worker/src/main.ts', "import '@ballast/devchain';", 'local-servers-and-chain-stay-out-of-the-product'],
      ['apps/api/src/main.ts', "import '@ballast/connectors/signer';", 'the-api-cannot-sign-or-execute'],
      ['apps/api/src/main.ts', "import '@ballast/execution';", 'the-api-cannot-sign-or-execute'],
      ['apps/api/src/main.ts', "import '@ballast/connectors/venues';", 'trading-clients-live-in-a-process-of-their-own'],
      ['apps/api/src/main.ts', "import '../../gateway/src/boot.js';", 'no-app-imports-an-app'],
      ['apps/gateway/src/main.ts', "import '@ballast/storage';", 'the-gateway-knows-keys-and-venues'],
      ['apps/gateway/src/boot.ts', "import '@ballast/connectors';", 'the-gateway-reaches-no-database-and-no-chain'],
      ['apps/gateway/src/routes.ts', "import 'bull';", 'the-gateway-reaches-no-database-and-no-chain'],
      ['libs/venue-wire/src/sealing/seal.ts', "import 'node:crypto';", 'sealing-needs-nothing-but-the-browser'],
      ['libs/venue-wire/src/sealing/key-text.ts', "import { z } from 'zod';", 'sealing-needs-nothing-but-the-browser'],
      ['libs/venue-wire/src/index.ts', "import '@ballast/connectors';", 'venue-wire-may-import-units-positions-policy'],
      ['apps/worker/src/main.ts', "import 'ccxt';", 'trading-clients-live-in-a-process-of-their-own'],
      ['libs/connectors/src/index.ts', "import '@ballast/risk';", 'connectors-may-import-units-positions-venue-wire'],
      ['apps/watchdog/src/main.ts', "import '@ballast/storage';", 'the-watchdog-stands-apart'],
      ['apps/watchdog/src/main.ts', "import '@ballast/execution';", 'the-watchdog-needs-no-database-and-no-signer'],
      ['apps/watchdog/src/watchdog.ts', "import 'bull';", 'the-watchdog-needs-no-database-and-no-signer'],
      ['libs/heartbeat/src/index.ts', "import '@ballast/connectors';", 'heartbeat-may-import-units'],
      ['libs/storage/src/index.ts', "import 'viem';", 'production-code-needs-no-development-package'],
      ['apps/signer/src/main.ts', "import '@ballast/policy';", 'the-signer-knows-only-its-policy'],
      ['apps/signer/src/server.ts', "import '@ballast/connectors';", 'the-signer-reaches-no-chain'],
      ['apps/signer/src/main.ts', "import 'viem';", 'production-code-needs-no-development-package'],
      ['apps/worker/src/main.ts', "import '../../../libs/policy/src/decision.js';", 'enter-a-lib-by-its-door'],
    ] as const;
    const broken = await planted(lines);
    for (const [file, line, rule] of lines) expect([...(broken.get(file) ?? [])], line).toContain(rule);
  });
});
