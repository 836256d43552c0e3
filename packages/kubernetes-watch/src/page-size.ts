// How many objects to ask for at once, so that parsing a page keeps nobody waiting.

/** Parsing takes about 10 ms per MiB. */
const wantedPageBytes = 1024 * 1024
/** The largest that clients usually ask for, client-go among them. */
const maxPageSize = 500

/** Of the first page, when nothing is known of the objects: slices of 1000 endpoints, the most there can be, make 3 MB. */
export const firstPageSize = 10

/** The size of the page after one of so many objects and bytes: about 1 MiB, from 1 to 500 objects. */
export function nextPageSize(objects: number, bytes: number): number {
  if (objects === 0 || bytes === 0) return firstPageSize
  return Math.min(maxPageSize, Math.max(1, Math.floor((wantedPageBytes * objects) / bytes)))
}
