export type { BoundListener, DataPlane, DataPlaneOptions, ListenerOptions, ProxyLimits, TlsListenerOptions } from './data-plane.ts'
export type { HeaderList, RequestHead, TlsFacts } from './request-head.ts'
export type { AttemptRecord, RequestRecord } from './request-record.ts'
export type { CanonicalPath, ForwardDecision, RespondDecision, Route, RouteDecision, RouteLabels, Upstream, UpstreamEndpoint, UpstreamTimeouts } from './route-decision.ts'
