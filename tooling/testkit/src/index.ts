export { certificateAuthority, selfSignedCertificate } from './certificates.ts'
export type { CertificateAuthority, TestCertificate, TestCertificateOptions } from './certificates.ts'
export {
  type ComeBackOptions,
  fakeApiServer,
  type FakeApiServer,
  type FakeApiServerOptions,
} from './fake-api-server.ts'
export type { FakeAuthorizer } from './fake-api-server-access.ts'
export type { FakeRequest, FakeVerb, Fault, FaultAnswer, RequestFilter } from './fake-api-server-faults.ts'
export type { Garbage } from './fake-api-server-garbage.ts'
export { apiRecording, type ApiRecording, apiRecordings } from './fake-api-server-recordings.ts'
export { type FakeSchedule, manualSchedule, type ManualSchedule } from './fake-api-server-schedule.ts'
export type { FakeEvent, FakeObject, FakeObjectInput, StoredObject } from './fake-api-server-store.ts'
export type { CutMode } from './fake-api-server-stream.ts'
export { echoBackend, type EchoBackend, type EchoBackendOptions, type EchoedRequest } from './echo-backend.ts'
export { rawBackend, rawClient, type RawBackend, type RawConnection } from './raw-http.ts'
export { validateKubernetesObject } from './kubernetes-schemas/validate-kubernetes-object.ts'
