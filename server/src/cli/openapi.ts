/** `parley openapi`: the description of the HTTP API, from the code itself. */
import { Command } from 'commander'

export function openapiCommand(): Command {
  return new Command('openapi')
    .description('print openapi.json; with --socket asyncapi.json, which describes the socket')
    .option('--socket', 'the socket instead of HTTP')
    .action(async ({ socket }: { socket?: true }) => {
      const { apiDocuments } = await import('../api.ts')
      const { openapi, asyncapi } = apiDocuments()
      console.log(JSON.stringify(socket ? asyncapi : openapi, null, 2))
    })
}
