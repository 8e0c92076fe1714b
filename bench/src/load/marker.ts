/** What every text carries, so that whoever receives it can be checked: run, sender and number. */

export interface Marker {
  run: number
  sender: number
  number: number
}

/** `~rrrr:ssss:nnnnnnnn~` */
export const markerLength = 20
const tilde = 0x7e
const colon = 0x3a

/** A text of this many bytes that begins with its marker. */
export function markedText({ run, sender, number }: Marker, bytes: number): string {
  return `~${digits(run, 4)}:${digits(sender, 4)}:${digits(number, 8)}~`.padEnd(bytes, 'x')
}

export function digits(value: number, width: number): string {
  return String(value).padStart(width, '0')
}

/** Finds markers in frames by their bytes. Frames of one kind end alike, so it looks first where
 *  the last one was, counted from the end: no frame has to be parsed. */
export class MarkerFinder {
  #fromEnd = 0

  /** Where the marker of this frame begins; -1 where it has none. */
  find(bytes: Buffer, start: number, end: number): number {
    const guess = end - this.#fromEnd
    if (guess >= start && isMarker(bytes, guess, end)) return guess
    for (let at = bytes.indexOf(tilde, start); at >= 0 && at < end;) {
      if (isMarker(bytes, at, end)) {
        this.#fromEnd = end - at
        return at
      }
      at = bytes.indexOf(tilde, at + 1)
    }
    return -1
  }
}

function isMarker(bytes: Buffer, at: number, end: number): boolean {
  return (
    at + markerLength <= end &&
    bytes[at] === tilde &&
    bytes[at + 5] === colon &&
    bytes[at + 10] === colon &&
    bytes[at + markerLength - 1] === tilde
  )
}

export const runAt = (bytes: Buffer, marker: number): number => numberAt(bytes, marker + 1, 4)
export const senderAt = (bytes: Buffer, marker: number): number => numberAt(bytes, marker + 6, 4)
export const countAt = (bytes: Buffer, marker: number): number => numberAt(bytes, marker + 11, 8)

/** The decimal number of this many digits. */
export function numberAt(bytes: Buffer, at: number, width: number): number {
  let value = 0
  for (let end = at + width; at < end; at++) value = value * 10 + (bytes[at] ?? 0) - 0x30
  return value
}
