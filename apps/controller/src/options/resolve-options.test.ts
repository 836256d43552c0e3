import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveOptions, type ServeOptions, sourceOptions } from './option-table.ts'
import { type OptionSources, resolveOptions } from './resolve-options.ts'
import { UsageError } from './usage-error.ts'

const table = { ...sourceOptions, ...serveOptions }
const known = new Set([...Object.keys(table), 'output'])
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ingresskit-options-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function resolve(sources: Partial<OptionSources>): ServeOptions {
  return resolveOptions(table, known, { flags: {}, environment: {}, ...sources })
}

function file(content: string): string {
  const path = join(folder, 'options.yaml')
  writeFileSync(path, content)
  return path
}

describe('options', () => {
  it('have the defaults of the contract', () => {
    expect(resolve({})).toMatchObject({
      bind: '::',
      'http-port': 8080,
      'https-port': 8443,
      'admin-bind': '127.0.0.1',
      'admin-port': 10_254,
      'ingress-class': ['ingresskit'],
      'controller-class': ['ingresskit.dev/ingress-controller'],
      'watch-ingress-without-class': false,
      'external-name': 'deny',
      'drain-delay': 0,
      'drain-timeout': 30,
      'log-level': 'info',
      'log-format': 'json',
      manifests: [],
      'trusted-proxies': [],
    })
  })

  it('are taken from a flag before the environment before the file', () => {
    const path = file('http-port: 1\nhttps-port: 1\nadmin-port: 1\n')
    const environment = { INGRESSKIT_HTTP_PORT: '2', INGRESSKIT_HTTPS_PORT: '2' }
    const options = resolve({ flags: { 'http-port': '3' }, environment, file: path })
    expect([options['http-port'], options['https-port'], options['admin-port']]).toEqual([3, 2, 1])
  })

  it('take lists from flags, from commas in the environment and from YAML lists', () => {
    expect(resolve({ flags: { manifests: ['a', 'b'] } }).manifests).toEqual(['a', 'b'])
    expect(resolve({ environment: { INGRESSKIT_MANIFESTS: 'a, b' } }).manifests).toEqual(['a', 'b'])
    expect(resolve({ file: file('manifests: [a, b]') }).manifests).toEqual(['a', 'b'])
  })

  it('take switches as true from the environment and from YAML', () => {
    expect(
      resolve({ environment: { INGRESSKIT_WATCH_INGRESS_WITHOUT_CLASS: 'true' } })['watch-ingress-without-class'],
    ).toBe(true)
    expect(resolve({ file: file('watch-ingress-without-class: true') })['watch-ingress-without-class']).toBe(true)
  })

  it('take a number of workers, or as many as there are cores', () => {
    expect(resolve({}).workers).toBe(1)
    expect(resolve({ flags: { workers: '4' } }).workers).toBe(4)
    expect(resolve({ file: file('workers: 256') }).workers).toBe(256)
    expect(resolve({ environment: { INGRESSKIT_WORKERS: 'auto' } }).workers).toBe(Math.min(availableParallelism(), 256))
  })

  it('may set options of other commands in the file', () => {
    expect(resolve({ file: file('output: json\nhttp-port: 9') })['http-port']).toBe(9)
  })

  it.each([
    [{ flags: { 'http-port': '70000' } }, /--http-port.*must be at most 65535/],
    [{ flags: { 'http-port': 'x' } }, /--http-port.*must be a number/],
    [{ flags: { 'http-port': '1.5' } }, /--http-port.*must be a whole number/],
    [{ environment: { INGRESSKIT_DRAIN_TIMEOUT: '-1' } }, /INGRESSKIT_DRAIN_TIMEOUT.*must be a number/],
    [{ flags: { 'default-backend-service': 'web' } }, /--default-backend-service.*must be NAMESPACE\/NAME/],
    [{ flags: { 'data-plane': 'nginx' } }, /--data-plane.*must be wire or http-proxy-3/],
    [{ flags: { workers: '0' } }, /--workers.*must be auto or a whole number from 1 to 256/],
    [{ flags: { workers: '257' } }, /--workers.*must be auto or a whole number from 1 to 256/],
    [{ flags: { workers: '1.5' } }, /--workers.*must be auto or a whole number from 1 to 256/],
    [
      { environment: { INGRESSKIT_WORKERS: 'many' } },
      /INGRESSKIT_WORKERS.*must be auto or a whole number from 1 to 256/,
    ],
    [
      { environment: { INGRESSKIT_HTTP_PORT: 'tcp://10.0.0.1:80' } },
      /INGRESSKIT_HTTP_PORT.*must be a number.*enableServiceLinks: false/,
    ],
    [{ flags: { mode: 'nginx' } }, /--mode.*must be strict/],
    [{ flags: { 'external-name': 'maybe' } }, /--external-name/],
  ])('refuse %j and say where it came from and what it must be', (sources, message) => {
    expect(() => resolve(sources)).toThrow(UsageError)
    expect(() => resolve(sources)).toThrow(message)
  })

  it.each([
    ['nonsense: 1', /there is no option "nonsense"/],
    ['- a', /must be a map/],
    ['a: [', /--config/],
    ['http-port: {}', /http-port in .*options\.yaml/],
  ])('refuse the file %j', (content, message) => {
    expect(() => resolve({ file: file(content) })).toThrow(message)
  })

  it('refuse a file that does not exist', () => {
    expect(() => resolve({ file: join(folder, 'gone.yaml') })).toThrow(/gone\.yaml/)
  })

  it('are empty for an empty file', () => {
    expect(resolve({ file: file('') })['http-port']).toBe(8080)
  })
})
