/** The command line, environment or option file cannot be understood: exit status 2, and nothing was started. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
