import { defineConfig } from 'vitest/config'

// Tests run from the sources: the `@ingresskit/source` export condition needs no build.
const conditions = ['@ingresskit/source', 'node', 'import', 'default']

// One seed for the property tests of a run, shown at its beginning: `FC_SEED=<seed> pnpm test` draws the same cases again.
const seed = process.env['FC_SEED'] ?? String(Math.floor(Math.random() * 2 ** 31))
process.stderr.write(`property tests: FC_SEED=${seed}\n`)

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{packages,apps,tooling,examples}/*/{src,test}/**/*.test.ts'],
    env: { FC_SEED: seed },
    allowOnly: !process.env['CI'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
