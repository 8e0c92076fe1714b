import type sharp from 'sharp'
import { AppError } from '../contract/error-codes.ts'

/** Both are square; the larger one is what an address without a size means. In pixels. */
export const avatarSizes = [256, 64] as const
export type AvatarSize = (typeof avatarSizes)[number]
const [large] = avatarSizes

/** What is taken, by the bytes a file begins with; a name and a declared type say nothing. */
const beginnings: Record<string, (bytes: string) => boolean> = {
  'image/jpeg': (bytes) => bytes.startsWith('\xff\xd8\xff'),
  'image/png': (bytes) => bytes.startsWith('\x89PNG\r\n\x1a\n'),
  'image/webp': (bytes) => bytes.startsWith('RIFF') && bytes.startsWith('WEBP', 8),
  'image/gif': (bytes) => /^GIF8[79]a/.test(bytes),
}
export const avatarTypes = Object.keys(beginnings)

/** The readers of these types, in libvips; no other one may run. */
const readers = ['JpegBuffer', 'PngBuffer', 'WebpBuffer', 'NsgifBuffer'].map(
  (name) => `VipsForeignLoad${name}`,
)

/** Decoded, a picture of so many pixels takes 100 MB. */
const mostPixels = 25_000_000
/** For one picture. */
const patienceSeconds = 10

/** Turns a picture somebody sent into ours: decoded, turned upright, cut to a square, its first
 *  frame only, and written anew as WebP, so that nothing of the file itself is passed on. One at a
 *  time: the process has four such threads, for files and names of hosts too. */
export class AvatarImages {
  #sharp: Promise<typeof sharp> | undefined
  #last: Promise<unknown> = Promise.resolve()

  /** By size. AppError `unsupported_media_type`, `payload_too_large`, `invalid_request`. */
  async render(file: Buffer): Promise<Record<AvatarSize, Buffer>> {
    assertKnownType(file)
    const own = this.#last.then(() => this.#render(file))
    this.#last = own.catch(() => undefined)
    return own
  }

  async #render(file: Buffer): Promise<Record<AvatarSize, Buffer>> {
    this.#sharp ??= load()
    const read = await this.#sharp
    const picture = read(file, { failOn: 'error', limitInputPixels: mostPixels })
    try {
      // By way of bare pixels: no metadata can come along.
      const { data, info } = await picture
        .timeout({ seconds: patienceSeconds })
        .autoOrient()
        .resize(large, large, { fit: 'cover' })
        .toColourspace('srgb')
        .raw({ depth: 'uchar' })
        .toBuffer({ resolveWithObject: true })
      const { width, height, channels } = info
      const written = (size: AvatarSize) =>
        read(data, { raw: { width, height, channels } })
          .resize(size, size)
          .webp({ quality: 82 })
          .toBuffer()
      return { 256: await written(256), 64: await written(64) }
    } catch (error) {
      throw refusal(error)
    }
  }
}

function assertKnownType(file: Buffer): void {
  const bytes = file.toString('latin1', 0, 16)
  if (Object.values(beginnings).some((isOfType) => isOfType(bytes))) return
  const reason = 'the file is no picture in JPEG, PNG, WebP or GIF'
  throw new AppError('unsupported_media_type', { reason })
}

/** Loaded with the first picture: it would cost every start its time, and the memory of libvips. */
async function load(): Promise<typeof sharp> {
  const { default: read } = await import('sharp').catch((cause: unknown) => {
    const reason = 'this server lacks sharp, which reads pictures'
    throw new AppError('unavailable', { reason, cause })
  })
  read.concurrency(1)
  read.cache(false)
  read.block({ operation: ['VipsForeignLoad'] })
  read.unblock({ operation: readers })
  return read
}

/** What libvips says of a file names nothing of the person; it is the cause in the log. */
function refusal(cause: unknown): AppError {
  const message = cause instanceof Error ? cause.message : ''
  if (/exceeds pixel limit/.test(message)) {
    const reason = `the picture has more than ${mostPixels / 1_000_000} million pixels`
    return new AppError('payload_too_large', { reason, cause })
  }
  const errors = [{ pointer: '/file', detail: 'is damaged: it cannot be read as a picture' }]
  return new AppError('invalid_request', { errors, cause })
}
