/** The settings about where files are kept; a part of the table of settings.ts. */
import { InvalidValue, text } from './config-values.ts'
import { setting } from './setting.ts'

export const fileSettings = {
  s3Endpoint: setting<string | undefined>({
    name: 'S3_ENDPOINT',
    about:
      'A bucket that keeps pictures, in S3 or what speaks like it: its address, with the name of the ' +
      'bucket in the path or the host. Without it they are files in DATA_DIR/files, which all nodes ' +
      'must share.',
    fallback: undefined,
    fallbackText: 'files in DATA_DIR',
    example: 'https://s3.eu-central-1.amazonaws.com/parley-files',
    parse: bucketUrl,
  }),
  s3Region: setting({
    name: 'S3_REGION',
    about: 'The region of that bucket; auto where there is none.',
    fallback: 'auto',
    example: 'eu-central-1',
    parse: text,
  }),
  s3AccessKeyId: setting<string | undefined>({
    name: 'S3_ACCESS_KEY_ID',
    about: 'The name of the key that reads, writes and removes in that bucket.',
    fallback: undefined,
    fallbackText: 'none',
    example: 'AKIAIOSFODNN7EXAMPLE',
    parse: text,
  }),
  s3SecretAccessKey: setting<string | undefined>({
    name: 'S3_SECRET_ACCESS_KEY',
    about: 'The key itself.',
    fallback: undefined,
    fallbackText: 'none',
    example: '…',
    secret: true,
    parse: text,
  }),
}

function bucketUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  const isBare = url?.search === '' && url.hash === '' && url.username === ''
  if (url && isBare && /^https?:$/.test(url.protocol)) return value.replace(/\/$/, '')
  throw new InvalidValue('an address like https://s3.example.org/bucket, without a key in it')
}
