/** The command line: `parley <command>`. What fails ends in one sentence and exit code 1. */
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { doctorCommand } from './doctor.ts'
import { importCommand } from './import.ts'
import { keysCommand } from './keys.ts'
import { migrateCommand } from './migrate.ts'
import { openapiCommand } from './openapi.ts'
import { serveCommand } from './serve.ts'
import { userCommand } from './user.ts'

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string } // our own file

const program = new Command('parley')
  .description(
    'Parley, a self-hosted real-time chat server. Settings come from the environment; see .env.example.',
  )
  .version(version)
  .addCommand(serveCommand())
  .addCommand(migrateCommand())
  .addCommand(userCommand())
  .addCommand(keysCommand())
  .addCommand(importCommand())
  .addCommand(openapiCommand())
  .addCommand(doctorCommand())

// `parley openapi | head` is no fault.
process.stdout.on('error', () => process.exit())

try {
  await program.parseAsync()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  // What failed may have left a connection open, which would keep the process.
  process.exit(1)
}
