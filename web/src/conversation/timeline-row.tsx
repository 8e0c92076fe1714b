import { memo } from '../ui/memo.tsx'
import { Button } from '../ui/button.tsx'
import { dayName } from '../rooms/time.ts'
import { useConversation } from './conversation-view.ts'
import { MessageRow } from './message-row.tsx'
import { NewsLine } from './news-line.tsx'
import type { Row } from './timeline.ts'

interface TimelineRowProps {
  row: Row
  /** The pointer is over it, or the focus in it. */
  isActive: boolean
  isHighlighted: boolean
}

export function TimelineRow({ row, isActive, isHighlighted }: TimelineRowProps) {
  switch (row.kind) {
    case 'day':
      return <DayLine time={row.time} />
    case 'newLine':
      return (
        <div class="line new" data-key={row.key} data-kind="newLine" role="separator">
          <span>New</span>
        </div>
      )
    case 'folded':
      return <FoldedLine rowKey={row.key} count={row.count} seqs={row.seqs} />
    case 'news':
      return <NewsLine rowKey={row.key} entries={row.entries} />
    case 'message':
      return (
        <MessageRow
          rowKey={row.key}
          message={row.message}
          opens={row.opens}
          isActive={isActive}
          isHighlighted={isHighlighted}
        />
      )
  }
}

/** Without a `data-key`: an older page of the same day moves it, so it cannot keep the place. */
function DayLine({ time }: { time: Date }) {
  return (
    <div class="line day" role="separator">
      <span>{dayName(time)}</span>
    </div>
  )
}

interface FoldedLineProps {
  rowKey: string
  count: number
  seqs: readonly number[]
}

const FoldedLine = memo(({ rowKey, count, seqs }: FoldedLineProps) => {
  const view = useConversation()
  return (
    <p class="news-line" data-key={rowKey}>
      {count === 1 ? 'A message' : `${count} messages`} of somebody you block.{' '}
      <Button look="quiet" onClick={() => view.unfold(seqs)}>
        Show
      </Button>
    </p>
  )
})
