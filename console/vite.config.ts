import vue from '@vitejs/plugin-vue'
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

// The server sends the files compressed here as they are.
function compressed(folder: string): Plugin {
  const worth = /\.(js|css|svg|json|wasm)$/
  const walk = (at: string): string[] =>
    readdirSync(at).flatMap((name) => {
      const path = join(at, name)
      return statSync(path).isDirectory() ? walk(path) : [path]
    })
  return {
    name: 'compressed',
    apply: 'build',
    closeBundle() {
      for (const path of walk(folder).filter((each) => worth.test(each))) {
        const bytes = readFileSync(path)
        writeFileSync(path + '.gz', gzipSync(bytes, { level: 9 }))
        writeFileSync(
          path + '.br',
          brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
        )
      }
    },
  }
}

const out = fileURLToPath(new URL('target/classes/console', import.meta.url))

export default defineConfig({
  // The server sets the path under which it is served in index.html; everything else is relative.
  base: './',
  plugins: [vue(), compressed(out)],
  resolve: { alias: { '@': fileURLToPath(new URL('src', import.meta.url)) } },
  define: { __VUE_I18N_FULL_INSTALL__: false, __VUE_I18N_LEGACY_API__: false, __INTLIFY_DROP_MESSAGE_COMPILER__: false, __INTLIFY_JIT_COMPILATION__: true },
  build: {
    outDir: out,
    emptyOutDir: true,
    // The content security policy refuses inline scripts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    chunkSizeWarningLimit: 700,
  },
  // `npm run dev` needs a running server: ./slipway run
  server: { fs: { allow: ['.', '../docs/proxy'] }, proxy: { '/v1': { target: 'http://localhost:8080', ws: true }, '/xiaozhi': 'http://localhost:8080', '/openapi.json': 'http://localhost:8080' } },
  // Long, because the machine may be busy.
  test: { environment: 'happy-dom', include: ['test/**/*.test.ts'], testTimeout: 60_000 },
})
