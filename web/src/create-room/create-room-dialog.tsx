import type { UserSummary } from '@parley/client'
import { useState } from 'preact/hooks'
import { PeoplePicker } from '../people/people-picker.tsx'
import { useDirectRoom } from '../people/people-search.ts'
import { roomPath } from '../router/routes.ts'
import { useParley } from '../state/parley.ts'
import { useAction } from '../ui/action-button.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Check, Choices, TextArea } from '../ui/fields.tsx'
import { Field, Form, Submit } from '../ui/form.tsx'

const kinds = ['direct', 'group', 'channel'] as const
type Kind = (typeof kinds)[number]

const options = [
  { value: 'direct', label: 'One person', about: 'Only the two of you.', icon: 'person' },
  { value: 'group', label: 'Group', about: 'Those you add, nobody else.', icon: 'people' },
  { value: 'channel', label: 'Channel', about: 'Open to everybody here.', icon: 'hash' },
] as const

interface CreateRoomDialogProps {
  onClose: () => void
  kind?: Kind
}

/** A new conversation: with one person, in a group, or in a channel. */
export function CreateRoomDialog({ onClose, kind: first = 'direct' }: CreateRoomDialogProps) {
  const [kind, setKind] = useState<Kind>(first)
  return (
    <Dialog title="New conversation" onClose={onClose}>
      <div class="form">
        <Choices
          legend="With whom?"
          name="kind"
          value={kind}
          options={options}
          onChange={setKind}
          tiles
        />
        {kind === 'direct' ? (
          <DirectForm onClose={onClose} />
        ) : (
          <RoomForm key={kind} kind={kind} onClose={onClose} />
        )}
      </div>
    </Dialog>
  )
}

function DirectForm({ onClose }: { onClose: () => void }) {
  const { me } = useParley()
  const write = useDirectRoom()
  const [picked, pick] = useState<UserSummary>()
  const { busy, run } = useAction(async () => {
    if (!picked) return
    await write(picked.id)
    onClose()
  })
  return (
    <>
      <PeoplePicker
        label="Who?"
        hint="Type a name or a username."
        picked={picked ? [picked] : []}
        without={me.value ? [me.value.id] : []}
        onChange={(people) => pick(people.at(-1))}
        first
      />
      <footer class="actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" busy={busy} disabled={!picked} onClick={run}>
          Open
        </Button>
      </footer>
    </>
  )
}

interface RoomFormProps {
  kind: 'group' | 'channel'
  onClose: () => void
}

function RoomForm({ kind, onClose }: RoomFormProps) {
  const { client, router, me } = useParley()
  const [members, setMembers] = useState<readonly UserSummary[]>([])
  // The same for every try: a repeat finds the room that was made.
  const [clientId] = useState(() => crypto.randomUUID())
  const create = async (fields: Record<string, string>): Promise<void> => {
    const { name = '', topic = '' } = fields
    const room = await client.rooms.create({
      clientId,
      kind,
      name: name.trim(),
      topic: topic.trim(),
      memberIds: members.map(({ id }) => id),
      ...(kind === 'group' && { history: fields['history'] ? 'all' : 'sinceJoin' }),
    })
    router.go(roomPath(room.id))
    onClose()
  }
  return (
    <Form onSubmit={create}>
      <Field label="Name" name="name" maxLength={100} pattern=".*\S.*" required first />
      <TextArea label="Topic" name="topic" hint="What it is about. May be empty." maxLength={500} />
      <PeoplePicker
        label="People"
        hint={kind === 'channel' ? 'Everybody else may join.' : 'More can be added later.'}
        picked={members}
        without={me.value ? [me.value.id] : []}
        onChange={(people) => setMembers(people.slice(0, 100))}
      />
      {kind === 'group' && (
        <Check name="history">Who is added later sees what was said before</Check>
      )}
      <footer class="actions">
        <Button onClick={onClose}>Cancel</Button>
        <Submit>Create the {kind}</Submit>
      </footer>
    </Form>
  )
}
