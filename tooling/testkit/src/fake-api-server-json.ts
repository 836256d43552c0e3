// The JSON of stored objects, written once per version however many lists and watches it goes to.
import type { StoredObject } from './fake-api-server-store.ts'

const texts = new WeakMap<StoredObject, string>()

/** The object as JSON, beginning with kind and apiVersion. */
export function jsonOf(object: StoredObject): string {
  const known = texts.get(object)
  if (known !== undefined) return known
  const text = JSON.stringify(object)
  texts.set(object, text)
  return text
}

/** The object as an item of a list: without kind and apiVersion, as the recordings show. */
export function itemJsonOf(object: StoredObject): string {
  const head = `{"kind":${JSON.stringify(object.kind)},"apiVersion":${JSON.stringify(object.apiVersion)},`
  return `{${jsonOf(object).slice(head.length)}`
}

/** Forgets the text of a version that was replaced, so that a long history costs no text. */
export function forgetJson(object: StoredObject): void {
  texts.delete(object)
}
