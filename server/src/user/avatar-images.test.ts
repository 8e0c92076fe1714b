import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { AvatarImages } from './avatar-images.ts'

const images = new AvatarImages()
const red = '#ff0000'
const blue = '#0000ff'

/** A picture with a red left half and a blue right one. */
function halves(width = 400, height = 300) {
  const half = { width: width / 2, height, channels: 3 as const }
  return sharp({ create: { ...half, width, background: blue } })
    .composite([{ input: { create: { ...half, background: red } }, left: 0, top: 0 }])
    .removeAlpha()
}

/** Which of the two colours a picture shows at a place, given as parts of its sides. */
async function colourAt(picture: Buffer, x: number, y: number): Promise<string> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true })
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels
  const [r = 0, , b = 0] = data.subarray(at, at + 3)
  return r > 200 && b < 60 ? 'red' : b > 200 && r < 60 ? 'blue' : `${r} ${b}`
}

describe('a picture', () => {
  it.each(['jpeg', 'png', 'webp', 'gif'] as const)('in %s becomes two squares', async (format) => {
    const rendered = await images.render(await halves().toFormat(format).toBuffer())
    for (const size of [256, 64] as const) {
      const found = await sharp(rendered[size]).metadata()
      expect(found).toMatchObject({ format: 'webp', width: size, height: size })
      expect(await colourAt(rendered[size], 0.1, 0.5)).toBe('red')
      expect(await colourAt(rendered[size], 0.9, 0.5)).toBe('blue')
    }
  })

  it('is cut in the middle, and enlarged where it is small', async () => {
    const { 256: wide } = await images.render(await halves(80, 8).png().toBuffer())
    expect(await colourAt(wide, 0.1, 0.5)).toBe('red')
    expect(await colourAt(wide, 0.9, 0.5)).toBe('blue')
  })

  it('stands upright as its EXIF says, and passes on neither place nor camera', async () => {
    const secret = 'made by Ada in Marylebone'
    const file = await halves()
      .withMetadata({ orientation: 6 })
      .withExifMerge({ IFD0: { Copyright: secret }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
      .jpeg()
      .toBuffer()
    expect(file.includes(secret)).toBe(true)
    const rendered = await images.render(file)
    expect(await colourAt(rendered[256], 0.5, 0.1)).toBe('red')
    expect(await colourAt(rendered[256], 0.5, 0.9)).toBe('blue')
    for (const picture of Object.values(rendered)) {
      const { exif, icc, xmp, iptc, orientation } = await sharp(picture).metadata()
      expect({ exif, icc, xmp, iptc, orientation }).toEqual({})
      expect(picture.includes(secret)).toBe(false)
    }
  })

  it('that moves stands still at its first frame', async () => {
    const frames = Buffer.concat([
      await halves(40, 40).raw().toBuffer(),
      Buffer.alloc(40 * 40 * 3, 255),
    ])
    const moving = await sharp(frames, {
      raw: { width: 40, height: 80, channels: 3, pageHeight: 40 },
    })
      .gif({ delay: [100, 100] })
      .toBuffer()
    expect((await sharp(moving).metadata()).pages).toBe(2)
    const { 256: still } = await images.render(moving)
    expect((await sharp(still).metadata()).pages).toBeUndefined()
    expect(await colourAt(still, 0.1, 0.5)).toBe('red')
  })

  it('keeps what is transparent, and comes out of any colour space', async () => {
    const clear = { width: 10, height: 10, channels: 4 as const, background: '#00000000' }
    const { 64: hole } = await images.render(await sharp({ create: clear }).png().toBuffer())
    expect((await sharp(hole).stats()).channels[3]?.max).toBe(0)
    const printed = await halves().toColourspace('cmyk').jpeg().toBuffer()
    expect((await sharp(printed).metadata()).space).toBe('cmyk')
    const deep = await halves().toColourspace('rgb16').png().toBuffer()
    for (const file of [printed, deep]) {
      const { 256: picture } = await images.render(file)
      expect((await sharp(picture).metadata()).space).toBe('srgb')
    }
  })
})

describe('refused is', () => {
  it.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['HTML', '<!doctype html><script>alert(1)</script>'],
    ['a PDF', '%PDF-1.7'],
    ['TIFF', 'II*\0\x08\0\0\0'],
    ['nothing', ''],
    ['PNG somewhere inside', 'GIF: \x89PNG\r\n\x1a\n'],
  ])('%s, whatever it is called', async (_, content) => {
    await expect(images.render(Buffer.from(content, 'latin1'))).rejects.toMatchObject({
      code: 'unsupported_media_type',
    })
  })

  it('what begins like a picture and is none, and one that ends too early', async () => {
    const whole = await halves().png().toBuffer()
    const files = [
      Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
      Buffer.from('GIF89a<script>', 'latin1'),
      Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1'),
      Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(2000, 7)]),
      whole.subarray(0, whole.length / 2),
    ]
    for (const file of files) {
      await expect(images.render(file)).rejects.toMatchObject({
        code: 'invalid_request',
        errors: [{ pointer: '/file' }],
      })
    }
  })

  it('a small file that unpacks to an enormous picture, before it is unpacked', async () => {
    const bomb = emptyPng(30_000, 30_000)
    expect(bomb.length).toBeLessThan(20_000)
    const before = process.memoryUsage().rss
    await expect(images.render(bomb)).rejects.toMatchObject({ code: 'payload_too_large' })
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000)
  })

  it('no picture because of another one before it', async () => {
    const good = await halves().png().toBuffer()
    const bad = good.subarray(0, 60)
    const outcomes = await Promise.allSettled([bad, good, bad, good].map((f) => images.render(f)))
    expect(outcomes.map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
  })
})

/** A PNG that says it is so large; what it holds is not enough for that. */
function emptyPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const chunks = [
    ['IHDR', header],
    ['IDAT', deflateSync(Buffer.alloc(1_000_000))],
    ['IEND', Buffer.alloc(0)],
  ] as const
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    ...chunks.map(([name, data]) => chunk(name, data)),
  ])
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}
