import { Component, h } from 'preact'
import type { ComponentType, FunctionComponent } from 'preact'

/** The component, rendered again only where one of its properties is another value. */
export function memo<P extends object>(inner: FunctionComponent<P>): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return !isSame(this.props, next)
    }

    override render() {
      return h(inner, this.props)
    }
  }
}

function isSame<P extends object>(a: P, b: P): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  // Both hold the same names.
  for (const name of names) if (!Object.is(a[name as keyof P], b[name as keyof P])) return false
  return true
}
