import { useEffect, useState } from 'preact/hooks'

/** Characters that are left are told from here on. */
const fewLeft = 500
/** So that a screen reader takes the same words for news once more, in milliseconds. */
const silenceMs = 100

interface LengthNoteProps {
  id: string
  /** Characters; below zero there are too many. */
  left: number
  /** How often one tried to send this text, too long as it is. */
  refused: number
  /** What could not be done with it. */
  aim: 'sent' | 'saved'
}

/** How much more fits in, once it is little. A screen reader is told when that begins, when it is
 *  too much, and why nothing was sent; not at every letter. */
export function LengthNote({ id, left, refused, aim }: LengthNoteProps) {
  const level = left < 0 ? 'over' : left < fewLeft ? 'few' : 'enough'
  const sentence = level === 'enough' ? '' : lengthSentence(left, refused > 0 ? aim : undefined)
  const [told, setTold] = useState('')
  useEffect(() => {
    setTold('')
    if (sentence === '') return
    const timer = setTimeout(() => setTold(sentence), silenceMs)
    return () => clearTimeout(timer)
  }, [level, refused])
  return (
    <>
      {sentence !== '' && (
        <p id={id} class="left" data-over={level === 'over'}>
          {sentence}
        </p>
      )}
      <p class="hidden-visually" role="status">
        {told}
      </p>
    </>
  )
}

function lengthSentence(left: number, missed: 'sent' | 'saved' | undefined): string {
  const characters = Math.abs(left) === 1 ? 'character' : 'characters'
  if (left >= 0) return `${left} ${characters} left`
  const excess = `${-left} ${characters} too many`
  return missed ? `Not ${missed}: ${excess}` : excess
}
