import { describe, expect, it } from 'vitest'
import { drawAvatar, initialsOf } from './avatar-drawing.ts'

describe('the initials of a name', () => {
  it.each([
    ['Ada Lovelace', 'AL'],
    ['Augusta Ada King-Noel', 'AK'],
    ['ada', 'A'],
    ['ada_lovelace', 'AL'],
    ['  Ada   von  Byron ', 'AB'],
    ['(Ada) "L"', 'AL'],
    ['4chan 20', '42'],
    ['ßeta', 'ß'],
    ['Éva Ångström', 'ÉÅ'],
    ['E\u0301va', 'E\u0301'],
    ['Ада Лавлейс', 'АЛ'],
    ['Άντα Λάβλεϊς', 'ΆΛ'],
    ['王小明', '王'],
    ['김 철수', '김'],
    ['آدا لوفلايس', 'آ'],
    ['עדה לאבלייס', 'ע'],
    ['क्षमा देवी', 'क्ष'],
    ['🦊 Fox', '🦊'],
    ['👩🏽‍🚀 Ada', '👩🏽‍🚀'],
    ['🇬🇧 Ada', '🇬🇧'],
    ['Ada 🦊', 'A'],
    ['...', '.'],
    ['<b>', 'B'],
    ['&', '&'],
    [`Z${'\u0301'.repeat(60)}`, 'Z'],
    ['', ''],
  ])('%s: %s', (name, initials) => {
    expect(initialsOf(name)).toBe(initials)
  })
})

describe('the drawing', () => {
  const id = '0192f0c1-7a5e-7c3b-9d2e-5f1a2b3c4d5e'
  const other = '0192f0c1-7a5e-7c3b-9d2e-5f1a2b3c4d5f'

  it('is the same for the same person and name, and of another colour for another person', () => {
    expect(drawAvatar(id, 'Ada')).toBe(drawAvatar(id, 'Ada'))
    const colourOf = (svg: string) => /fill="(#[0-9a-f]{6})"/.exec(svg)?.[1]
    expect(colourOf(drawAvatar(id, 'Ben'))).toBe(colourOf(drawAvatar(id, 'Ada')))
    expect(colourOf(drawAvatar(other, 'Ada'))).not.toBe(colourOf(drawAvatar(id, 'Ada')))
  })

  it.each(['Ada', '"', "'", '<', '&', '\ufffe', '\ufdd0', '👩🏽‍🚀', '\u202e', 'क्ष'])(
    'is well-formed with the name %j in it',
    (name) => {
      const svg = drawAvatar(id, name)
      const [, text = '<'] =
        /^<svg (?:[a-zA-Z]+="[^"<&]*" ?)+><rect (?:[a-z]+="[^"<&]*" ?)+\/><text (?:[a-z-]+="[^"<&]*" ?)+>([^<>]*)<\/text><\/svg>$/u.exec(
          svg,
        ) ?? []
      expect(text.replaceAll(/&(?:amp|lt|gt|quot);/g, '')).not.toMatch(/[&<>\ufffe\uffff]/u)
    },
  )

  it('can be read: white on each colour has a contrast of at least 4.5', () => {
    const ids = Array.from(
      { length: 64 },
      (_, n) => `${id.slice(0, -4)}${n.toString(16).padStart(4, '0')}`,
    )
    const seen = new Set(
      ids.map((one) => /fill="(#[0-9a-f]{6})"/.exec(drawAvatar(one, 'A'))?.[1] ?? ''),
    )
    expect(seen.size).toBeGreaterThan(10)
    for (const colour of seen)
      expect([colour, 1.05 / (luminance(colour) + 0.05)]).toEqual([
        colour,
        expect.toSatisfy((it: number) => it >= 4.5),
      ])
  })
})

/** Of sRGB, as WCAG has it. */
function luminance(colour: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
  const [r = 0, g = 0, b = 0] = parts.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
