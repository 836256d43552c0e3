export type { CertificateFacts, CertificateProblem, TlsBinding, TlsSecret } from './tls-secret.ts'
export type { TlsState, TlsStore, TlsStoreOptions } from './tls-store.ts'
