import type { Child, Children } from './children.ts'
import type { RequestName, Requests, Response } from '../load/requests.ts'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../load/main.ts', import.meta.url))

/** The clients of a benchmark, in a process of their own: they must not slow each other's loop. */
export class LoadProcess {
  readonly #child: Child
  readonly #waiting = new Map<
    number,
    { resolve: (answer: unknown) => void; reject: (reason: Error) => void }
  >()
  #lastId = 0

  constructor(children: Children) {
    this.#child = children.start(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), script],
      {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      },
    )
    children.onStop(() => children.stop(this.#child))
    this.#child.process.on('message', (response: Response) => this.#settle(response))
    void this.#child.exited.then(() => {
      const reason = new Error('a load process ended before it answered')
      for (const { reject } of this.#waiting.values()) reject(reason)
    })
  }

  get pid(): number {
    return this.#child.pid
  }

  ask<Name extends RequestName>(
    name: Name,
    input: Requests[Name]['input'],
  ): Promise<Requests[Name]['answer']> {
    const id = ++this.#lastId
    const answer = new Promise<unknown>((resolve, reject) =>
      this.#waiting.set(id, { resolve, reject }),
    )
    this.#child.process.send({ id, name, input })
    // Typed by the table that the other side answers by.
    return answer as Promise<Requests[Name]['answer']>
  }

  #settle({ id, answer, error }: Response): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (error === undefined) waiting?.resolve(answer)
    else waiting?.reject(new Error(error))
  }
}
