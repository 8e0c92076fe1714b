import { Component } from 'preact'
import type { ComponentChildren } from 'preact'
import { Button } from './button.tsx'
import { EmptyState } from './empty-state.tsx'

/** Keeps a fault in one part of the page from taking the rest with it. */
export class ErrorBoundary extends Component<{ children: ComponentChildren }, { failed: boolean }> {
  static override getDerivedStateFromError() {
    return { failed: true }
  }

  override state = { failed: false }

  override componentDidCatch(error: unknown): void {
    reportError(error) // the browser's console is where it is looked for
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <EmptyState icon="retry" title="Something went wrong here">
        <p>It is a fault of this page; nothing you wrote is lost.</p>
        <Button onClick={() => this.setState({ failed: false })}>Try again</Button>
      </EmptyState>
    )
  }
}
