import type { ServerRole } from '../contract/caller.ts'
import type { AccountStatus } from './schema.ts'

export interface NewAccount {
  /** In lower case. */
  username: string
  email: string | null
  /** null: nobody can log in with a password. */
  passwordHash: string | null
  displayName: string
  role: ServerRole
  /** An account of a program, which nobody signs in as. */
  bot?: boolean
}

/** Someone known from elsewhere: without e-mail address, without password. */
export interface Newcomer {
  id: string
  /** In lower case. */
  username: string
  displayName: string
}

/** What signing in needs to know of a person. */
export interface Account {
  id: string
  username: string
  email: string | null
  emailVerified: boolean
  passwordHash: string | null
  role: ServerRole
  status: AccountStatus
}
