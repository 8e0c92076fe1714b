import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'

/** A file of hers beside what is written of her; pressed already, as pictures are. */
export interface ExportedFile {
  name: string
  content: Buffer
}

interface Archived {
  /** As it is read: a long one is never held whole. */
  document: AsyncIterable<string>
  files: readonly ExportedFile[]
  /** Milliseconds since 1970. */
  at: number
}

/** One ZIP, which everybody can open; the stream fails where the document does. */
export function exportArchive({ document, files, at }: Archived): Readable {
  const zip = new ZipFile()
  // A PassThrough, by yazl's own documentation.
  const archive = zip.outputStream as Readable
  const text = Readable.from(document)
  const fail = (error: Error): void => void archive.destroy(error)
  text.once('error', fail)
  zip.once('error', fail)
  archive.once('close', () => text.destroy())
  const mtime = new Date(at)
  zip.addReadStream(text, 'my-data.json', { mtime })
  for (const { name, content } of files) zip.addBuffer(content, name, { mtime, compress: false })
  zip.end()
  return archive
}
