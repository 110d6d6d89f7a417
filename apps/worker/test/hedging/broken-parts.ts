/** The same part with some of its methods in place of its own. */
export function withMethods<T extends object>(part: T, methods: Partial<T>): T {
  return new Proxy(part, {
    get: (own, name) => {
      const found: unknown = Reflect.get(methods, name) ?? Reflect.get(own, name);
      return typeof found === 'function' ? found.bind(own) : found;
    },
  });
}
