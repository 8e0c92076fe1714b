type Part = readonly string[]

const split = (text: string): Part => text.split(' ')
const characters = (from: number, count: number, step: number): Part =>
  Array.from({ length: count }, (_, n) => String.fromCodePoint(from + n * step))

const han = characters(0x4e_00, 1500, 7)
const hangul = characters(0xac_00, 700, 13)
const kana = characters(0x30_42, 40, 1)
const cyrillic = split('ба ве ги до жу за ки ле мо ну по ри са ту фе хо ца ши')
const accented = split('éra ína ózi ñel ías öve')
const arabic = split('اب تث جح در سش صط عف قك لم نه وي مح مد ال كر')

/** The parts a name is put together of, in their order: one of each. */
const scripts: readonly (readonly Part[])[] = [
  [split('王 李 张 刘 陈 杨 赵 黄 周 吴'), han, han],
  [split('김 이 박 최 정 강 조 윤'), hangul, hangul],
  [kana, kana, kana, split('さん ちゃん 子')],
  [split('Лев Иван Анна Ольга Сергей Мария'), [' '], cyrillic, cyrillic, split('ов ев ин ский ко')],
  [arabic, arabic, [' '], arabic, arabic],
  [
    split('José María Zoë Björn Jürgen Núria'),
    [' '],
    split('Gárc Núñ Mül Sør Łuk'),
    accented,
    accented,
  ],
  [split('🦄 🔥 🌸 🎉 🐱 🚀'), [' '], split('Magic Storm Blossom Party Cat Rocket'), [' '], kana],
]

/** A name in Chinese, Korean, Japanese, Russian, Arabic, with accents or with emoji, in turn. */
export function nameOfScript(n: number): string {
  const parts = scripts[Math.floor(n / 5) % scripts.length] ?? []
  let left = (n * 2_654_435_761) % 4_294_967_296
  return parts
    .map((part) => {
      const one = part[left % part.length] ?? ''
      left = Math.floor(left / part.length)
      return one
    })
    .join('')
}
