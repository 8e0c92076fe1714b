import { useEffect, useState } from 'preact/hooks'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

/** Copies a text, and says so. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'failed'>()
  useEffect(() => {
    if (!outcome) return
    const timer = setTimeout(() => setOutcome(undefined), 2000)
    return () => clearTimeout(timer)
  }, [outcome])
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setOutcome('copied'),
      () => setOutcome('failed'), // the browser does not let a page write there
    )
  }
  const shown = { copied: 'Copied', failed: 'Mark and copy it' }
  return (
    <Button onClick={copy}>
      <Icon name={outcome === 'copied' ? 'check' : 'copy'} />
      <span role="status">{outcome ? shown[outcome] : label}</span>
    </Button>
  )
}
