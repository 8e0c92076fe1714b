import { emptied, gone, internal, personal, plain, secret } from './table.ts'
import type { Table } from './table.ts'

/** What the user service keeps. */
export const peopleTables = {
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
      status_text_until: personal('until when', emptied),
      time_zone: personal('her time zone', emptied),
      locale: personal('her language', emptied),
      reachable_by: plain,
      last_seen_to: plain,
      suspended_until: personal('until when she is suspended', emptied),
      avatar_url: personal('where her picture is', 'emptied; the picture goes'),
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
  // Names no person: only which files are to be removed.
  unused_files: { columns: { key: internal, due_at: internal } },
  last_seen: {
    section: 'lastSeen',
    whose: 't.user_id = $1',
    columns: { user_id: internal, at: personal('when she was last here', gone) },
  },
  profile_fields: {
    columns: {
      key: internal,
      label: internal,
      kind: internal,
      max_length: internal,
      position: internal,
    },
  },
  profile_values: {
    section: 'profileFields',
    whose: 't.user_id = $1',
    columns: {
      user_id: internal,
      field_key: plain,
      value: personal('what she fills into the fields of this server', gone),
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
} satisfies Record<string, Table>
