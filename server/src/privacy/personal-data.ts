/** The one list of what is known of people: every column of every table, whether it says something
 *  of a person, and what becomes of it when she takes her data along or goes. The export is read by
 *  it; that nothing is missing here, and that an erase leaves nothing, personal-data.test.ts and
 *  test/erase.test.ts see to. */

/** Says something of a person: what, and what the deletion of her account does with it. */
interface PersonalColumn {
  what: string
  erase: string
  exported: boolean
}

/** Says nothing of anybody by itself: ids, times, numbers. */
interface ImpersonalColumn {
  what: null
  exported: boolean
}

interface Table {
  /** What the export calls its rows; without one none are exported. */
  section?: string
  /** Which rows `t` are hers: $1 is her id. */
  whose?: string
  /** What else the export says of each row, as SQL. */
  also?: Readonly<Record<string, string>>
  columns: Readonly<Record<string, PersonalColumn | ImpersonalColumn>>
}

const personal = (what: string, erase: string): PersonalColumn => ({ what, erase, exported: true })
/** Of use to whoever could sign in with it, and to nobody else: never exported. */
const secret = (what: string, erase: string): PersonalColumn => ({ what, erase, exported: false })
/** Goes along in the export: it helps to read the rest. */
const plain: ImpersonalColumn = { what: null, exported: true }
/** The server's own. */
const internal: ImpersonalColumn = { what: null, exported: false }

const gone = 'the row goes'
const emptied = 'emptied'

const tables = {
  users: {
    section: 'profile',
    whose: 't.id = $1',
    columns: {
      id: plain,
      username: personal('the name she signs in with', 'replaced by a random one'),
      email: personal('her address', emptied),
      email_verified_at: personal('when she proved it', emptied),
      password_hash: secret('her password, hashed', emptied),
      display_name: personal('the name she shows', 'replaced by "Deleted account"'),
      bio: personal('what she says of herself', emptied),
      status_text: personal('what she says of the moment', emptied),
      avatar_url: personal('her picture', emptied),
      role: plain,
      status: plain,
      status_reason: personal('why she is suspended', emptied),
      search_text: secret('her names, for the search', 'follows the names'),
      state_seq: internal,
      bot: plain,
      created_at: plain,
      updated_at: plain,
    },
  },
  blocks: {
    section: 'blocks',
    whose: 't.user_id = $1',
    columns: {
      user_id: internal,
      blocked_id: personal('whom she does not want to hear from', gone),
      created_at: plain,
    },
  },
  audit_log: {
    section: 'auditEntries',
    whose: '(t.subject_id = $1 or t.actor_id = $1)',
    columns: {
      id: plain,
      at: plain,
      actor_id: plain,
      action: plain,
      subject_id: plain,
      detail: personal(
        'devices, addresses, names of tokens, reasons',
        'emptied of these where she is the subject; the entry stays',
      ),
    },
  },
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
  rooms: {
    section: 'roomsCreated',
    whose: 't.created_by = $1',
    columns: {
      id: plain,
      kind: plain,
      // What a room is called belongs to the room, whoever said it first.
      name: plain,
      topic: plain,
      history: plain,
      created_by: internal,
      client_id: internal,
      fingerprint: internal,
      direct_key: internal,
      archived_at: plain,
      version: internal,
      first_seq: internal,
      last_seq: internal,
      created_at: plain,
    },
  },
  members: {
    section: 'memberships',
    whose: 't.user_id = $1',
    also: {
      room_kind: '(select r.kind from rooms r where r.id = t.room_id)',
      room_name: '(select r.name from rooms r where r.id = t.room_id)',
    },
    columns: {
      room_id: personal('where she is a member', `${gone}; in direct rooms the place stays`),
      user_id: internal,
      role: plain,
      joined_at: plain,
      joined_seq: plain,
      visible_from: internal,
      version: internal,
      read_seq: personal('how far she has read', `${gone}; in direct rooms it stays`),
    },
  },
  messages: {
    section: 'messages',
    whose: 't.author_id = $1',
    columns: {
      room_id: plain,
      seq: plain,
      author_id: internal,
      client_id: internal,
      fingerprint: secret('the text she first sent, hashed', 'emptied with texts=erase'),
      text: personal('what she wrote', 'emptied with texts=erase, else it stays'),
      style: plain,
      reply_to: plain,
      version: internal,
      created_at: plain,
      edited_at: plain,
      deleted_at: plain,
    },
  },
  room_changes: {
    section: 'roomChanges',
    whose: '(t.actor_id = $1 or t.subject_id = $1)',
    columns: {
      room_id: plain,
      seq: plain,
      type: plain,
      actor_id: plain,
      subject_id: plain,
      subject_seq: plain,
      role: plain,
      reason: plain,
      at: plain,
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
  recovery_codes: {
    columns: { user_id: internal, code_hash: secret('a code for a lost device, hashed', gone) },
  },
  data_exports: {
    section: 'exports',
    whose: 't.user_id = $1',
    columns: {
      id: plain,
      user_id: internal,
      state: plain,
      requested_at: plain,
      attempts: internal,
      claimed_until: internal,
      ready_at: plain,
      expires_at: plain,
      bytes: plain,
      link_key: secret('signs the links to her export', 'the row goes, and the file'),
    },
  },
  text_erasures: { columns: { user_id: internal, requested_at: internal } },
  parley_migrations: {
    columns: { id: internal, name: internal, run_on: internal, checksum: internal },
  },
} satisfies Record<string, Table>

/** Every table and its columns, as they are declared. */
export const personalData: Readonly<Record<string, Table>> = tables

export interface ExportedTable {
  name: string
  section: string
  whose: string
  /** What is selected, by name: a column of `t`, or more than that. */
  columns: Readonly<Record<string, string>>
}

/** What the export holds. */
export function exportedTables(): ExportedTable[] {
  return Object.entries(personalData).flatMap(([name, { section, whose, also, columns }]) => {
    if (section === undefined || whose === undefined) return []
    const exported = Object.keys(columns).filter((column) => columns[column]?.exported)
    const own = Object.fromEntries(exported.map((column) => [column, `t.${column}`]))
    return [{ name, section, whose, columns: { ...own, ...also } }]
  })
}
