// What the API server adds to objects that are written to it, as far as this project writes or reads them.
import type { FakeObject, FakeObjectInput } from './fake-api-server-store.ts'

/** The object with its defaults. An object that was there before keeps what the server chose for it. */
export function withServerDefaults(object: FakeObjectInput, previous: FakeObject | undefined): FakeObjectInput {
  switch (object.kind) {
    case 'Ingress':
      return { ...object, status: object['status'] ?? { loadBalancer: {} } }
    case 'Service':
      return {
        ...object,
        spec: serviceSpec(recordOf(object['spec']), recordOf(previous?.['spec'])),
        status: object['status'] ?? { loadBalancer: {} },
      }
    case 'EndpointSlice':
      return {
        ...object,
        endpoints: object['endpoints'] ?? null,
        ports: portsOf(object['ports'])?.map(port => ({ name: '', protocol: 'TCP', ...port })) ?? null,
      }
    case 'Secret':
      return secret(object)
    case 'Event':
      return { source: {}, eventTime: null, reportingComponent: '', reportingInstance: '', ...object }
    case 'Namespace': {
      const labels = { 'kubernetes.io/metadata.name': object.metadata.name, ...recordOf(object.metadata['labels']) }
      return {
        ...object,
        metadata: { ...object.metadata, labels },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      }
    }
    default:
      return object
  }
}

function serviceSpec(given: FakeObject, previous: FakeObject): FakeObject {
  const type = given['type'] ?? 'ClusterIP'
  const ports = portsOf(given['ports'])?.map(port => ({ protocol: 'TCP', targetPort: port['port'], ...port }))
  const common = { ...given, ...(ports ? { ports } : {}), type, sessionAffinity: given['sessionAffinity'] ?? 'None' }
  if (type === 'ExternalName') return common
  const clusterIP = given['clusterIP'] ?? previous['clusterIP'] ?? nextClusterIp()
  return {
    clusterIP,
    clusterIPs: [clusterIP],
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    internalTrafficPolicy: 'Cluster',
    ...(type === 'ClusterIP' ? {} : { externalTrafficPolicy: 'Cluster' }),
    ...common,
  }
}

let clusterIps = 0
function nextClusterIp(): string {
  clusterIps += 1
  return `10.96.${(clusterIps >> 8) & 255}.${clusterIps & 255}`
}

/** `stringData` is written, never read. */
function secret(object: FakeObjectInput): FakeObjectInput {
  const { stringData, ...rest } = object
  if (stringData === undefined) return { ...rest, type: rest['type'] ?? 'Opaque' }
  const texts = Object.entries(recordOf(stringData))
  const encoded = texts.map(([key, text]) => [key, Buffer.from(String(text)).toString('base64')])
  const data = { ...recordOf(rest['data']), ...Object.fromEntries(encoded) }
  return { ...rest, data, type: rest['type'] ?? 'Opaque' }
}

function portsOf(ports: unknown): readonly FakeObject[] | undefined {
  return Array.isArray(ports) ? (ports as readonly FakeObject[]) : undefined
}

function recordOf(value: unknown): FakeObject {
  return (value ?? {}) as FakeObject
}
