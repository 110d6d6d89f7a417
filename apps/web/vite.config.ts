import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at('.'),
  plugins: [react()],
  resolve: {
    alias: [
      { find: '@ballast/units', replacement: at('../../libs/units/src/index.ts') },
      { find: '@ballast/venue-wire/sealing', replacement: at('../../libs/venue-wire/src/sealing/index.ts') },
    ],
  },
  build: {
    outDir: at('../../dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // The content policy allows files of our own origin only: nothing becomes a data: address, nothing is preloaded by an inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
});
