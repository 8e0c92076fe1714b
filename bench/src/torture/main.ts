/** `npm run torture`: people chat while servers die, then the history is checked. */
import { Children } from '../rig/children.ts'
import { buildParley } from '../rig/parley-node.ts'
import { checkHistory } from './checker/check.ts'
import { readOptions, usage } from './options.ts'
import type { Options } from './options.ts'
import { report } from './report.ts'
import { torture } from './run.ts'
import { findPostgres } from './servers/postgres.ts'
import { hasRedis } from './servers/redis.ts'

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

async function main(): Promise<number> {
  const options = optionsOrUsage()
  if (!options) return 2
  if (findPostgres() === null || !hasRedis()) {
    say('*** NOTHING WAS TRIED: apt-get install postgresql redis-server ***')
    return 2
  }
  buildParley()
  const { seed, seconds, faults } = options
  say(`seed ${seed}, ${seconds} s, faults: ${faults.join(', ') || 'none'}`)
  const children = new Children()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void children.stopAll().finally(() => process.exit(130))
    })
  }
  try {
    const history = await torture(options, children, say)
    if (options.history !== null) await history.write(options.history)
    const findings = checkHistory(history)
    say(report(history, findings))
    say(findings.total === 0 ? '\nnothing lost, nothing doubled' : `\nseed ${seed} found faults`)
    return findings.total === 0 ? 0 : 1
  } finally {
    await children.stopAll()
  }
}

function optionsOrUsage(): Options | null {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    return null
  }
}

process.exitCode = await main()
