/** A conversation made up from a seed, as lines of an IRC log: the same seed, the same talk. */
const nicks = (
  'ada ben cleo dora emil flo gil hana ivo juna kai lena mika nora otto pia quin rosa sami tess ' +
  'umar vera wim xenia yuri zoe Amaranth Belial_ [chr0n0s] Dr_Willis elad` fox|away genii jrib'
).split(' ')
const openings = ['hm', 'well', 'ok', 'wait', 'hi all', 'so', 'by the way', 'no really', 'ah']
const subjects = ['the server', 'my socket', 'this log', 'the old node', 'your bot', 'PostgreSQL']
const verbs = ['forgets', 'keeps', 'repeats', 'numbers', 'reads back', 'waits for', 'loses']
const objects = ['every message', 'nothing', 'the last line', 'my nick', 'what I said', 'a café ☕']
const doings = ['sips a coffee', 'reads the log again', 'waves', 'counts to 4,096', 'is back']

export function madeUpConversation(seed: number, lines = 400): string {
  const random = randomFrom(seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T // never past the end
  const sentence = () => `${pick(subjects)} ${pick(verbs)} ${pick(objects)}`
  const talk = nicks.map((nick) => `=== ${nick} [n=${nick}@example.org]  has joined #demo`)
  for (let minute = 0; talk.length < nicks.length + lines; minute += random() < 0.1 ? 1 : 0) {
    const time = `${20 + Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`
    const nick = pick(nicks)
    const kind = random()
    if (kind < 0.08) talk.push(`[${time}]  * ${nick} ${pick(doings)}`)
    else if (kind < 0.5) talk.push(`[${time}] <${nick}> ${pick(nicks)}: ${sentence()}`)
    else talk.push(`[${time}] <${nick}> ${pick(openings)}, ${sentence()}`)
  }
  return `${talk.join('\n')}\n`
}

/** mulberry32: small, and good enough for talk. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
