import { expect, it } from 'vitest'
import { requestOf } from '../test/request-of.ts'
import { readOnce } from './read-once.ts'

const counted = (): { readonly reads: string[]; readonly read: ReturnType<typeof readOnce<string>> } => {
  const reads: string[] = []
  return {
    reads,
    read: readOnce(text => {
      reads.push(text)
      return text.toUpperCase()
    }),
  }
}

it('reads a text once while the same request is asked about', () => {
  const { reads, read } = counted()
  const request = requestOf()
  expect([read(request, 'a'), read(request, 'a'), read(request, 'a')]).toEqual(['A', 'A', 'A'])
  expect(reads).toEqual(['a'])
})

it('remembers readings that are nothing', () => {
  let reads = 0
  const read = readOnce(() => {
    reads++
  })
  const request = requestOf()
  read(request, '')
  read(request, '')
  expect(reads).toBe(1)
})

it('answers by the text, also when a request object is filled anew', () => {
  const { read } = counted()
  const request = requestOf()
  expect([read(request, 'a'), read(request, 'b'), read(request, 'a')]).toEqual(['A', 'B', 'A'])
})

it('keeps readers apart', () => {
  const request = requestOf()
  const length = readOnce(text => text.length)
  const { read } = counted()
  expect([read(request, 'ab'), length(request, 'ab'), read(request, 'ab')]).toEqual(['AB', 2, 'AB'])
})

it('drops what all readers read from a request when another one comes', () => {
  const [one, other] = [requestOf(), requestOf()]
  const { reads, read } = counted()
  const another = counted()
  read(one, 'a')
  another.read(other, 'x')
  read(one, 'a')
  read(one, 'a')
  expect(reads).toEqual(['a', 'a'])
})
