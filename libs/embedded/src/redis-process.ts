import { fileURLToPath } from 'node:url';

/** The file to run as a process of its own. */
export const redisProcessFile = fileURLToPath(import.meta.url);

/**
 * A Redis-compatible server in JavaScript, in memory, on 127.0.0.1. It lacks BRPOPLPUSH, by which Bull waits for work:
 * that is BLMOVE from the right of one list to the left of another.
 */
async function serve(port: number): Promise<number> {
  const redis = await import('js-redis-server/core');
  const blmove = redis.redisCommandDefinitions.find((definition) => definition.name === 'blmove');
  if (blmove === undefined) throw new Error('js-redis-server: expected a command BLMOVE');
  const brpoplpush = redis.defineCommand({
    name: 'brpoplpush',
    schema: redis.t.custom((input, index, context) => {
      const [source, destination, timeout] = input.slice(index);
      if (source === undefined || destination === undefined || timeout === undefined) throw new redis.WrongNumberOfArgumentsError(context.commandName);
      const { value } = blmove.schema.parse([source, destination, Buffer.from('RIGHT'), Buffer.from('LEFT'), timeout], 0, context);
      return { value, nextIndex: index + 3 };
    }),
    flags: blmove.flags,
    keys: (args) => blmove.keys(args),
    execute: (args, context) => blmove.execute(args, context),
  });
  const profile = redis.resolveCompatibilityProfile('redis-7.2');
  const server = new redis.Resp2Server({
    server: new redis.RedisServerState({ databaseCount: 16, compatibility: profile }),
    executor: redis.createRedisCommandExecutor({ compatibility: profile, extraCommands: [brpoplpush] }),
  });
  // Its own listen() would open the port to the network.
  await new Promise<void>((resolve, reject) => server.server.once('error', reject).listen(port, '127.0.0.1', () => resolve()));
  return server.getPort();
}

if (process.argv[1] === redisProcessFile) {
  // The channel to the parent closes when the parent ends, however it ends.
  process.once('disconnect', () => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));
  serve(Number(process.argv[2] ?? 0)).then(
    (port) => process.send?.({ port }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
}
