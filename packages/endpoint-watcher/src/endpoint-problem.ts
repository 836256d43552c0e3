/** Something in a Service or EndpointSlice that cannot be used. It costs the one port or endpoint it is about, never more. */
export interface EndpointProblem {
  /** `error`: something asked for is not served. `warning`: refused by policy or not supported. */
  readonly severity: 'error' | 'warning'
  /** Stable word. `…Denied` and `…Refused` are policy, `…Unsupported` is a limit, `…Invalid` is a mistake in the object. */
  readonly reason:
    | 'ServiceInvalid'
    | 'ServicePortInvalid'
    | 'ExternalNameInvalid'
    | 'ExternalNameRefused'
    | 'ExternalNameDenied'
    | 'EndpointSliceInvalid'
    | 'EndpointSlicePortInvalid'
    | 'AddressTypeUnsupported'
    | 'EndpointInvalid'
    | 'AddressRefused'
  /** The object it is about; namespace and name are `''` when the object has none. */
  readonly kind: 'Service' | 'EndpointSlice'
  /** Namespace of the object. */
  readonly namespace: string
  /** Name of the object. */
  readonly name: string
  /** JSON path of the field, e.g. `endpoints[3].addresses[0]`. */
  readonly field: string
  /** What is wrong and what to do about it. */
  readonly message: string
}
