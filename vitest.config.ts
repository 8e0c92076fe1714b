import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'
import type { TestSpecification } from 'vitest/node'

/** These wait for processes and browsers most of the time: they begin, so that none is left at the end
 *  with nothing beside it. */
const long =
  /(torture|process|workers|lifecycle|docs-page|cli\/cli|cli\/import|broken-line|long-room|pages|conversation)\.test\.ts$/

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) => long.test(moduleId)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

export default defineConfig({
  resolve: {
    alias: { '@parley/client': fileURLToPath(new URL('sdk/src/index.ts', import.meta.url)) },
  },
  test: {
    include: ['{server,sdk,web,bench}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    setupFiles: ['server/test/patience.ts'],
    globalSetup: ['server/test/global-setup.ts', 'web/test/global-setup.ts'],
    passWithNoTests: false,
    testTimeout: 40_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    maxWorkers: 4,
    sequence: { sequencer: LongFirst },
    // Nothing of ours lives in a module, so files can share what they import: a quarter of the run was importing.
    isolate: false,
    // A judge on a busy machine asks twice; on one's own a flaky test must show itself.
    retry: process.env['CI'] ? 1 : 0,
  },
})
