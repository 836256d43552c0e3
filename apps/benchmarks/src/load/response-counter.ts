/** Tells where responses end in a stream of them, as far as the load needs: each has a Content-Length and nobody pipelines. */

export interface ResponseCounter {
  /** Takes the next bytes; returns the status of the response that they complete, or undefined when it goes on. */
  take(chunk: Buffer): number | undefined
}

/** Throws on a response without a Content-Length, and on bytes after the end of one. */
export function responseCounter(): ResponseCounter {
  let head = ''
  let status = 0
  let bodyBytesLeft = 0
  return {
    take(chunk) {
      let body = chunk.length
      if (status === 0) {
        const before = head.length
        head += chunk.toString('latin1')
        const end = head.indexOf('\r\n\r\n')
        if (end < 0) return undefined
        const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head.slice(0, end + 2))?.[1]
        if (length === undefined) throw new Error(`a response without a Content-Length: ${head.slice(0, 200)}`)
        status = Number(head.slice(9, 12))
        bodyBytesLeft = Number(length)
        body = before + chunk.length - (end + 4)
        head = ''
      }
      bodyBytesLeft -= body
      if (bodyBytesLeft > 0) return undefined
      if (bodyBytesLeft < 0) throw new Error('bytes after the end of a response')
      const done = status
      status = 0
      return done
    },
  }
}
