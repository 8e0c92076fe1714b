import { useState } from 'preact/hooks'
import { useLoaded } from '../../state/loaded.ts'
import { useParley } from '../../state/parley.ts'
import { Button } from '../../ui/button.tsx'
import { Failure, SkeletonRows } from '../../ui/page-list.tsx'
import { Panel } from '../../ui/panel.tsx'
import { EndTwoFactorDialog } from './end-two-factor-dialog.tsx'
import { NewCodesDialog } from './new-codes-dialog.tsx'
import { SetUpDialog } from './set-up-dialog.tsx'

/** A code at every sign-in but by passkey: set up, recovery codes, turn off. */
export function TwoFactorPanel() {
  const { client } = useParley()
  const [open, setOpen] = useState<'setUp' | 'codes' | 'end'>()
  const status = useLoaded(async () => {
    const { data } = await client.http.GET('/v1/auth/two-factor')
    return data
  })
  const close = (): void => {
    setOpen(undefined)
    status.reload()
  }
  const { value, error, reload } = status
  return (
    <Panel
      title="Two-factor"
      about="When you sign in, also a code of an app on your phone: what is stolen elsewhere is not enough then."
    >
      {!value && (error ? <Failure error={error} onRetry={reload} /> : <SkeletonRows count={1} />)}
      {value && !value.enabled && (
        <div class="actions">
          <Button onClick={() => setOpen('setUp')}>Set up</Button>
        </div>
      )}
      {value?.enabled && (
        <>
          <p>
            <span class="badge" data-tone="good">
              On
            </span>{' '}
            <CodesLeft count={value.recoveryCodesLeft} />
          </p>
          <div class="actions">
            <Button onClick={() => setOpen('codes')}>New recovery codes</Button>
            <Button look="quiet" onClick={() => setOpen('end')}>
              Turn off
            </Button>
          </div>
        </>
      )}
      {open === 'setUp' && <SetUpDialog onClose={close} />}
      {open === 'codes' && <NewCodesDialog onClose={close} />}
      {open === 'end' && <EndTwoFactorDialog onClose={close} />}
    </Panel>
  )
}

function CodesLeft({ count }: { count: number }) {
  if (count === 0) return <span class="fault">No recovery codes are left: make new ones.</span>
  return <>{count === 1 ? 'One recovery code is left.' : `${count} recovery codes are left.`}</>
}
