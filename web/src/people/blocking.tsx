import { useEffect, useRef } from 'preact/hooks'
import { useParley } from '../state/parley.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { Button } from '../ui/button.tsx'

interface BlockQuestionProps {
  user: { id: string; displayName: string }
  onAnswer: () => void
}

/** Asks before somebody is blocked, and does it. */
export function BlockQuestion({ user, onAnswer }: BlockQuestionProps) {
  const { client, toasts } = useParley()
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => ref.current?.focus(), [])
  const block = async (): Promise<void> => {
    const params = { path: { userId: user.id } }
    await client.http.PUT('/v1/users/me/blocks/{userId}', { params })
    toasts.done(`You blocked ${user.displayName}.`)
    onAnswer()
  }
  return (
    <div
      ref={ref}
      class="note question"
      role="group"
      tabIndex={-1}
      aria-label={`Block ${user.displayName}?`}
    >
      <p>
        Neither of you can write to the other alone any more, and what {user.displayName} says in
        rooms is folded away. It can be undone at any time.
      </p>
      <div class="actions">
        <Button onClick={onAnswer}>Cancel</Button>
        <ActionButton look="danger" onAction={block}>
          Block
        </ActionButton>
      </div>
    </div>
  )
}

/** The button that ends a block. */
export function Unblock({ user }: { user: { id: string; displayName: string } }) {
  const { client, toasts } = useParley()
  const unblock = async (): Promise<void> => {
    const params = { path: { userId: user.id } }
    await client.http.DELETE('/v1/users/me/blocks/{userId}', { params })
    toasts.done(`You no longer block ${user.displayName}.`)
  }
  return <ActionButton onAction={unblock}>Unblock</ActionButton>
}
