import { describe, expect, it } from 'vitest'
import { ejabberdDialect } from './dialect-ejabberd.ts'

const context = { token: 'ada:secret', rooms: ['room1@conference.localhost'] }
const react = (text: string) => ejabberdDialect.react(text, context)
const kindOf = (text: string) => ejabberdDialect.kindOf(Buffer.from(`..${text}`), 2)

describe('the dialect of ejabberd', () => {
  it('goes from features over a login and a resource into the room', () => {
    const features = react('<stream:features><mechanism>PLAIN</mechanism></stream:features>')
    expect(features).toMatchObject({
      do: 'answer',
      text: expect.stringContaining('AGFkYQBzZWNyZXQ='),
    })
    expect(react('<success/>')).toMatchObject({ text: expect.stringMatching(/^<open /) })
    const bind = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
    expect(react(`<stream:features>${bind}</stream:features>`)).toMatchObject({
      text: expect.stringMatching(/^<iq /),
    })
    expect(react(`<iq type='result'>${bind}</iq>`)).toMatchObject({
      text: expect.stringContaining("to='room1@conference.localhost/ada'"),
    })
    expect(react("<presence><status code='110'/></presence>")).toEqual({ do: 'start' })
    expect(react('<presence/>')).toEqual({ do: 'nothing' })
  })

  it('leaves where the login is refused', () => {
    expect(react('<failure><not-authorized/></failure>')).toMatchObject({ do: 'leave' })
  })

  it('tells messages from refusals by the stanza itself, not by what it holds', () => {
    expect(kindOf("<message type='groupchat'><body>hello</body></message>")).toBe('message')
    expect(kindOf("<message type='groupchat'><body>type='error'</body></message>")).toBe('message')
    expect(kindOf("<message id='1' type='error'><body>hello</body></message>")).toBe('refusal')
    expect(kindOf("<presence type='error'/>")).toBe('other')
    expect(kindOf('')).toBe('other')
  })
})
