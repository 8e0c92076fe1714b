interface GatherOptions<Input, Output> {
  /** Answers each input, in their order: its result, or the error of that one alone. Rejects
   *  where all of them failed together. */
  run: (inputs: readonly Input[]) => Promise<readonly (Output | Error)[]>
  /** Inputs of one batch at most. */
  size: number
  /** Batches on their way at once. */
  atOnce?: number
  /** Inputs under the same key that wait for the same batch share one place in it. */
  keyOf?: (input: Input) => unknown
}

interface Waiting<Input, Output> {
  input: Input
  waiters: { resolve: (output: Output) => void; reject: (error: unknown) => void }[]
}

/** From the start of one batch to the next where calls come thick, in milliseconds: a statement
 *  for three costs nearly what one for fifty does. */
const paceMs = 30

/** Answers many calls by few statements: what is asked in one tick, or while batches are on their
 *  way, goes together. A call that comes alone never waits. */
export class Gather<Input, Output> {
  readonly #options: GatherOptions<Input, Output>
  #waiting = new Map<unknown, Waiting<Input, Output>>()
  #underWay = 0
  #startQueued = false
  /** Of the last batch: how many calls it held, and when it began, by performance.now(). */
  #last = { size: 0, startedAt: 0 }

  constructor(options: GatherOptions<Input, Output>) {
    this.#options = options
  }

  ask(input: Input): Promise<Output> {
    const { keyOf } = this.#options
    const key = keyOf ? keyOf(input) : Symbol('its own')
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject }
      const known = this.#waiting.get(key)
      if (known) known.waiters.push(waiter)
      else this.#waiting.set(key, { input, waiters: [waiter] })
      this.#queueStart()
    })
  }

  #queueStart(): void {
    if (this.#startQueued) return
    this.#startQueued = true
    setImmediate(this.#start)
  }

  readonly #start = (): void => {
    this.#startQueued = false
    const { size, atOnce = 1 } = this.#options
    while (this.#waiting.size > 0 && this.#underWay < atOnce) {
      const pauseMs = this.#pauseMs(size)
      if (pauseMs > 0) return this.#startIn(pauseMs)
      void this.#runBatch(this.#take(size))
    }
  }

  #pauseMs(size: number): number {
    if (this.#last.size < 2 || this.#waiting.size >= size) return 0
    return paceMs - (performance.now() - this.#last.startedAt)
  }

  #startIn(ms: number): void {
    this.#startQueued = true
    setTimeout(this.#start, ms)
  }

  #take(size: number): Waiting<Input, Output>[] {
    const batch: Waiting<Input, Output>[] = []
    for (const [key, waiting] of this.#waiting) {
      if (batch.length === size) break
      batch.push(waiting)
      this.#waiting.delete(key)
    }
    return batch
  }

  async #runBatch(batch: readonly Waiting<Input, Output>[]): Promise<void> {
    this.#underWay++
    this.#last = { size: batch.length, startedAt: performance.now() }
    try {
      const outputs = await this.#options.run(batch.map(({ input }) => input))
      for (const [at, { waiters }] of batch.entries()) {
        const output = outputs[at]
        if (output instanceof Error) for (const { reject } of waiters) reject(output)
        // `run` answers every input.
        else for (const { resolve } of waiters) resolve(output as Output)
      }
    } catch (error) {
      for (const { waiters } of batch) for (const { reject } of waiters) reject(error)
    } finally {
      this.#underWay--
      this.#queueStart()
    }
  }
}
