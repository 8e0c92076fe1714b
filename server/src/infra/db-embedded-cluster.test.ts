import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { ask, startHere, tempFolder } from '../../test/servers/embedded.ts'

const binDir = inject('postgres15')

test.runIf(binDir)(
  'a data directory of another major version is refused, and stays as it is',
  async () => {
    const dataDir = await tempFolder()
    const old = await startHere(dataDir, { binDir: binDir ?? '' })
    const version = Number(
      await ask(old.connectionString, "SELECT current_setting('server_version_num')::int / 10000"),
    )
    await ask(old.connectionString, "CREATE TABLE kept AS SELECT lower('ŁÓDŹ') AS name")
    await old.stop()
    await expect(startHere(dataDir)).rejects.toThrow(
      `${join(dataDir, 'postgres')} was made by PostgreSQL ${version} and this is PostgreSQL 18; ` +
        'move the data with pg_dump, or set DATABASE_URL to a server of that version',
    )
    const again = await startHere(dataDir, { binDir: binDir ?? '' })
    expect(await ask(again.connectionString, 'SELECT name FROM kept')).toBe('łódź')
  },
)
