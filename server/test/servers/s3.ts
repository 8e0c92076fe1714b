/** A real S3 server in the process, with one empty bucket; on a port that is given, or any. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from 's3rver'

export async function startS3Server(wanted = 0) {
  const directory = await mkdtemp(join(tmpdir(), 'parley-s3-'))
  const server = new S3rver({
    address: '127.0.0.1',
    port: wanted,
    silent: true,
    directory,
    configureBuckets: [{ name: 'parley' }],
  })
  const { port } = await server.run()
  return {
    port,
    /** Its own access key; what is signed with it, it takes unchecked. */
    options: {
      endpoint: `http://127.0.0.1:${port}/parley`,
      region: 'us-east-1',
      accessKeyId: 'S3RVER',
      secretAccessKey: 'S3RVER',
    },
    async close() {
      await server.close()
      await rm(directory, { recursive: true })
    },
  }
}
