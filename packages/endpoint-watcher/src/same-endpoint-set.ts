/** Whether two endpoint sets say the same: what would take a general comparison milliseconds for large Services. */
import type { EndpointConditions, EndpointSet, ServiceEndpoint } from './endpoint-set.ts'

/** O(endpoints). */
export function isSameEndpointSet(a: EndpointSet, b: EndpointSet): boolean {
  return (
    a.key === b.key &&
    a.portName === b.portName &&
    a.appProtocol === b.appProtocol &&
    a.reason === b.reason &&
    isSameList(a.all, b.all, isSameEndpoint) &&
    isSameList(a.usable, b.usable, isSameEndpoint)
  )
}

function isSameEndpoint(a: ServiceEndpoint, b: ServiceEndpoint): boolean {
  if (a === b) return true
  return (
    a.key === b.key &&
    (a.conditions === b.conditions || isSameCondition(a.conditions, b.conditions)) &&
    a.zone === b.zone &&
    a.pod === b.pod &&
    isSameList(a.hintZones ?? [], b.hintZones ?? [], (one, other) => one === other)
  )
}

function isSameCondition(a: EndpointConditions, b: EndpointConditions): boolean {
  return a.ready === b.ready && a.serving === b.serving && a.terminating === b.terminating
}

function isSameList<T>(a: readonly T[], b: readonly T[], isSame: (a: T, b: T) => boolean): boolean {
  return (
    a.length === b.length &&
    a.every((item, index) => {
      const other = b[index]
      return other !== undefined && isSame(item, other)
    })
  )
}
