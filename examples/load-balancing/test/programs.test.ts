/** The programs as a reader starts them. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { startBackend } from './backend.ts'

test.each(['node-http.ts', 'fastify.ts'])('%s passes on what it is sent', async program => {
  const backend = await startBackend('one')
  const [, port] = await printed(program, ['0', backend.url], /listening on .*?(?:port: |:)(\d+)(?:\D*)$/mu)
  const answer = await fetch(`http://127.0.0.1:${port}/cart`)
  expect(await answer.text()).toBe('one GET /cart')
})

test('fetch.ts prints the answer of an endpoint', async () => {
  const backend = await startBackend('one')
  expect(await printed('fetch.ts', [backend.url], /^\d+ .+$/mu)).toEqual(['200 one GET /'])
})

/** Starts a program and waits until it printed what is looked for. */
async function printed(program: string, args: readonly string[], wanted: RegExp): Promise<readonly string[]> {
  const file = fileURLToPath(new URL(`../src/${program}`, import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@ingresskit/source', file, ...args])
  onTestFinished(async () => {
    if (child.exitCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (text += String(chunk)))
  await expect.poll(() => text, { timeout: 15_000 }).toMatch(wanted)
  return [...(wanted.exec(text) ?? [])]
}
