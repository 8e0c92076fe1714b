/** `parley user …`: accounts from the command line, the first administrator among them. */
import { Command } from 'commander'
import { environment, readConfig } from '../config.ts'
import { confirm } from './confirm.ts'
import { inApp } from './in-app.ts'
import { readPassword } from './password.ts'

interface CreateOptions {
  email?: string
  displayName?: string
  admin?: true
}

export function userCommand(): Command {
  const user = new Command('user').description(
    'create people, promote them, set their passwords, delete them',
  )
  user
    .command('create')
    .description('create an account, also where REGISTRATION is closed; asks for the password')
    .argument('<username>')
    .option('--email <address>')
    .option('--display-name <name>', 'shown instead of the username')
    .option('--admin', 'as an administrator')
    .action(async (username: string, { email, displayName, admin }: CreateOptions) => {
      requirePasswords('create user')
      const password = await readPassword()
      const role = admin ? 'admin' : 'user'
      const wanted = { username, password, displayName, role, email: email ?? null } as const
      const made = await inApp('create user', ({ services }) =>
        services.auth.service.createUser(wanted),
      )
      console.log(`created ${made.username}, ${made.role}, ${made.id}`)
    })
  user
    .command('promote')
    .description('make someone an administrator')
    .argument('<login>', 'username or e-mail address')
    .action(async (login: string) => {
      const { username, role } = await inApp('promote user', ({ services }) =>
        services.administration.promote(login),
      )
      console.log(`${username} is ${role} now`)
    })
  user
    .command('reset-password')
    .description('set a password and end every session of that person; asks for the password')
    .argument('<login>', 'username or e-mail address')
    .action(async (login: string) => {
      requirePasswords('reset password')
      const password = await readPassword()
      await inApp('reset password', ({ services }) =>
        services.auth.passwords.reset(login, password),
      )
      console.log(`the password of ${login} is set; every session has ended`)
    })
  user
    .command('delete')
    .description('delete an account for good; its messages stay, by "Deleted account"')
    .argument('<login>', 'username or e-mail address')
    .option('--erase-texts', 'take back the texts of its messages too')
    .option('--yes', 'do not ask')
    .action(async (login: string, { eraseTexts, yes }: { eraseTexts?: true; yes?: true }) => {
      if (!yes) await confirm(`The account ${login} goes for good.`, login)
      await inApp('delete user', ({ services }) =>
        services.administration.deleteByLogin(login, eraseTexts ? 'erase' : 'keep'),
      )
      console.log(`${login} is deleted`)
    })
  return user
}

/** Before anybody types one. An account without would be nobody's: people known elsewhere are given
 *  theirs when they come. */
function requirePasswords(operation: string): void {
  if (readConfig(environment()).passwords) return
  throw new Error(
    `unable to ${operation}; PASSWORDS is off: people come by a provider or a product, and ` +
      '`parley user promote` makes one of them an administrator',
  )
}
