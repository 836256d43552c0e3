import { expect, it } from 'vitest'
import { eventQueue } from './event-queue.ts'

it('lets events happen in the order of their times, equal ones as they were added', () => {
  const queue = eventQueue()
  const happened: string[] = []
  const delays = [30, 10, 20, 10, 0, 25, 5, 10]
  for (const [index, delayMs] of delays.entries()) queue.after(delayMs, () => happened.push(`${delayMs}#${index}`))
  queue.runUntil(100)
  expect(happened).toEqual(['0#4', '5#6', '10#1', '10#3', '10#7', '20#2', '25#5', '30#0'])
})

it('counts delays from the event that happens, and stops at the end of the run', () => {
  const queue = eventQueue()
  const times: number[] = []
  const tick = (): void => {
    times.push(queue.now())
    queue.after(10, tick)
  }
  queue.after(5, tick)
  queue.runUntil(25)
  expect(times).toEqual([5, 15, 25])
  expect(queue.now()).toBe(25)
  queue.runUntil(40)
  expect(times).toEqual([5, 15, 25, 35])
})
