import { plainText } from '../markdown/markdown.ts'
import { useConversation } from './conversation-view.ts'

/** What is answered: leads there. */
export function Quote({ seq }: { seq: number }) {
  const view = useConversation()
  const quoted = view.quotes.find(seq)
  return (
    <button type="button" class="quote" onClick={() => view.jumpTo(seq)}>
      {quoted === undefined || quoted === 'gone' ? (
        <span>{quoted ? 'An earlier message' : '…'}</span>
      ) : (
        <>
          <strong>{quoted.author.displayName}</strong>
          <span dir="auto">
            {quoted.text === null ? 'This message was deleted.' : plainText(quoted.text)}
          </span>
        </>
      )}
    </button>
  )
}
