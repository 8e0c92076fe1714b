import { gone, internal, personal, plain, secret } from './table.ts'
import type { Table } from './table.ts'

/** What people and programs sign in with. */
export const authTables = {
  sessions: {
    section: 'sessions',
    whose: 't.user_id = $1',
    columns: {
      id: plain,
      user_id: internal,
      device_name: personal('what she calls the device', gone),
      address: personal('from where she was last seen on it', gone),
      user_agent: personal('the program she used', gone),
      created_at: plain,
      last_used_at: personal('when she last used it', gone),
      expires_at: plain,
      ended_at: plain,
      refresh_hash: secret('what the device signs in with, hashed', gone),
      previous_refresh_hash: secret('the one before', gone),
      rotated_at: internal,
    },
  },
  used_refresh_tokens: {
    columns: {
      token_hash: secret('a token her device has used up, hashed', gone),
      session_id: internal,
      used_at: internal,
    },
  },
  server_keys: {
    columns: {
      id: internal,
      purpose: internal,
      secret: internal,
      created_at: internal,
      retired_at: internal,
    },
  },
  mail_tokens: {
    section: 'mailLinks',
    whose: 't.user_id = $1',
    columns: {
      token_hash: secret('what a link in a mail proves, hashed', gone),
      purpose: plain,
      user_id: internal,
      email: personal('the address it was sent to', gone),
      created_at: plain,
      expires_at: plain,
    },
  },
  invitations: {
    section: 'invitations',
    whose: 't.created_by = $1',
    columns: {
      id: plain,
      token_hash: internal,
      // What administrators tell each other of an invitation is the server's.
      note: plain,
      created_by: internal,
      created_at: plain,
      expires_at: plain,
      max_uses: plain,
      uses: plain,
      revoked_at: plain,
    },
  },
  // Not exported: whoever wrote an address there need not be the one who reads its mail. The row
  // ends after 72 hours, or with the account that has proved the address.
  pending_registrations: {
    columns: {
      token_hash: secret('what the link in the mail proves, hashed', gone),
      username: secret('the name somebody wants', gone),
      email: secret('the address somebody says is hers', gone),
      password_hash: secret('her password, hashed', gone),
      display_name: secret('the name she wants to show', gone),
      created_at: internal,
      expires_at: internal,
    },
  },
  personal_tokens: {
    section: 'tokens',
    whose: 't.user_id = $1',
    columns: {
      id: plain,
      user_id: internal,
      name: personal('what she calls it', gone),
      token_hash: secret('the token, hashed', gone),
      scopes: plain,
      created_at: plain,
      expires_at: plain,
      last_used_at: personal('when it was last used', gone),
      revoked_at: plain,
    },
  },
  totp_factors: {
    section: 'twoFactor',
    whose: 't.user_id = $1',
    columns: {
      user_id: internal,
      secret: secret('what her authenticator makes codes from', gone),
      created_at: plain,
      confirmed_at: plain,
      last_step: internal,
    },
  },
  passkeys: {
    section: 'passkeys',
    whose: 't.user_id = $1',
    columns: {
      id: plain,
      user_id: internal,
      name: personal('what she calls it', gone),
      credential_id: secret('what her device calls it', gone),
      public_key: secret('what her device signs in with, the public half', gone),
      counter: internal,
      transports: plain,
      backed_up: plain,
      created_at: plain,
      last_used_at: plain,
    },
  },
  passkey_challenges: {
    columns: {
      challenge_hash: secret('what her device is asked to sign, hashed', gone),
      user_id: internal,
      expires_at: internal,
    },
  },
  identities: {
    section: 'identities',
    whose: 't.user_id = $1',
    columns: {
      id: plain,
      user_id: internal,
      issuer: personal('who vouches for her', gone),
      subject: personal('what she is called there', gone),
      email: personal('her address there', gone),
      display_name: personal('her name there', gone),
      created_at: plain,
      last_used_at: personal('when she last came by it', gone),
    },
  },
  // Not exported: minutes old, and of somebody who is not known yet. What concerns an account goes
  // with it.
  openid_logins: {
    columns: {
      state_hash: internal,
      provider: internal,
      nonce: internal,
      code_verifier: internal,
      binding: secret('what her browser holds, hashed', gone),
      in_app: internal,
      return_to: internal,
      user_id: internal,
      invitation: internal,
      device_name: secret('what she calls the device', gone),
      expires_at: internal,
    },
  },
  openid_tickets: {
    columns: {
      ticket_hash: secret('what her browser was given, hashed', gone),
      provider: internal,
      binding: secret('what her browser holds, hashed', gone),
      user_id: internal,
      invitation: internal,
      device_name: secret('what she calls the device', gone),
      assertion: secret('what a provider says of her', gone),
      expires_at: internal,
    },
  },
  foreign_sessions: {
    columns: {
      session_id: internal,
      identity_id: internal,
      sid: secret('what the issuer calls the session', gone),
    },
  },
  // Whose it was, nobody can read out of it; it goes after a day.
  erased_identities: { columns: { identity_hash: internal, erased_at: internal } },
  recovery_codes: {
    columns: { user_id: internal, code_hash: secret('a code for a lost device, hashed', gone) },
  },
} satisfies Record<string, Table>
