import { defineConfig } from 'vitest/config'

// Tests run from the sources: the `@ingresskit/source` export condition needs no build.
const conditions = ['@ingresskit/source', 'node', 'import', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{packages,apps,tooling,examples}/*/{src,test}/**/*.test.ts'],
    allowOnly: !process.env['CI'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
