import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

/** JavaScript, since a thread has no loader for anything else; found from src/ and from dist/. */
const script = fileURLToPath(new URL('../../bin/password-thread.js', import.meta.url))

/** A thread that had nothing to do for so long gives its memory back. */
const idleMs = 60_000

export type PasswordWork = { password: string; cost: number } | { password: string; hash: string }

/** One bcrypt at a time, beside the event loop and beside libuv's pool, which verifies tokens and
 *  reads files. It begins with the first work, and keeps no process alive. */
export class PasswordThread {
  readonly #niceness: number
  #worker: Worker | undefined
  #settle: { resolve: (answer: unknown) => void; reject: (reason: Error) => void } | undefined
  #idle: NodeJS.Timeout | undefined

  /** How far it stands back, as `nice` has it. */
  constructor(niceness: number) {
    this.#niceness = niceness
  }

  /** The hash of a password, or whether one fits; call it again once it has settled. */
  async run(work: PasswordWork): Promise<unknown> {
    clearTimeout(this.#idle)
    const worker = (this.#worker ??= this.#start())
    worker.ref()
    try {
      return await new Promise((resolve, reject) => {
        this.#settle = { resolve, reject }
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
        worker.postMessage(work)
      })
    } finally {
      this.#settle = undefined
      worker.unref()
      this.#idle = setTimeout(() => this.#end(), idleMs).unref()
    }
  }

  #start(): Worker {
    const worker = new Worker(script, { workerData: { niceness: this.#niceness }, execArgv: [] })
    worker.on('message', (answer) => this.#settle?.resolve(answer))
    worker.on('error', (error) => this.#settle?.reject(error))
    worker.on('exit', () => {
      if (this.#worker !== worker) return
      this.#worker = undefined // the next work begins another one
      this.#settle?.reject(new Error('the thread of the passwords ended'))
    })
    return worker
  }

  #end(): void {
    const worker = this.#worker
    this.#worker = undefined
    void worker?.terminate()
  }
}
