import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { inherited } from './env.js';

export interface ServiceOptions {
  readonly name: string;
  /** The compiled entry file. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Told once, when the service could not boot: what it printed last. */
  readonly onBootFailure: (message: string) => void;
}

/** Ends the child when our end of its stdin closes, however we end: a kill -9 of the command line leaves no service behind. */
const END_WITH_PARENT = `data:text/javascript,${encodeURIComponent("process.stdin.on('end',()=>process.exit(0)).on('error',()=>process.exit(0)).resume()")}`;
/** A service gets its settings by name; of our own environment only what a process needs to run. */
const KEPT_VARIABLES = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'LANG', 'SystemRoot', 'NODE_EXTRA_CA_CERTS'];
const RESTART_DELAY_MS = 100;
const STOP_PATIENCE_MS = 8_000;

/** A child process that is started again whenever it ends after it had booted. */
export class Service {
  private child: ChildProcess | null = null;
  private stopping = false;
  private ready = false;
  private startedAt = 0;
  private lastLines = '';
  /** How often it was started again. */
  restarts = 0;

  constructor(private readonly options: ServiceOptions) {
    mkdirSync(dirname(options.logFile), { recursive: true });
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  start(): void {
    const { entry, env, logFile } = this.options;
    const child = spawn(process.execPath, ['--enable-source-maps', '--import', END_WITH_PARENT, entry], {
      env: { NO_COLOR: '1', ...inherited(KEPT_VARIABLES), ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.child = child;
    this.startedAt = Date.now();
    const log = createWriteStream(logFile, { flags: 'a' });
    const keep = (data: Buffer): void => {
      log.write(data);
      this.lastLines = (this.lastLines + data.toString()).slice(-4_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.stdin.on('error', () => {}); // the child may be gone already
    child.on('close', (code) => {
      log.end();
      this.onClosed(code);
    });
  }

  /** Says that the service answered once: from now on its end is always a crash to recover from. */
  markReady(): void {
    this.ready = true;
  }

  /** Ends the process as a crash would, for fault tests. It is started again like after any crash. */
  kill(): void {
    this.child?.kill('SIGKILL');
  }

  /** Asks the service to end, and makes it after 8 s. */
  async stop(): Promise<void> {
    this.stopping = true;
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
      child.once('close', () => {
        clearTimeout(force);
        resolve();
      });
      child.kill('SIGTERM');
    });
  }

  private onClosed(code: number | null): void {
    if (this.stopping) return;
    // One that ends by itself before it ever answered has a wrong setting; one that was killed, or had answered, is started again.
    if (!this.ready && code !== null && this.restarts === 0) {
      this.options.onBootFailure(this.lastLines.trim());
      return;
    }
    this.restarts += 1;
    // Slower when it keeps failing at once, so that a broken service does not spin.
    const delay = Date.now() - this.startedAt < 1_000 ? RESTART_DELAY_MS * 10 : RESTART_DELAY_MS;
    setTimeout(() => {
      if (!this.stopping) this.start();
    }, delay);
  }
}
