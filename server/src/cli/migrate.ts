/** `parley migrate …`: the shape of the database, changed and listed by hand. */
import { relative } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { environment, readConfig } from '../config.ts'
import { createMigration } from '../infra/migration-files.ts'
import { migrateDown, migrateUp, migrationStatus, redoMigration } from '../infra/migrate.ts'
import type { MigrateOptions } from '../infra/migrate.ts'
import { withDatabase } from './database.ts'

export function migrateCommand(): Command {
  const migrate = new Command('migrate').description('change and list the shape of the database')
  migrate
    .command('up')
    .description('apply every pending migration')
    .action(() => changing('applied', migrateUp))
  migrate
    .command('down')
    .description('take back the last migration, or the last n')
    .argument('[n]', 'how many', countOf, 1)
    .action((n: number) => changing('took back', (options) => migrateDown(options, n)))
  migrate
    .command('redo')
    .description('take back the last migration and apply it again')
    .action(() => changing('took back and applied', redoMigration))
  migrate
    .command('status')
    .description('list every migration and when it was applied')
    .action(() => inDatabase(printStatus))
  migrate
    .command('create')
    .description('write a new, numbered migration file to fill in')
    .argument('<name>', 'what it is about, like message_pins')
    .action(async (name: string) => {
      console.log(`created ${relative('.', await createMigration(name))}`)
    })
  return migrate
}

function countOf(value: string): number {
  if (/^[1-9]\d{0,3}$/.test(value)) return Number(value)
  throw new InvalidArgumentError('It must be a whole number, 1 or more.')
}

function changing(what: string, work: (options: MigrateOptions) => Promise<string[]>) {
  return inDatabase(async (options) => {
    const names = await work(options)
    for (const name of names) console.log(`${what} ${name}`)
    if (names.length === 0) console.log('nothing to do')
  })
}

async function printStatus(options: MigrateOptions): Promise<void> {
  for (const { name, appliedAt } of await migrationStatus(options)) {
    console.log(`${name.padEnd(40)} ${appliedAt?.toISOString() ?? 'pending'}`)
  }
}

function inDatabase(work: (options: MigrateOptions) => Promise<void>): Promise<void> {
  return withDatabase(readConfig(environment()), (url) => work({ url }))
}
