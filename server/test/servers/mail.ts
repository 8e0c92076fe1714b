/** A real SMTP server in the process, which keeps what it receives and refuses on demand. */
import { EventEmitter, once } from 'node:events'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { callbackify } from 'node:util'
import { SMTPServer } from 'smtp-server'

interface ReceivedMail {
  recipients: string[]
  /** As sent, headers and all. */
  content: string
}

export type MailServer = Awaited<ReturnType<typeof startMailServer>>

export async function startMailServer() {
  const received: ReceivedMail[] = []
  const events = new EventEmitter()
  let refusals = { code: 0, left: 0 }
  const keep = callbackify(async (stream: Readable, to: { address: string }[]) => {
    const content = await text(stream)
    if (refusals.left > 0) {
      refusals.left--
      events.emit('refused')
      throw Object.assign(new Error('refused'), { responseCode: refusals.code })
    }
    received.push({ recipients: to.map(({ address }) => address), content })
  })
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData: (stream, { envelope }, done) => keep(stream, envelope.rcptTo, done),
  })
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const address = listening.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    events,
    /** The next `left` mails are answered with this code. */
    refuse(code: number, left: number) {
      refusals = { code, left }
    },
    accept() {
      refusals = { code: 0, left: 0 }
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
