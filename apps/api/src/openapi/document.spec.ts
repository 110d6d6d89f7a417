import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { RequestMethod } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { AppModule } from '../app.module.js';
import type { Connected } from '../boot.js';
import { routes, type Route } from '../contract/routes.js';
import { VERSION } from '../version.js';
import { openapiDocument } from './document.js';

const document = openapiDocument(VERSION) as { paths: Record<string, Record<string, { operationId: string }>>; components: { schemas: Record<string, unknown> } };
const declared = (Object.values(routes) as Route[]).map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort();

/** What the controllers really serve, read from their decorators. */
function served(): string[] {
  const { controllers } = AppModule.with({} as Connected);
  return (controllers ?? []).flatMap((controller) => {
    const prototype = (controller as { prototype: object }).prototype as Record<string, object>;
    const base = String(Reflect.getMetadata('path', controller));
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = prototype[name] as object;
      const path: unknown = name === 'constructor' ? undefined : Reflect.getMetadata('path', handler);
      if (path === undefined) return [];
      const full = ['v1', base, String(path)].map((part) => part.replace(/^\/|\/$/g, '')).filter((part) => part !== '').join('/').replace(/:(\w+)/g, '{$1}');
      return [`${RequestMethod[Reflect.getMetadata('method', handler) as number]} /${full}`];
    });
  });
}

describe('the route table', () => {
  it('is what the controllers serve, but for what is handed on to the demo', () => {
    expect(served().filter((route) => !route.includes('/demo/')).sort()).toEqual(declared);
  });

  it('is what ROUTES.md lists', () => {
    const text = readFileSync(new URL('../contract/ROUTES.md', import.meta.url), 'utf8');
    const listed = [...text.matchAll(/^\| (GET|POST|PUT|DELETE) (\/v1\/[^ ?|]+)/gm)].map(([, method, path]) => `${method} ${path?.replace(/:(\w+)/g, '{$1}')}`);
    expect(listed.sort()).toEqual(declared);
  });

  it('has one id an operation', () => {
    const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the OpenAPI document', () => {
  it('refers only to schemas that it holds', () => {
    const names = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name ?? '');
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => !(name in document.components.schemas))).toEqual([]);
  });

  it('has the version of the package', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8')) as { version: string };
    expect(VERSION).toBe(version);
  });
});
