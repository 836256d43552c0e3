import { once } from 'node:events'
import { openSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { eventually } from '../test/command/support/eventually.ts'
import type { WriterData } from '../test/support/access-log-writer.ts'
import { namedPipe, type NamedPipe } from '../test/support/named-pipe.ts'
import { servedRequest } from '../test/support/request-records.ts'
import { type AccessLog, accessLog } from './access-log.ts'

const writer = new URL('../test/support/access-log-writer.ts', import.meta.url)

interface Opened {
  readonly pipe: NamedPipe
  readonly log: AccessLog
  dropped(): number
}

const opened: Opened[] = []

function open(): Opened {
  const pipe = namedPipe()
  let dropped = 0
  const log = accessLog({
    fd: pipe.writeFd,
    now: () => 1000,
    onDropped: lines => {
      dropped += lines
    },
  })
  const all = { pipe, log, dropped: () => dropped }
  opened.push(all)
  return all
}

afterEach(async () => {
  vi.useRealTimers()
  for (const { pipe, log } of opened.splice(0)) {
    pipe.closeReader()
    await log.close()
    pipe.closeWriter()
  }
})

function recordMany(log: AccessLog, count: number): void {
  for (let index = 0; index < count; index += 1) log.record({ ...servedRequest, requestId: `id-${index}` })
}

function idsOf(lines: readonly string[]): readonly string[] {
  return lines.map(line => String((JSON.parse(line) as Record<string, unknown>)['requestId']))
}

describe('the access log', () => {
  it('writes every request in order, the last ones when it is closed', async () => {
    const { pipe, log, dropped } = open()
    pipe.read()
    recordMany(log, 1000)
    await log.close()
    await eventually(() => expect(pipe.lines()).toHaveLength(1000))
    expect(idsOf(pipe.lines())).toEqual(Array.from({ length: 1000 }, (_, index) => `id-${index}`))
    expect(dropped()).toBe(0)
  })

  it('writes a single request soon, without anything that comes after it', async () => {
    const { pipe, log } = open()
    pipe.read()
    log.record(servedRequest)
    await eventually(() => expect(idsOf(pipe.lines())).toEqual(['id-1']))
    log.record({ ...servedRequest, requestId: 'id-2' })
    await eventually(() => expect(idsOf(pipe.lines())).toEqual(['id-1', 'id-2']))
  })

  it('keeps lines whole that several threads write to one pipe at once', async () => {
    const pipe = namedPipe()
    const names = ['a', 'b', 'c']
    const workers = names.map(
      name => new Worker(writer, { workerData: { fd: pipe.writeFd, name, lines: 4000 } satisfies WriterData }),
    )
    await Promise.all(workers.map(async worker => once(worker, 'message')))
    pipe.read()
    const results = workers.map(async worker => once(worker, 'message') as Promise<[number]>)
    for (const worker of workers) worker.postMessage('go', [])
    const dropped = (await Promise.all(results)).reduce((sum, [lines]) => sum + lines, 0)
    pipe.closeWriter()
    await pipe.ended
    expect(pipe.rest()).toBe('')
    const ids = idsOf(pipe.lines())
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length + dropped).toBe(12_000)
    for (const name of names) expect(ids.some(id => id.startsWith(name))).toBe(true)
  })

  it('never waits for a reader: what does not fit in a megabyte is dropped and counted', async () => {
    const { pipe, log, dropped } = open()
    recordMany(log, 20_000)
    expect(dropped()).toBeGreaterThan(10_000)
    // Nothing of it holds Node's pool.
    expect(await readFile(writer, 'utf8')).not.toBe('')
    pipe.read()
    await log.close()
    await eventually(() => expect(pipe.lines().length + dropped()).toBe(20_000))
    expect(pipe.rest()).toBe('')
    expect(idsOf(pipe.lines()).slice(0, 2)).toEqual(['id-0', 'id-1'])
  })

  it('goes on when the reader does', async () => {
    const { pipe, log, dropped } = open()
    recordMany(log, 20_000)
    const lost = dropped()
    pipe.read()
    // Without any request in between.
    await eventually(() => expect(pipe.lines().length + lost).toBe(20_000))
    log.record({ ...servedRequest, requestId: 'later' })
    await eventually(() => expect(idsOf(pipe.lines().slice(-1))).toEqual(['later']))
    expect(dropped()).toBe(lost)
  })

  it('is closed after a second even when nobody reads', async () => {
    const { log, dropped } = open()
    recordMany(log, 5000)
    await log.close()
    const before = dropped()
    log.record(servedRequest)
    await log.close()
    expect(dropped()).toBe(before + 1)
  })

  it('is closed whole when the reader catches up between a failed write and the next try', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { pipe, log } = open()
    // More than a pipe takes, less than the pipe and what is then read from it.
    recordMany(log, 300)
    pipe.readNow()
    const closed = log.close()
    vi.advanceTimersByTime(100)
    vi.useRealTimers()
    await closed
    pipe.read()
    await eventually(() => expect(pipe.lines()).toHaveLength(300))
  })

  it('survives a reader that goes away, and counts what nobody will read', async () => {
    const { pipe, log, dropped } = open()
    pipe.closeReader()
    await pipe.ended
    await eventually(() => {
      log.record(servedRequest)
      expect(dropped()).toBeGreaterThan(2)
    })
    await log.close()
  })

  it('writes to a file as to a pipe, after what is there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ingresskit-access-log-'))
    const path = join(folder, 'log')
    await writeFile(path, 'before\n')
    const log = accessLog({ fd: openSync(path, 'a'), now: () => 1000, onDropped: () => undefined })
    recordMany(log, 1000)
    await log.close()
    const [before, ...lines] = (await readFile(path, 'utf8')).trimEnd().split('\n')
    await rm(folder, { recursive: true })
    expect(before).toBe('before')
    expect(idsOf(lines)).toEqual(Array.from({ length: 1000 }, (_, index) => `id-${index}`))
  })

  it('says so at once when there is nothing to write to', () => {
    expect(() => accessLog({ fd: 1_000_000, now: () => 0, onDropped: () => undefined })).toThrow(/EBADF/)
  })
})
