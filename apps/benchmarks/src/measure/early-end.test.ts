import { describe, expect, it } from 'vitest'
import { freePort, listening } from './free-port.ts'
import { nextMessage } from './next-message.ts'
import { contestantCore, pinned, type PinnedProcess } from './pinned-process.ts'

const run = (program: string): PinnedProcess => pinned(contestantCore, [process.execPath, '-e', program])

describe('a program that ends too early', () => {
  it('is told with its last words in place of a message', async () => {
    const started = run("console.error('no room'); process.exitCode = 3")
    await expect(nextMessage(started, 'the client')).rejects.toThrow(/the client ended too early: no room/)
  })

  it('is told when it had ended before anybody asked', async () => {
    const started = run("console.error('no room')")
    await started.ended
    await expect(nextMessage(started, 'the client')).rejects.toThrow(/no room/)
  })

  it('is told in place of its port', async () => {
    const started = run("console.error('bad option')")
    await expect(listening(await freePort(), started)).rejects.toThrow(/bad option/)
  })
})

it('gives the message of a program that sends one', async () => {
  const started = run("process.send(7); process.on('disconnect', () => process.exit())")
  await expect(nextMessage(started, 'the client')).resolves.toBe(7)
  await started.stop()
})
