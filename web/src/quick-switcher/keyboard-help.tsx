import './quick-switcher.css'
import { Dialog } from '../ui/dialog.tsx'

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent)

const keys: readonly (readonly [keys: readonly string[], what: string])[] = [
  [[isApple ? '⌘' : 'Ctrl', 'K'], 'Go to a room, a person or a page'],
  [['?'], 'Show this list'],
  [['Enter'], 'Send the message'],
  [['Shift', 'Enter'], 'Begin a new line'],
  [['↑'], 'In an empty message: edit your last one'],
  [['Esc'], 'Close, or stop editing or replying'],
  [['↑', '↓'], 'Move through messages, lists and menus'],
  [['Tab'], 'Move on to the next part'],
]

/** Every key that does something. */
export function KeyboardHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="keys">
        {keys.map(([names, what]) => (
          <div key={what}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
