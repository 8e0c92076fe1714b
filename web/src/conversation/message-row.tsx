import type { OutgoingMessage, RoomMessage } from '@parley/client'
import { clockTime, exactTime, narrowTime } from '../rooms/time.ts'
import { useParley } from '../state/parley.ts'
import { sentence } from '../state/toasts.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { memo } from '../ui/memo.tsx'
import { useConversation } from './conversation-view.ts'
import { MarkdownText } from '../markdown/markdown-text.tsx'
import { MessageTools } from './message-tools.tsx'
import { Quote } from './quote.tsx'
import { Receipt } from './receipt.tsx'

interface MessageRowProps {
  rowKey: string
  message: RoomMessage
  opens: boolean
  isActive: boolean
  isHighlighted: boolean
}

/** One message: whose, when, what, and what became of it. */
export const MessageRow = memo((props: MessageRowProps) => {
  const { rowKey, message, opens, isActive, isHighlighted } = props
  const { me } = useParley()
  const { author, state, seq, replyTo } = message
  const view = useConversation()
  const openProfile = (): void => void (view.profileOf.value = author.id)
  const isMine = author.id === me.value?.id
  return (
    <article
      class={classes('message', opens && 'opens', isMine && 'mine', isHighlighted && 'highlighted')}
      data-key={rowKey}
      data-seq={seq}
      data-state={state}
      tabIndex={-1}
      aria-label={`${author.displayName}, ${clockTime(new Date(message.createdAt))}`}
    >
      <div class="gutter">
        {opens ? (
          <button type="button" class="who" tabIndex={-1} aria-hidden="true" onClick={openProfile}>
            <Avatar user={author} />
          </button>
        ) : (
          <Time at={message.createdAt} narrow />
        )}
      </div>
      <div class="body">
        {replyTo !== null && <Quote seq={replyTo} />}
        {opens && (
          <p class="by">
            <button type="button" class="who" dir="auto" onClick={openProfile}>
              {author.displayName}
            </button>{' '}
            <Time at={message.createdAt} />
          </p>
        )}
        <Content message={message} />
        {state === 'failed' && <Failure message={message} />}
        {isMine && seq !== undefined && <Receipt seq={seq} />}
      </div>
      {isActive && state === 'sent' && message.deletedAt === null && (
        <MessageTools message={message} isMine={isMine} />
      )}
    </article>
  )
})

function Time({ at, narrow = false }: { at: string; narrow?: boolean }) {
  const time = new Date(at)
  return (
    <time dateTime={at} title={exactTime(time)}>
      {narrow ? narrowTime(time) : clockTime(time)}
    </time>
  )
}

function Content({ message }: { message: RoomMessage }) {
  const { text, style, author, editedAt } = message
  if (text === null) return <p class="gone">This message was deleted.</p>
  return (
    <div class={classes('text', style === 'action' && 'action')} dir="auto">
      {style === 'action' && <strong>{author.displayName} </strong>}
      <MarkdownText text={text} />
      {editedAt !== null && (
        <small class="edited" title={exactTime(new Date(editedAt))}>
          edited
        </small>
      )}
    </div>
  )
}

function Failure({ message: { clientId, error } }: { message: OutgoingMessage }) {
  const { room } = useConversation()
  const { unsent } = useParley()
  return (
    <div class="failure" role="alert">
      <p>{error ? sentence(error) : 'Not sent.'}</p>
      <Button onClick={() => unsent.retry(room, clientId)}>Send again</Button>
      <Button look="quiet" onClick={() => unsent.discard(room, clientId)}>
        Discard
      </Button>
    </div>
  )
}
