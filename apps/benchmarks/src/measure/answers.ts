/** Whether contestants answer what the backend answers: figures of different answers do not compare. */

import { createHash } from 'node:crypto'
import { request, type RequestOptions } from 'node:http'
import { request as requestOverTls } from 'node:https'
import type { Contestant } from '../contestants/contestant.ts'

export interface AnswerCheck {
  readonly scheme: 'http' | 'https'
  readonly host: string
  readonly path: string
  /** POST with so many bytes; GET without. */
  readonly uploadBytes?: number
}

/** Throws on the first request that the contestant answers with another status or body than the backend. */
export async function checkAnswers(
  { name, httpPort, httpsPort }: Contestant,
  backendPort: number,
  checks: readonly AnswerCheck[],
): Promise<void> {
  for (const check of checks) {
    const expected = await answer({ ...check, scheme: 'http' }, backendPort)
    const given = await answer(check, check.scheme === 'https' ? httpsPort : httpPort)
    if (given !== expected)
      throw new Error(`${name} answers ${check.host}${check.path} with ${given}, the backend with ${expected}`)
  }
}

async function answer({ scheme, host, path, uploadBytes }: AnswerCheck, port: number): Promise<string> {
  const options: RequestOptions & { readonly rejectUnauthorized: boolean; readonly servername: string } = {
    host: '127.0.0.1',
    port,
    path,
    headers: { host },
    agent: false,
    method: uploadBytes === undefined ? 'GET' : 'POST',
    // The certificate is one of this run, signed by itself.
    rejectUnauthorized: false,
    servername: 'site.example',
  }
  return new Promise((resolve, reject) => {
    const asked = (scheme === 'https' ? requestOverTls : request)(options, response => {
      const hash = createHash('sha256')
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        hash.update(chunk)
        bytes += chunk.length
      })
      response.once('end', () =>
        resolve(`${response.statusCode}, ${bytes} bytes, SHA-256 ${hash.digest('hex').slice(0, 12)}`),
      )
      response.once('error', reject)
    })
    asked.once('error', reject)
    asked.end(uploadBytes === undefined ? undefined : Buffer.alloc(uploadBytes, 'u'))
  })
}
