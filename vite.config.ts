import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** No plugin: JSX comes from tsconfig.json. Assets are never inlined, so `default-src 'self'` is enough. */
export default defineConfig({
  root: fileURLToPath(new URL('src/web', import.meta.url)),
  base: '/',
  build: {
    outDir: fileURLToPath(new URL('dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
