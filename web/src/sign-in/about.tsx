import { hasDocs, takesPasswords } from '../state/page-settings.ts'

const register = `curl ${location.origin}/v1/auth/register \\
  --json '{
    "username": "ada",
    "email": "ada@example.org",
    "password": "a long and quiet one"
  }'`

const typescript = `import { ParleyClient } from '@parley/client'

const client = new ParleyClient({ url: '${location.origin}' })
await client.login({ login: 'ada', password: 'a long and quiet one' })

client.on('message.created', ({ data }) => {
  console.log(data.author.displayName, data.text)
})
await client.connect()`

/** What a developer or an operator who comes by may look for. */
export function About() {
  return (
    <section class="about" aria-labelledby="about">
      <h2 id="about">Nothing lost, nothing doubled, everything typed.</h2>
      <p>
        This is a Parley server: accounts, people, rooms and messages over HTTP and WebSocket, kept
        in PostgreSQL. It is running, and ready for your first conversation.
      </p>
      <nav aria-label="Documentation">
        {hasDocs() && (
          <a href="/docs">
            <strong>Try the API</strong>
            <span>Register, authorize and send a message, right in the browser.</span>
          </a>
        )}
        <a href="/openapi.json">
          <strong>openapi.json</strong>
          <span>Every HTTP operation, its shapes and its errors: generate a client from it.</span>
        </a>
        {hasDocs() ? (
          <a href="/docs/socket">
            <strong>Read the socket</strong>
            <span>Every command, reply and event, with examples.</span>
          </a>
        ) : (
          <a href="/asyncapi.json">
            <strong>asyncapi.json</strong>
            <span>Every command, reply and event of the socket.</span>
          </a>
        )}
      </nav>
      {takesPasswords() && <Examples />}
    </section>
  )
}

function Examples() {
  return (
    <>
      <details>
        <summary>Begin in a terminal</summary>
        <pre tabIndex={0}>
          <code>{register}</code>
        </pre>
      </details>
      <details>
        <summary>Or from TypeScript</summary>
        <pre tabIndex={0}>
          <code>{typescript}</code>
        </pre>
      </details>
    </>
  )
}
