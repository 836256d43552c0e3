// The body of a request, up to a size, as JSON.
import type { IncomingMessage } from 'node:http'

/** What was sent. */
export type ReviewBody =
  | { readonly kind: 'json'; readonly value: unknown }
  /** To be answered with this status and text, which repeats nothing of the body. */
  | { readonly kind: 'refused'; readonly status: 400 | 413; readonly message: string }
  /** The client went away before the end. */
  | { readonly kind: 'gone' }

/** An object is at most 1.5 MiB in etcd, and an update comes with the old one too. */
export const maxBodyBytes: number = 3 * 1024 * 1024

/** Reads it to its end, or to the first byte too many; never rejects. How long it may take is the server's business. */
export async function readReviewBody(request: IncomingMessage): Promise<ReviewBody> {
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) return tooLarge
  const chunks: Buffer[] = []
  let bytes = 0
  const body = Promise.withResolvers<ReviewBody>()
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= maxBodyBytes) chunks.push(chunk)
    else body.resolve(tooLarge)
  })
  request.once('end', () => body.resolve(parseBody(chunks)))
  request.once('close', () => body.resolve({ kind: 'gone' }))
  const read = await body.promise
  request.removeAllListeners('data')
  chunks.length = 0
  return read
}

const tooLarge: ReviewBody = {
  kind: 'refused',
  status: 413,
  message: `the AdmissionReview has more than ${maxBodyBytes} bytes`,
}

function parseBody(chunks: readonly Buffer[]): ReviewBody {
  try {
    return { kind: 'json', value: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown }
  } catch {
    // The error would quote the text.
    return { kind: 'refused', status: 400, message: 'the body is no JSON; send an AdmissionReview' }
  }
}
