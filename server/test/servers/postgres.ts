/** PostgreSQL for the tests: one embedded server a run, and what else this machine has installed. */
import { rmSync } from 'node:fs'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../src/infra/db-embedded.ts'

export interface PostgresServer {
  url: string
  stop(): Promise<void>
}

/** Forgets everything with the machine's power, which is all that makes it faster than a user's. */
export async function startPostgresServer(): Promise<PostgresServer> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-tests-'))
  // As root another user runs PostgreSQL and must be able to enter, also where user namespaces are refused.
  await chmod(dir, 0o755)
  // Ctrl-C ends the test runner without a teardown.
  const removeAtExit = () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  const removeDir = async () => {
    process.off('exit', removeAtExit)
    await rm(dir, { recursive: true, force: true })
  }
  try {
    const server = await startEmbeddedPostgres({
      dataDir: dir,
      log: (line) => console.log(`Tests: ${line}`),
      settings: {
        fsync: 'off',
        full_page_writes: 'off',
        autovacuum: 'on',
        max_connections: '300',
      },
    })
    process.on('exit', removeAtExit)
    const stop = async () => {
      await server.stop()
      await removeDir()
    }
    return { url: server.connectionString, stop }
  } catch (error) {
    await removeDir()
    throw error
  }
}

/** The programs of an installed PostgreSQL 15 to 17, the oldest first, or null. */
export async function findInstalledPostgres(): Promise<string | null> {
  const versions = await readdir('/usr/lib/postgresql').catch(() => [])
  const oldest = versions.map(Number).filter((major) => major >= 15 && major <= 17)
  return oldest.length === 0 ? null : `/usr/lib/postgresql/${Math.min(...oldest)}/bin`
}
