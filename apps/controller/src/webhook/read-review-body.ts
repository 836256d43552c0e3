// The body of a request, up to a size, as JSON.
import type { IncomingMessage } from 'node:http'
import { type BodyRoom, ReviewBytes } from './body-room.ts'

/** What was sent. */
export type ReviewBody =
  | { readonly kind: 'json'; readonly value: unknown }
  /** To be answered with this status and text, which repeats nothing of the body. */
  | { readonly kind: 'refused'; readonly status: 400 | 413; readonly message: string }
  /** All bodies together have become too many bytes. */
  | { readonly kind: 'no-room' }
  /** The client went away before the end. */
  | { readonly kind: 'gone' }

/** An object is at most 1.5 MiB in etcd, and an update comes with the old one too. */
export const maxBodyBytes: number = 3 * 1024 * 1024

/**
 * Reads it to its end, or to the first byte too many; never rejects. How long it may take is the server's business. Its bytes are in
 * `room` until the promise is resolved.
 */
export async function readReviewBody(request: IncomingMessage, room: BodyRoom): Promise<ReviewBody> {
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) return tooLarge
  const bytes = new ReviewBytes(room, maxBodyBytes)
  const body = Promise.withResolvers<ReviewBody>()
  request.on('data', (chunk: Buffer) => {
    const added = bytes.add(chunk)
    if (added === 'too-many') body.resolve(tooLarge)
    if (added === 'no-room') body.resolve({ kind: 'no-room' })
  })
  request.once('end', () => body.resolve(parseBody(bytes)))
  request.once('close', () => body.resolve({ kind: 'gone' }))
  const read = await body.promise
  request.removeAllListeners('data')
  bytes.release()
  return read
}

const tooLarge: ReviewBody = {
  kind: 'refused',
  status: 413,
  message: `the AdmissionReview has more than ${maxBodyBytes} bytes`,
}

function parseBody(bytes: ReviewBytes): ReviewBody {
  try {
    return { kind: 'json', value: JSON.parse(bytes.text()) as unknown }
  } catch {
    // The error would quote the text.
    return { kind: 'refused', status: 400, message: 'the body is no JSON; send an AdmissionReview' }
  }
}
