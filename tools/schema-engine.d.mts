export function sqlToReach(databaseUrl: string, schema: string): Promise<string>;
export function migrationHistory(
  databaseUrl: string, schema: string, migrationsFolder: string,
): Promise<{ hasMigrationsTable: boolean; history: { diagnostic: string } | null; failedMigrationNames: string[]; editedMigrationNames: string[] }>;
export function deployWithEngine(databaseUrl: string, schema: string, migrationsFolder: string): Promise<string[]>;
