import type { Transporter } from 'nodemailer'
import type { Mail, Mailer } from './mail.ts'

/** How long a mail server may take for one step, in milliseconds. */
const patience = 15_000

interface SmtpMailerDeps {
  /** smtp://user:password@host:587 or, over TLS from the start, smtps://… */
  url: string
  from: string
}

/** Mail through a server of the operator's. */
export class SmtpMailer implements Mailer {
  readonly #deps: SmtpMailerDeps
  #transport: Promise<Transporter> | undefined

  constructor(deps: SmtpMailerDeps) {
    this.#deps = deps
  }

  async send(mail: Mail): Promise<void> {
    this.#transport ??= connect(this.#deps.url)
    const transport = await this.#transport
    await transport.sendMail({ ...mail, from: this.#deps.from })
  }

  close(): void {
    void this.#transport?.then((transport) => transport.close())
  }
}

async function connect(url: string): Promise<Transporter> {
  // Loaded with the first mail: it would cost every start and every command its time.
  const { createTransport } = await import('nodemailer')
  const timeouts = {
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
  }
  // A mail holds what we wrote, never a file or an address to fetch.
  const closed = { disableFileAccess: true, disableUrlAccess: true }
  return createTransport({ url, pool: true, maxConnections: 2, ...timeouts, ...closed })
}
