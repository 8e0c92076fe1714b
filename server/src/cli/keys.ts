/** `parley keys …`: the keys that sign access tokens. */
import { Command } from 'commander'
import { inApp } from './in-app.ts'

export function keysCommand(): Command {
  const keys = new Command('keys').description('the keys that sign access tokens')
  keys
    .command('rotate')
    .description('make a new one; the old one is taken until all it signed has run out')
    .option('--now', 'for a stolen key: refuse all it signed; devices renew their tokens')
    .action(async ({ now: atOnce }: { now?: true }) => {
      const { kid, signsFrom, oldUntil } = await inApp('rotate keys', ({ services }) =>
        services.auth.keyRotation.rotate({ atOnce }),
      )
      const told = atOnce
        ? 'running nodes sign with it, and refuse what the old ones signed, within a minute'
        : `it signs from ${signsFrom} on, the old one is taken until ${oldUntil}`
      console.log(`made ${kid}; ${told}`)
    })
  return keys
}
