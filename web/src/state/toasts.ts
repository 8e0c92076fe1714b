import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import { ParleyError } from '@parley/client'

export interface Toast {
  id: number
  text: string
  kind: 'done' | 'error'
}

/** How long one is shown, in milliseconds. */
const shownMs = 5000

/** Short news of what was just done, or could not be done. */
export class Toasts {
  readonly #list = signal<readonly Toast[]>([])
  #lastId = 0

  get list(): ReadonlySignal<readonly Toast[]> {
    return this.#list
  }

  done(text: string): void {
    this.#show(text, 'done')
  }

  /** To be given to `catch`: says what went wrong; what is not an error of the SDK is a fault of
   *  this client and is thrown on. */
  readonly failed = (error: unknown): void => {
    if (error instanceof ParleyError) return this.#show(sentence(error), 'error')
    this.#show('Something went wrong here.', 'error')
    throw error
  }

  close(id: number): void {
    this.#list.value = this.#list.value.filter((toast) => toast.id !== id)
  }

  #show(text: string, kind: Toast['kind']): void {
    const id = ++this.#lastId
    this.#list.value = [...this.#list.value, { id, text, kind }]
    setTimeout(() => this.close(id), shownMs)
  }
}

/** The error as a sentence that begins with a capital letter. */
export function sentence({ message }: Pick<Error, 'message'>): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`.replace(/\.\.$/, '.')
}
