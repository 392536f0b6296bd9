import { defineConfig } from 'vite';

/** Builds the page in web/ into dist/web, beside the server that serves it. */
export default defineConfig({
  root: `${import.meta.dirname}/web`,
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    chunkSizeWarningLimit: 700,
    reportCompressedSize: false,
  },
});
