import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChainUnavailable } from './errors.js';
import { packageFolder } from './project-root.js';

export interface AnvilOptions {
  readonly port?: number;
  readonly runDir?: string;
  readonly chainId: number;
  /** Unix seconds of the first block. */
  readonly genesisTime?: number;
  readonly loadState?: string;
  readonly mnemonic: string;
  readonly accounts: number;
}

export interface RunningAnvil {
  readonly rpcUrl: string;
  /** Ends the process and waits until it is gone. */
  stop(): Promise<void>;
}

/** The program itself, not the package's launcher: the launcher's child would survive it. */
export function anvilProgram(): string {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const file = process.platform === 'win32' ? 'anvil.exe' : 'anvil';
  const program = join(packageFolder(`@foundry-rs/anvil-${process.platform}-${arch}`), 'bin', file);
  if (!existsSync(program)) throw new ChainUnavailable(`no file ${program}`, 'the anvil program of this machine');
  return program;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const bound = server.address();
      server.close(() => resolve(typeof bound === 'object' && bound !== null ? bound.port : 0));
    });
  });
}

/** One JSON-RPC request without a library: used before a provider exists. */
export async function rawRpc(rpcUrl: string, method: string, params: readonly unknown[] = []): Promise<unknown> {
  const response = await fetch(rpcUrl, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const body = (await response.json()) as { result?: unknown; error?: { message: string } };
  if (body.error) throw new ChainUnavailable(`${method}: ${body.error.message}`, 'a result');
  return body.result;
}

// The shell holds the read end of a pipe whose other end is ours. When this process dies, even by kill -9, the pipe closes
// and the shell ends the chain: nothing is left behind, and no process has to poll for it.
const guardScript = `
  exec 3<&0
  "$@" </dev/null >/dev/null 2>&1 3<&- & child=$!
  (cat <&3 >/dev/null; kill -9 $child 2>/dev/null) &
  exec 3<&-
  wait $child
`;

function spawnBound(program: string, args: readonly string[]): ChildProcess {
  // Detached: Ctrl-C in a terminal must reach us first, so that the state can be saved before the chain ends.
  if (process.platform === 'win32') return spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'], windowsHide: true });
  return spawn('/bin/sh', ['-c', guardScript, 'anvil', program, ...args], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
}

async function untilAnswers(rpcUrl: string, child: ChildProcess): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 20) {
    if (child.exitCode !== null) throw new ChainUnavailable(`anvil ended with code ${child.exitCode}`, 'a running chain');
    try {
      await rawRpc(rpcUrl, 'eth_chainId');
      return;
    } catch {
      await sleep(20);
    }
  }
  throw new ChainUnavailable(`no answer from ${rpcUrl} in 20 s`, 'a running chain');
}

/**
 * Starts anvil on 127.0.0.1 and resolves once it answers. Each transaction is mined at once until the mining mode is changed.
 * The chain ends with `stop()` or, on Linux and macOS, with this process however that ends.
 * @throws ChainUnavailable
 */
export async function startAnvil(options: AnvilOptions): Promise<RunningAnvil> {
  const port = options.port ?? (await freePort());
  const rpcUrl = `http://127.0.0.1:${port}`;
  const args = [
    '--host', '127.0.0.1', '--port', String(port), '--chain-id', String(options.chainId), '--silent',
    '--hardfork', 'osaka', '--mnemonic', options.mnemonic, '--accounts', String(options.accounts), '--balance', '1000000',
    // Old states are only needed by reads pinned to a recent block; without a limit they pile up on disk, and with a high one in memory (some 0.3 MB a block).
    '--prune-history', '128',
  ];
  if (options.genesisTime !== undefined) args.push('--timestamp', String(options.genesisTime));
  if (options.loadState !== undefined) args.push('--load-state', options.loadState);
  const child = spawnBound(anvilProgram(), args);
  child.stdin?.on('error', () => undefined);
  const pidFile = options.runDir === undefined ? undefined : join(options.runDir, 'anvil.pid');
  if (options.runDir !== undefined && pidFile !== undefined) {
    mkdirSync(options.runDir, { recursive: true });
    writeFileSync(pidFile, `${child.pid ?? ''}\n`);
  }
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // After the chain is gone the pipe has no more purpose; closing it lets the shell's reader end.
  void ended.then(() => child.stdin?.destroy());
  const stop = async (): Promise<void> => {
    child.stdin?.destroy();
    if (process.platform === 'win32') child.kill();
    if (child.exitCode === null && child.signalCode === null) await ended;
    if (pidFile !== undefined) rmSync(pidFile, { force: true });
  };
  try {
    await untilAnswers(rpcUrl, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { rpcUrl, stop };
}
