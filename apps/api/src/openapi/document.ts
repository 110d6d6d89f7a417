import { z } from 'zod';
import { routes, type Route } from '../contract/routes.js';
import * as hedging from '../contract/hedging-schemas.js';
import * as schemas from '../contract/schemas.js';

type Json = Record<string, unknown>;
const PROBLEM = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

/** Long generated patterns say less than the format beside them. */
function withoutPatternOfFormat({ jsonSchema }: { jsonSchema: Json }): void {
  if (jsonSchema.format === 'date-time' || jsonSchema.format === 'email') delete jsonSchema.pattern;
  // A default applied by the parser is no concern of a client's types; openapi-typescript would make the field required.
  delete jsonSchema.default;
}

/** Every schema with a name becomes a component; where another one uses it, a reference. */
function components(): { registry: z.core.$ZodRegistry<{ id?: string }>; schemas: Json } {
  const registry = z.registry<{ id?: string }>();
  for (const schema of [...Object.values(schemas), ...Object.values(hedging)] as z.ZodType[]) {
    const id = schema.meta()?.id;
    if (id !== undefined) registry.add(schema, { id });
  }
  const made = z.toJSONSchema(registry, { io: 'input', target: 'draft-2020-12', uri: (id) => `#/components/schemas/${id}`, override: withoutPatternOfFormat as never });
  return { registry, schemas: Object.fromEntries(Object.entries(made.schemas).sort().map(([id, schema]) => [id, bare(schema as Json)])) };
}

function bare(schema: Json): Json {
  const { $schema: _schema, $id: _id, id: _name, ...rest } = schema;
  return rest;
}

function inline(schema: z.ZodType, io: 'input' | 'output'): Json {
  const id = schema.meta()?.id;
  if (id !== undefined) return { $ref: `#/components/schemas/${id}` };
  if (schema instanceof z.ZodArray) return { type: 'array', items: inline(schema.element as z.ZodType, io) };
  return bare(z.toJSONSchema(schema, { io, override: withoutPatternOfFormat as never }) as Json);
}

function parameters(route: Route): Json[] {
  const of = (object: z.ZodObject | undefined, where: 'path' | 'query'): Json[] =>
    Object.entries(object?.shape ?? {}).map(([name, schema]) => ({
      name, in: where,
      required: where === 'path' || !(schema as z.ZodType).safeParse(undefined).success,
      schema: inline(schema as z.ZodType, 'output'),
    }));
  return [...of(route.params, 'path'), ...of(route.query, 'query')];
}

const bodies = (json: z.ZodType, form: z.ZodType | undefined): Json => ({
  'application/json': { schema: inline(json, 'input') },
  ...(form === undefined ? {} : { 'application/x-www-form-urlencoded': { schema: inline(form, 'input') } }),
});

function operation(route: Route): Json {
  const { status, schema, mediaType = 'application/json' } = route.success;
  const answer: Json = { description: schema === null ? 'Done' : 'The answer' };
  if (schema !== null) answer.content = { [mediaType]: { schema: inline(schema, 'input') } };
  const failures = Object.entries({ ...route.problems, 500: 'a fault of ours; `instance` names the request' });
  return {
    operationId: route.id, tags: [route.tag], summary: route.summary,
    ...(route.auth === 'none' ? {} : { security: [route.auth === 'watchdog' ? { watchdog: [] } : { session: [] }] }),
    ...(route.params !== undefined || route.query !== undefined ? { parameters: parameters(route) } : {}),
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: bodies(route.body, route.form) } }),
    responses: { [status]: answer, ...Object.fromEntries(failures.map(([code, description]) => [code, { description, content: PROBLEM }])) },
  };
}

/** The OpenAPI 3.1 document of the whole API, made from the contract's schemas and route table alone. */
export function openapiDocument(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of Object.values(routes) as Route[]) {
    (paths[route.path] ??= {})[route.method] = operation(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Ballast', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: 'Watches leveraged positions, says how far each is from liquidation and, inside limits that the owner signed, acts before the protocol does. Every failure is an RFC 9457 problem with a stable `code`. Requests that change something and carry the session cookie must come from the same origin.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: components().schemas,
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'ballast_session' }, watchdog: { type: 'http', scheme: 'bearer' } },
    },
  };
}
