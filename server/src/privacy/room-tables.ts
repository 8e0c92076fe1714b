import { gone, internal, personal, plain, secret } from './table.ts'
import type { Table } from './table.ts'

/** Rooms and what is said in them. */
export const roomTables = {
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
      changed: plain,
      at: plain,
    },
  },
} satisfies Record<string, Table>
