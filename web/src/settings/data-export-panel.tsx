import type { DataExport } from '@parley/client'
import { useEffect } from 'preact/hooks'
import { exactTime } from '../rooms/time.ts'
import { useLoaded } from '../state/loaded.ts'
import { useParley } from '../state/parley.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { Failure } from '../ui/page-list.tsx'
import { Panel } from '../ui/panel.tsx'

/** How often one looks whether it is ready, in milliseconds. */
const lookAgainMs = 2000

/** A copy of everything the server knows of one. */
export function DataExportPanel() {
  const { client } = useParley()
  const found = useLoaded<DataExport | null>(async () => {
    const { data } = await client.http.GET('/v1/users/me/export')
    return data ?? null
  })
  const { value, error, busy } = found
  useEffect(() => {
    if (value?.state !== 'waiting' || busy) return
    const timer = setTimeout(found.reload, lookAgainMs)
    return () => clearTimeout(timer)
  }, [value?.state, busy])
  const ask = async (): Promise<void> => {
    const { data } = await client.http.POST('/v1/users/me/export')
    found.set(data)
  }
  return (
    <Panel
      title="A copy of your data"
      about="Your profile, sessions, rooms, messages and everything else that is known of you, as one file."
    >
      {error && <Failure error={error} onRetry={found.reload} />}
      {value?.state === 'waiting' && <p role="status">The file is being written …</p>}
      {value?.state === 'failed' && <p class="fault">The file could not be written. Ask again.</p>}
      {value?.state === 'ready' && value.url && <Download file={value} url={value.url} />}
      {value !== undefined && (value === null || value.state === 'failed') && (
        <div class="actions">
          <ActionButton onAction={ask}>Ask for a copy</ActionButton>
        </div>
      )}
    </Panel>
  )
}

function Download({ file, url }: { file: DataExport; url: string }) {
  const size = (file.bytes ?? 0) / 1000
  return (
    <>
      <div class="actions">
        <a class="button primary" href={url} download>
          Download ({size < 1000 ? `${Math.ceil(size)} KB` : `${(size / 1000).toFixed(1)} MB`})
        </a>
      </div>
      <p class="hint">
        A ZIP file, there until {exactTime(new Date(file.expiresAt))}. Whoever has the link can read
        it.
      </p>
    </>
  )
}
