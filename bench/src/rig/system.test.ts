import { describe, expect, it } from 'vitest'
import { roomsOf } from './system.ts'

describe('the rooms of a crowd', () => {
  it.each([
    { clients: 500, roomsEach: 10, roomSize: 50 },
    { clients: 60, roomsEach: 3, roomSize: 50 },
    { clients: 7, roomsEach: 10, roomSize: 50 },
  ])('are as many as asked for each of $clients, and hold at most $roomSize', (shape) => {
    const sizes = new Map<number, number>()
    for (let client = 0; client < shape.clients; client++) {
      const rooms = roomsOf(shape, client)
      expect(new Set(rooms).size).toBe(shape.roomsEach)
      for (const room of rooms) sizes.set(room, (sizes.get(room) ?? 0) + 1)
    }
    expect(Math.max(...sizes.values())).toBeLessThanOrEqual(shape.roomSize)
  })
})
