/** `parley keys …`: the keys that sign access tokens. */
import { Command } from 'commander'
import { inApp } from './in-app.ts'

export function keysCommand(): Command {
  const keys = new Command('keys').description('the keys that sign access tokens')
  keys
    .command('rotate')
    .description('make a new one; the old one is taken until all it signed has run out')
    .action(async () => {
      const { kid, signsFrom, oldUntil } = await inApp('rotate keys', ({ services }) =>
        services.auth.keys.rotate(),
      )
      console.log(
        `made ${kid}; it signs from ${signsFrom} on, the old one is taken until ${oldUntil}`,
      )
    })
  return keys
}
