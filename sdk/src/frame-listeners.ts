import type { Frames } from './generated/frames.ts'
import type { AnyFrame } from './frame.ts'
import { Listeners } from './listeners.ts'

/** Listeners of frames, of all or of one type. */
export class FrameListeners extends Listeners<AnyFrame> {
  onType<T extends keyof Frames>(type: T, listener: (frame: Frames[T]) => void): () => void {
    return this.add((frame) => {
      // The type of a frame is the name it has in `Frames`.
      if (frame.type === type) listener(frame as Frames[T])
    })
  }
}
