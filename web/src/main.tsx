import './styles/base.css'
import { render } from 'preact'
import { App } from './app.tsx'
import { completeCrypto } from './state/insecure-context.ts'
import { ParleyContext, createParley } from './state/parley.ts'

completeCrypto()
const parley = createParley(location.origin)
const root = document.getElementById('app')
if (root) {
  render(
    <ParleyContext.Provider value={parley}>
      <App />
    </ParleyContext.Provider>,
    root,
  )
}
void parley.session.restore()
