/** A password for a command: typed unseen on a terminal, else the first line of standard input. Never an argument, which
 *  every user of the machine can read. */
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'

export async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).split(/\r?\n/)[0] ?? ''
  process.stderr.write('Password: ')
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() })
  const line = createInterface({ input: process.stdin, output: unseen, terminal: true })
  try {
    return await line.question('', { signal: interrupted(line) })
  } finally {
    line.close()
    process.stderr.write('\n')
  }
}

/** Ctrl-C ends the question, not only the line. */
function interrupted(line: NodeJS.EventEmitter): AbortSignal {
  const controller = new AbortController()
  line.once('SIGINT', () => controller.abort())
  return controller.signal
}
