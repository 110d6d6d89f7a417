// Adds to package-lock.json the platform packages that a registry did not hold when the lock was made, so that `npm ci` accepts
// the lock everywhere. They carry no integrity: npm checks the exact version alone. Run it after `npm install`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './prepare.mjs';

const path = join(ROOT, 'package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8'));
const OS = /(darwin|linux|win32|android|freebsd)/;
const CPU = { amd64: 'x64', x64: 'x64', arm64: 'arm64', arm: 'arm', ia32: 'ia32' };

let added = 0;
for (const [place, entry] of Object.entries(lock.packages)) {
  if (place === '') continue;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${place}/node_modules/${name}`;
    const hoisted = `node_modules/${name}`;
    const os = OS.exec(name)?.[1];
    const cpu = Object.keys(CPU).find((key) => name.includes(key));
    if (lock.packages[nested] || lock.packages[hoisted] || !os || !cpu || !/^\d/.test(version)) continue;
    lock.packages[hoisted] = { version, cpu: [CPU[cpu]], ...(entry.dev ? { dev: true } : {}), optional: true, os: [os] };
    added += 1;
    console.log(`added ${name}@${version} for ${os} ${CPU[cpu]}`);
  }
}
const [root, ...rest] = Object.keys(lock.packages);
lock.packages = Object.fromEntries([root, ...rest.sort((a, b) => a.localeCompare(b, 'en'))].map((key) => [key, lock.packages[key]]));
if (added > 0) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} added`);
