// Where the links of mails lead. The token stands behind the #, which no browser sends to a server;
// it is used by a click only, since mail programs and scanners open links on their own.
const actions = {
  'verify-email': {
    path: '/v1/auth/email-verification/confirm',
    done: 'Thank you: your address is confirmed.',
  },
  'confirm-registration': {
    path: '/v1/auth/register/confirm',
    done: 'Your account is there. Sign in with your password.',
  },
  'reset-password': {
    path: '/v1/auth/password-reset/confirm',
    done: 'Your password is changed. Sign in with the new one.',
  },
}

const said = document.getElementById('said')
const [name = '', token = ''] = location.hash.slice(1).split('/')
const action = Object.hasOwn(actions, name) ? actions[name] : undefined
const form = action && document.getElementById(name)

if (action && form) {
  history.replaceState(null, '', location.pathname) // not in the history of this browser
  said.textContent = ''
  form.hidden = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void submit()
  })
}

async function submit() {
  const button = form.querySelector('button')
  button.disabled = true
  try {
    const fields = Object.fromEntries(new FormData(form))
    const response = await fetch(action.path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, ...fields }),
    })
    if (response.ok) form.hidden = true
    said.textContent = response.ok ? action.done : (await response.json()).detail
  } catch {
    said.textContent = 'The server cannot be reached. Try again in a moment.'
  } finally {
    button.disabled = false
  }
}
