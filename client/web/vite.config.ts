import { defineConfig } from 'vite';
import { compress } from './scripts/compress';

const server = process.env.EDGERACK_HTTP ?? 'http://127.0.0.1:7701';

export default defineConfig({
  plugins: [compress()],
  // The example model that the try-it page offers.
  assetsInclude: ['**/*.tflite'],
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    target: 'es2022',
    outDir: process.env.EDGERACK_WEB_OUT ?? 'dist',
    emptyOutDir: true,
    // The server's policy allows no data: scripts, and every file gets a name of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // `npm run dev` beside a server: its API under the same origin, so that it may be changed too.
  server: {
    fs: { allow: ['../..'] },
    proxy: { '/v1': { target: server, headers: { origin: server } }, '/openapi.json': server },
  },
  test: { include: ['src/**/*.test.ts'] },
} as Parameters<typeof defineConfig>[0]);
