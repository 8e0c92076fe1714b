/**
 * A process of its own with an embedded PostgreSQL, for tests that kill it. Its argument is the options as JSON; it
 * writes one line of JSON, `{ url }` or `{ error }`, then obeys the line `stop` or `exit` on its input.
 */
import { createInterface } from 'node:readline'
import { startEmbeddedPostgres } from '../../src/infra/db-embedded.ts'

const options: { dataDir: string } = JSON.parse(process.argv[2] ?? '')
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)

try {
  const server = await startEmbeddedPostgres({ ...options, log: () => {} })
  say({ url: server.connectionString })
  for await (const line of createInterface(process.stdin)) {
    if (line === 'exit') process.exit(0)
    if (line === 'stop') break
  }
  await server.stop()
  process.exit(0)
} catch (error) {
  say({ error: error instanceof Error ? error.message : String(error) })
  process.exit(1)
}
