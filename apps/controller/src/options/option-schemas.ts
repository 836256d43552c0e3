import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import { z } from 'zod'

/** The values that several options share, with what users are told of a bad one. */

export const text = z.string().min(1, 'must not be empty')
export const list = z.union([z.array(text), text.transform(splitList)])
const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number')
    .transform(Number),
])
export const port = number.pipe(
  z.int('must be a whole number').min(0, 'must be 0 or more').max(65_535, 'must be at most 65535'),
)
const maxWorkers = 256
const workersError = `must be auto or a whole number from 1 to ${maxWorkers}`
export const workers = z.union(
  [
    z.literal('auto').transform(coreCount),
    number.pipe(z.int(workersError).min(1, workersError).max(maxWorkers, workersError)),
  ],
  { error: workersError },
)
export const seconds = number.pipe(z.number().min(0).max(86_400, 'must be at most 86400 seconds'))
export const onOff = z.union([z.boolean(), z.enum(['true', 'false']).transform(value => value === 'true')])
export const network = z.string().refine(isNetwork, 'must be IP addresses or CIDR ranges such as 10.0.0.0/8')
export const objectKey = z.string().regex(/^[a-z0-9-]{1,63}\/[a-z0-9.-]{1,253}$/, 'must be NAMESPACE/NAME')

function splitList(value: string): readonly string[] {
  return value
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '')
}

/** The cores that this process may use. */
function coreCount(): number {
  return Math.min(availableParallelism(), maxWorkers)
}

function isNetwork(value: string): boolean {
  const [address = '', prefix, ...rest] = value.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128))
}
