import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { RequestBody } from './request-body.ts'

const bodyOf = (source: PassThrough | undefined, calls: string[] = [], maxReplayBytes = 10): RequestBody =>
  new RequestBody({
    ...(source === undefined ? {} : { source }),
    maxReplayBytes,
    idleTimeoutMs: 60_000,
    onStart: () => calls.push('start'),
    onIdle: () => calls.push('idle'),
    onMoved: () => calls.push('moved'),
    onWaiting: () => calls.push('waiting'),
  })

describe('RequestBody', () => {
  it('reads nothing from the client before an attempt is open', async () => {
    const calls: string[] = []
    const source = new PassThrough()
    source.end('hello')
    const attempt = bodyOf(source, calls).forAttempt()
    const whole = text(attempt)
    await new Promise(setImmediate)
    expect(calls).toEqual([])
    attempt.open()
    expect(await whole).toBe('hello')
    expect(calls[0]).toBe('start')
  })

  it('gives a second attempt the whole of a short body, what came and what is yet to come', async () => {
    const source = new PassThrough()
    const body = bodyOf(source)
    source.write('one')
    const first = body.forAttempt()
    first.open()
    await new Promise<void>(resolve => {
      first.once('data', () => resolve())
    })
    first.destroy()
    expect(body.isReplayable).toBe(true)
    const second = body.forAttempt()
    second.open()
    const whole = text(second)
    source.end('two')
    expect(await whole).toBe('onetwo')
    expect(body.bytes).toBe(6)
  })

  it('is not replayable once more was read than it keeps', async () => {
    const source = new PassThrough()
    const body = bodyOf(source)
    source.end('eleven char')
    const attempt = body.forAttempt()
    attempt.open()
    expect(await text(attempt)).toBe('eleven char')
    expect(body.isReplayable).toBe(false)
  })

  it('ends at once without a source, for every attempt', async () => {
    const body = bodyOf(undefined)
    for (let i = 0; i < 2; i++) {
      const attempt = body.forAttempt()
      attempt.open()
      expect(await text(attempt)).toBe('')
    }
    expect(body.isReplayable).toBe(true)
  })
})
