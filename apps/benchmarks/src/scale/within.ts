/** The same promise, but one that rejects when it takes longer than so many milliseconds; `what` names it then. */
export async function within<Value>(promise: Promise<Value>, limitMs: number, what: string): Promise<Value> {
  const tooLong = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    tooLong.reject(new Error(`${what} did not answer within ${limitMs / 1000} s`))
  }, limitMs)
  try {
    return await Promise.race([promise, tooLong.promise])
  } finally {
    clearTimeout(timer)
  }
}
