/** An answer as node:http reads it: llhttp in strict mode under a client that asked one thing. */

import { request as startRequest } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import { MemorySocket } from './memory-socket.ts'
import type { AnswerReading } from './message-reading.ts'

/** Reads the pieces up to the end of the final answer; the connection ends behind them. */
export async function nodeAnswer(pieces: readonly string[], requestMethod: string): Promise<AnswerReading> {
  const socket = new MemorySocket()
  const interim: number[] = []
  let reading: AnswerReading = { kind: 'cut' }
  const request = startRequest({
    method: requestMethod,
    host: 'site.test',
    createConnection: () => socket,
    insecureHTTPParser: false,
    maxHeaderSize: 256 * 1024,
  })
  request.maxHeadersCount = 0
  request.on('error', (error: Error & { readonly code?: string }) => {
    if (reading.kind !== 'whole') reading = { kind: 'refused', fault: error.code ?? error.message }
  })
  request.on('information', ({ statusCode }) => interim.push(statusCode))
  request.on('upgrade', () => {
    reading = { kind: 'refused', fault: 'switching-protocols' }
  })
  request.on('response', answer => {
    let body = ''
    answer.on('data', (piece: Buffer) => {
      body += piece.toString('latin1')
    })
    answer.on('error', (error: Error & { readonly code?: string }) => {
      reading = { kind: 'refused', fault: error.code ?? error.message }
    })
    answer.once('end', () => {
      if (!answer.complete) return
      reading = {
        kind: 'whole',
        interim,
        answer: {
          status: answer.statusCode ?? 0,
          phrase: answer.statusMessage ?? '',
          version: answer.httpVersion,
          flat: answer.rawHeaders,
          body,
          trailers: answer.rawTrailers,
        },
      }
    })
  })
  request.end()
  await setImmediate()
  for (const piece of pieces) socket.give(piece)
  socket.giveEnd()
  await setImmediate()
  await setImmediate()
  request.destroy()
  socket.destroy()
  return reading
}
