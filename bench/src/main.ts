/** `npm run bench -- <benchmark>`: starts what it measures, measures it, stops it again. */
import { flood } from './benchmarks/flood.ts'
import { history } from './benchmarks/history.ts'
import { idle } from './benchmarks/idle.ts'
import { latency } from './benchmarks/latency.ts'
import { nodes } from './benchmarks/nodes.ts'
import { revocation } from './benchmarks/revocation.ts'
import { search } from './benchmarks/search.ts'
import { storm } from './benchmarks/storm.ts'
import { throughput } from './benchmarks/throughput.ts'
import { profileReport } from './report/profile.ts'
import { Bench, faultsLine } from './rig/bench.ts'
import { readOptions, usage } from './rig/options.ts'
import { buildParley } from './rig/parley-node.ts'

const benchmarks: Record<string, (bench: Bench) => Promise<void>> = {
  throughput,
  latency,
  idle,
  storm,
  nodes,
  revocation,
  flood,
  history,
  search,
}

async function main(): Promise<number> {
  const asked = askedOrUsage()
  if (!asked) return 2
  const { benchmark, options } = asked
  buildParley()
  const bench = new Bench(options)
  let interrupted = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      interrupted = true
      void bench.children.stopAll()
    })
  }
  try {
    await benchmark(bench)
  } catch (error) {
    // What it measured was ended under it.
    if (!interrupted) throw error
  } finally {
    await bench.children.stopAll()
  }
  if (interrupted) return 130
  if (bench.profileFolder) bench.say(profileReport(bench.profileFolder))
  const { lost, doubled, outOfOrder } = bench.faults
  bench.say(`\n${faultsLine(bench.faults)}`)
  return lost + doubled + outOfOrder === 0 ? 0 : 1
}

function askedOrUsage() {
  try {
    const { name, options } = readOptions(process.argv.slice(2))
    const benchmark = benchmarks[name]
    if (benchmark) return { benchmark, options }
    process.stderr.write(usage)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  }
  return null
}

process.exit(await main())
