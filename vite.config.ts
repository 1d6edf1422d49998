import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** No plugin: JSX comes from tsconfig.json. Assets are never inlined, so `default-src 'self'` is enough. */
export default defineConfig({
  root: fileURLToPath(new URL('src/web', import.meta.url)),
  base: '/',
  worker: { format: 'es' },
  build: {
    outDir: fileURLToPath(new URL('dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // the first page in one piece, which compresses best; the words of runs and ledger stay with who shows them
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'runs-words',
              test: /src\/show\/(text\/runs|text\/skip-reasons|text\/drift|run-timeline|plan-drawing)\.ts$/,
              priority: 2,
            },
            { name: 'ledger-words', test: /src\/show\/text\/ledger\.ts$/, priority: 2 },
            { name: 'board', test: /src\/web\/(main|parts\/scroll-area)\.tsx$/ },
          ],
        },
      },
      input: {
        index: fileURLToPath(new URL('src/web/index.html', import.meta.url)),
        try: fileURLToPath(new URL('src/web/try/index.html', import.meta.url)),
      },
    },
  },
});
