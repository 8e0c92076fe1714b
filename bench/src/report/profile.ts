import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { figure, table } from './table.ts'

/** What `node --cpu-prof` writes. */
interface CpuProfile {
  nodes: {
    id: number
    callFrame: { functionName: string; url: string; lineNumber: number }
  }[]
  samples: number[]
  timeDeltas: number[]
}

const idle = new Set(['(idle)', '(program)', '(root)'])
const shown = 40

/** The functions of each profile in this folder that used the most time themselves. */
export function profileReport(folder: string): string {
  const files = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))
  const reports = files.map((name) => {
    // Written by Node.js itself.
    const profile = JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile
    return `\nprofile ${join(folder, name)}\n${topOf(profile)}`
  })
  return reports.join('\n')
}

function topOf({ nodes, samples, timeDeltas }: CpuProfile): string {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const self = new Map<string, number>()
  let busy = 0
  samples.forEach((id, at) => {
    const frame = places.get(id)
    const micros = timeDeltas[at] ?? 0
    if (!frame || idle.has(frame.functionName)) return
    const name = `${frame.functionName || '(anonymous)'}  ${placeOf(frame)}`
    self.set(name, (self.get(name) ?? 0) + micros)
    busy += micros
  })
  const top = [...self].toSorted(([, a], [, b]) => b - a).slice(0, shown)
  const rows = top.map(([name, micros]) => [
    name,
    figure(micros / 1000),
    `${figure((micros * 100) / busy)} %`,
  ])
  return table(['function', 'self ms', 'of busy'], rows)
}

function placeOf({ url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const place = url.replace(/^.*\/(node_modules|dist)\//, '')
  return place === '' ? '' : `${place}:${lineNumber + 1}`
}
