/**
 * Opens connections, asks once on each and keeps them: `PORT`. For every number that it is sent it opens so many more
 * and sends `{ requests, seconds, errors }` when all of them have their answer and wait.
 */

import { connect } from 'node:net'
import { responseCounter } from './response-counter.ts'

const [port = ''] = process.argv.slice(2)
const atOnce = 50
let errors = 0

async function openOne(): Promise<void> {
  const counter = responseCounter()
  return new Promise(resolve => {
    const socket = connect({ port: Number(port), host: '127.0.0.1' })
    const fail = (): void => {
      errors += 1
      resolve()
    }
    socket.once('error', fail)
    socket.once('close', fail)
    socket.on('data', (chunk: Buffer) => {
      const status = counter.take(chunk)
      if (status === undefined) return
      if (status !== 200) errors += 1
      resolve()
    })
    socket.write('GET /small HTTP/1.1\r\nHost: site.example\r\n\r\n')
  })
}

process.on('message', (count: number) => {
  void openMany(count)
})
process.on('disconnect', () => process.exit(0))

async function openMany(count: number): Promise<void> {
  const startedAt = performance.now()
  for (let opened = 0; opened < count; opened += atOnce)
    await Promise.all(Array.from({ length: Math.min(atOnce, count - opened) }, openOne))
  process.send?.({ requests: count, seconds: (performance.now() - startedAt) / 1000, errors })
}
