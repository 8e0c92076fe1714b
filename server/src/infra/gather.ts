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

/** Answers many calls by few statements: what is asked in one tick, or while batches are on their
 *  way, goes together; nothing waits on a timer. */
export class Gather<Input, Output> {
  readonly #options: GatherOptions<Input, Output>
  #waiting = new Map<unknown, Waiting<Input, Output>>()
  #underWay = 0
  #startQueued = false

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
    while (this.#waiting.size > 0 && this.#underWay < atOnce) void this.#runBatch(this.#take(size))
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
