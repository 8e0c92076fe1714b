import { isLasting } from './mail.ts'
import type { Mail, Mailer } from './mail.ts'

/** After a failure, how long until the next attempt; then the mail is given up. Milliseconds. */
const usualPauses = [1000, 15_000, 120_000]
/** Mails that wait or are on their way; what comes on top of them is dropped. */
const most = 1000
/** Mails prepared and handed over at once. */
const sideBySide = 4

interface MailQueueDeps {
  mailer: Mailer
  /** What could not be sent. */
  onError: (error: unknown) => void
  pauses?: readonly number[]
}

/** What is to be sent, found out when its turn comes; undefined where there is nothing to say. */
type Prepare = () => Promise<Mail | undefined>

interface Item {
  prepare: Prepare
  failures: number
}

/**
 * Mail in the background: an answer never waits for it, so its time tells nothing of whether a
 * mail is sent at all. In memory: what a stopped node still had to send, people ask for again.
 */
export class MailQueue {
  readonly #deps: MailQueueDeps
  readonly #waiting: Item[] = []
  readonly #running = new Set<Promise<void>>()
  readonly #later = new Set<NodeJS.Timeout>()
  #closed = false

  constructor(deps: MailQueueDeps) {
    this.#deps = deps
  }

  add(prepare: Prepare): void {
    if (this.#waiting.length + this.#running.size + this.#later.size >= most) {
      this.#deps.onError(new Error('unable to send mail; too many mails wait already'))
      return
    }
    this.#push({ prepare, failures: 0 })
  }

  /** What is on its way gets a moment; what waits for its turn or another attempt is given up. */
  async close(momentMs = 3000): Promise<void> {
    this.#closed = true
    this.#waiting.length = 0
    for (const timer of this.#later) clearTimeout(timer)
    const moment = new Promise<void>((resolve) => setTimeout(resolve, momentMs).unref())
    await Promise.race([Promise.all(this.#running), moment])
    this.#deps.mailer.close()
  }

  #push(item: Item): void {
    if (this.#closed) return
    this.#waiting.push(item)
    this.#next()
  }

  #next(): void {
    if (this.#running.size >= sideBySide) return
    const item = this.#waiting.shift()
    if (!item) return
    const work = this.#work(item).finally(() => {
      this.#running.delete(work)
      this.#next()
    })
    this.#running.add(work)
  }

  async #work({ prepare, failures }: Item): Promise<void> {
    let mail: Mail | undefined
    try {
      mail = await prepare()
      if (mail) await this.#deps.mailer.send(mail)
    } catch (error) {
      const pause = (this.#deps.pauses ?? usualPauses)[failures]
      const hopeless = mail === undefined || pause === undefined || isLasting(error)
      if (hopeless || this.#closed) return this.#deps.onError(error)
      const prepared = async () => mail
      this.#retry({ prepare: prepared, failures: failures + 1 }, pause)
    }
  }

  #retry(item: Item, pause: number): void {
    const timer = setTimeout(() => {
      this.#later.delete(timer)
      this.#push(item)
    }, pause)
    timer.unref()
    this.#later.add(timer)
  }
}
