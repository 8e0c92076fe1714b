/** A question before what cannot be undone. */
import { createInterface } from 'node:readline/promises'

/** Rejects unless the first line of standard input is this word. */
export async function confirm(question: string, word: string): Promise<void> {
  process.stderr.write(`${question} Type ${word} to go on: `)
  const line = createInterface({ input: process.stdin })
  const [answer = ''] = await Promise.race([
    new Promise<string[]>((resolve) => line.once('line', (text) => resolve([text]))),
    new Promise<string[]>((resolve) => line.once('close', () => resolve([]))),
  ])
  line.close()
  if (answer.trim() !== word) throw new Error('nothing was done; that was something else')
}
