import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'

interface RecoveryCodeListProps {
  codes: readonly string[]
  onDone: () => void
}

/** Codes for the day the phone is lost, shown this once. */
export function RecoveryCodeList({ codes, onDone }: RecoveryCodeListProps) {
  const text = `${codes.join('\n')}\n`
  return (
    <div class="form">
      <p>
        Keep these where you find them without your phone. Each lets you in once; they are not shown
        again.
      </p>
      <ul class="recovery-codes" aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <footer class="actions">
        <CopyButton text={text} />
        <a
          class="button"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          download="parley-recovery-codes.txt"
        >
          Download
        </a>
        <Button look="primary" onClick={onDone}>
          I have kept them
        </Button>
      </footer>
    </div>
  )
}
