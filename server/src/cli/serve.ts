/** `parley serve`: the server itself. */
import { Command } from 'commander'
import { environment, readConfig } from '../config.ts'

export function serveCommand(): Command {
  return new Command('serve').description('start the server').action(async () => {
    const config = readConfig(environment())
    const { serve } = await import('../main.ts')
    await serve(config)
  })
}
