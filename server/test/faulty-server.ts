/** The real process with routes that break what must not break: for process.test.ts only. */
import { readConfig, environment } from '../src/config.ts'
import { endpoint } from '../src/contract/endpoint.ts'
import { serve } from '../src/main.ts'

function breaking(name: string, work: () => void) {
  return endpoint(
    {
      method: 'POST',
      path: `/v1/test/${name}`,
      id: `break${name}`,
      tag: 'Test',
      summary: name,
      access: 'public',
      answers: { 204: { description: 'Broken.', body: null } },
      errors: [],
    },
    async () => {
      work()
      return { status: 204, body: null }
    },
  )
}

await serve(readConfig(environment()), {
  endpoints: [
    breaking('rejection', () => void Promise.reject(new Error('nobody listens'))),
    breaking('exception', () => {
      setImmediate(() => {
        throw new Error('nobody catches')
      })
    }),
  ],
})
