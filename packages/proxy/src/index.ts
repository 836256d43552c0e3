export type {
  BoundListener,
  DataPlane,
  DataPlaneOptions,
  ListenerOptions,
  ProxyLimits,
  TlsListenerOptions,
} from './data-plane.ts'
export type { HeaderList, RequestHead, TlsFacts } from './request-head.ts'
export type { AttemptRecord, RequestRecord } from './request-record.ts'
export type {
  AnsweredBy,
  CanonicalPath,
  ForwardDecision,
  RespondDecision,
  RetryCause,
  RetryRules,
  Route,
  RouteDecision,
  RouteLabels,
  Upstream,
  UpstreamCompletion,
  UpstreamEndpoint,
  UpstreamPick,
  UpstreamTimeouts,
} from './route-decision.ts'
export { defaultLimits } from './default-limits.ts'
export { defaultRetryRules } from './default-retry-rules.ts'
export { httpProxy3DataPlane } from './http-proxy-3-data-plane.ts'
export { wireDataPlane } from './wire-data-plane.ts'
export { ProxyError } from './proxy-error.ts'
export type { ProxyErrorCode } from './proxy-error.ts'
