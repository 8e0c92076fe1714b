import { spawnSync } from 'node:child_process'
import { cpus, release, totalmem } from 'node:os'
import type { EmbeddedPostgres } from './postgres.ts'
import { root } from './parley-node.ts'

/** What a figure means nothing without, as one line each. */
export async function machineLines(database: EmbeddedPostgres): Promise<string[]> {
  const [first] = cpus()
  const { version, fsync } = await database.facts()
  const memory = Math.round(totalmem() / 2 ** 30)
  return [
    `machine    ${cpus().length} × ${first?.model.trim() ?? 'unknown'}, ${memory} GiB, Linux ${release()}`,
    `versions   Parley ${parleyVersion()}, Node.js ${process.versions.node}, PostgreSQL ${version} (fsync ${fsync})`,
    `measured   ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  ]
}

function parleyVersion(): string {
  const commit = git('rev-parse', '--short', 'HEAD')
  if (commit === '') return 'of no commit'
  return git('status', '--porcelain', 'server/src') === '' ? commit : `${commit} with changes`
}

function git(...args: string[]): string {
  const { stdout, status } = spawnSync('git', args, { cwd: root, encoding: 'utf8' })
  return status === 0 ? stdout.trim() : ''
}
