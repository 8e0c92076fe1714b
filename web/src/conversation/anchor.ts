/** A row that was seen, and how far below the upper edge of the view it ended, in pixels: where one
 *  comes before it, or goes, a message gains or loses its heading, and its text must stay. */
export interface Anchor {
  key: string
  offset: number
}

/** Where a row is in the list, in pixels from its beginning. */
export interface Place {
  key: string
  top: number
  bottom: number
}

/** How far off the end still counts as being there, in pixels. */
const nearEnd = 24

/** The rows in view. */
export function anchorsIn(places: readonly Place[], viewTop: number, viewHeight: number): Anchor[] {
  const from = firstBelow(places, viewTop)
  const anchors: Anchor[] = []
  for (let index = from; index < places.length; index++) {
    const place = places[index]
    if (!place || place.top >= viewTop + viewHeight) break
    anchors.push({ key: place.key, offset: place.bottom - viewTop })
  }
  return anchors
}

/** The first of them that is still there later keeps the place: those in view the longest, for a new
 *  page of rows is not complete yet, and may get lines in between that must not move what is being
 *  read. Last the one whose end is out of view: what it is going to grow by is not seen. */
export function byTrust(
  anchors: readonly Anchor[],
  before: readonly Anchor[],
  viewHeight: number,
): Anchor[] {
  const ages = new Map(before.map(({ key }, index) => [key, index]))
  const rank = ({ key, offset }: Anchor): number =>
    offset > viewHeight ? Infinity : (ages.get(key) ?? before.length)
  return anchors.toSorted((a, b) => (rank(a) < rank(b) ? -1 : Number(rank(a) > rank(b))))
}

/** Where to scroll so that the first anchor that is still there is where it was; undefined where
 *  none is. */
export function placeOf(anchors: readonly Anchor[], places: readonly Place[]): number | undefined {
  const bottoms = new Map(places.map(({ key, bottom }) => [key, bottom]))
  for (const { key, offset } of anchors) {
    const bottom = bottoms.get(key)
    if (bottom !== undefined) return bottom - offset
  }
  return undefined
}

/** The first row that ends below this point. */
function firstBelow(places: readonly Place[], point: number): number {
  let low = 0
  let high = places.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((places[middle]?.bottom ?? 0) > point) high = middle
    else low = middle + 1
  }
  return low
}

export function isAtEnd(scrollTop: number, viewHeight: number, height: number): boolean {
  return height - viewHeight - scrollTop <= nearEnd
}

/** So many messages are held at most, and so many stay on each side of what is in view when the
 *  others are let go of: enough that a page more is asked for long before it is seen. */
const mostHeld = 360
const margin = 110

/** What to let go of, as `ChatRoom.keep` takes it; `first` and `last` are in view. */
export function surplus(
  held: number,
  first: number,
  last: number,
): { keep: 'newest' | 'oldest'; count: number } | undefined {
  if (held <= mostHeld) return undefined
  const before = first
  const after = held - 1 - last
  if (before >= after) return { keep: 'newest', count: held - Math.max(0, first - margin) }
  return { keep: 'oldest', count: Math.min(held, last + 1 + margin) }
}
