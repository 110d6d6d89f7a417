import { Database, DatabaseUnusable, SwitchStore, pendingMigrations } from '@ballast/storage';
import { InvalidInput } from '@ballast/units';
import { readSwitchCommand } from './command.js';
import { runSwitch } from './run.js';

/** `ballast switch`: reads and sets kill switches in the database itself, so that it works whatever else is down. Returns the exit code. */
export async function switches(args: readonly string[], databaseUrl: string | undefined): Promise<number> {
  let database: Database | null = null;
  try {
    const command = readSwitchCommand(args);
    if (databaseUrl === undefined) throw new InvalidInput('DATABASE_URL', 'nothing', 'postgresql://user:password@host:port/database, the one that the worker has');
    database = await Database.open(databaseUrl, { maxConnections: 1, applicationName: 'ballast switch' });
    const pending = await pendingMigrations(databaseUrl);
    if (pending.length > 0) throw new InvalidInput('DATABASE_URL', `a database that lacks ${pending.join(', ')}`, 'the database of a service of this version');
    console.log(await runSwitch(command, new SwitchStore(database)));
    return 0;
  } catch (error) {
    if (!(error instanceof InvalidInput) && !(error instanceof DatabaseUnusable)) throw error;
    console.error(error.message);
    return 1;
  } finally {
    await database?.close();
  }
}
