/** The conversation as it goes: coloured, with a line of figures below it, on a terminal; plain
 *  lines elsewhere. */
const colours = [31, 32, 33, 34, 35, 36, 91, 92, 93, 94, 95, 96]
const clearLine = '\r\u001b[K'

export class Screen {
  readonly #terminal = process.stdout.isTTY && process.env['NO_COLOR'] === undefined
  #figures = ''

  /** A message, or with `/me` in front what somebody does. */
  message(time: string, nick: string, text: string): void {
    const [, action] = /^\/me (.*)$/s.exec(text) ?? []
    const name = this.#coloured(nick)
    this.line(`${time} ${action === undefined ? `<${name}> ${text}` : `* ${name} ${action}`}`)
  }

  line(text: string): void {
    process.stdout.write(this.#terminal ? `${clearLine}${text}\n${this.#figures}` : `${text}\n`)
  }

  figures(text: string): void {
    if (!this.#terminal) return
    this.#figures = text.slice(0, process.stdout.columns - 1)
    process.stdout.write(clearLine + this.#figures)
  }

  /** Leaves the cursor on a line of its own, without figures. */
  end(): void {
    if (this.#terminal) process.stdout.write(clearLine)
    this.#figures = ''
  }

  #coloured(nick: string): string {
    if (!this.#terminal) return nick
    const hash = Array.from(nick).reduce((sum, sign) => sum * 31 + (sign.codePointAt(0) ?? 0), 7)
    return `\u001b[${colours[hash % colours.length]}m${nick}\u001b[0m`
  }
}
