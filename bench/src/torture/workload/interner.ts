import type { AnyFrame } from '@parley/client'

/** Makes equal frames one object: each is pushed to many sockets. */
export class Interner {
  readonly #known = new Map<string, AnyFrame>()

  parse(text: string): AnyFrame {
    const known = this.#known.get(text)
    if (known) return known
    // What else it might be is found by the checker, which trusts no frame.
    const frame = JSON.parse(text) as AnyFrame
    if ('seq' in frame && 'at' in frame) this.#known.set(text, frame)
    return frame
  }
}
