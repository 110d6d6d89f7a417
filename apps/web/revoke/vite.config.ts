import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * Puts script and styles into the page, so that it is one file that asks for nothing else, and names their hashes in its content policy:
 * the page can run nothing but what it was built with. The API sends the same policy as a header.
 */
function oneFile(): Plugin {
  return {
    name: 'one-file',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const page = bundle['revoke.html'];
      if (page?.type !== 'asset') throw new Error('the build made no revoke.html');
      let script = '';
      let style = '';
      for (const [name, output] of Object.entries(bundle)) {
        if (output.type === 'chunk') script += output.code;
        else if (name.endsWith('.css')) style += String(output.source);
        else continue;
        delete bundle[name];
      }
      if (/<\/(script|style)/i.test(script + style) || script.includes('<!--')) throw new Error('the script or the styles hold what would end their element early');
      // A page opened from a file has no origin to name: http and https are what an RPC address can be.
      const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; connect-src https: http://127.0.0.1:* http://localhost:*; img-src data:; base-uri 'none'; form-action 'none'`;
      const html = String(page.source)
        .replace(/\s*<script type="module"[^>]*><\/script>/, '')
        .replace(/\s*<link rel="(stylesheet|modulepreload)"[^>]*>/g, '')
        .replace('<meta charset="utf-8" />', () => `<meta charset="utf-8" />\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`)
        .replace('</head>', () => `  <style>${style}</style>\n  </head>`)
        .replace('</body>', () => `  <script type="module">${script}</script>\n  </body>`);
      if (/<(script|link)[^>]+(src|href)=/.test(html)) throw new Error('the page still asks for another file');
      page.source = html;
    },
  };
}

export default defineConfig({
  root: at('.'),
  plugins: [oneFile()],
  resolve: { alias: [{ find: '@ballast/units', replacement: at('../../../libs/units/src/index.ts') }] },
  build: {
    outDir: at('../../../dist/web'),
    // Beside the dashboard, whose build empties the folder: this one comes after it.
    emptyOutDir: false,
    copyPublicDir: false,
    target: 'es2022',
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    rollupOptions: { input: at('revoke.html') },
    reportCompressedSize: true,
  },
});
