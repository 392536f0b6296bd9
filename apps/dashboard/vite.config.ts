import { defaultClientConditions, defineConfig } from 'vite';

/** Builds the dashboard and the example storefront in web/ into dist/web, beside the server that serves them. */
export default defineConfig({
  root: `${import.meta.dirname}/web`,
  resolve: { conditions: ['@laurel/source', ...defaultClientConditions] },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    rolldownOptions: {
      input: {
        dashboard: `${import.meta.dirname}/web/index.html`,
        storefront: `${import.meta.dirname}/web/storefront/index.html`,
      },
    },
    target: 'es2023',
    chunkSizeWarningLimit: 700,
    reportCompressedSize: false,
  },
});
