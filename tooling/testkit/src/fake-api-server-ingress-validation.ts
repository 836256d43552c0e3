// What the API server refuses in an Ingress (Kubernetes, pkg/apis/networking/validation), as recorded.
import { isIP } from 'node:net'
import type { StatusCause } from './fake-api-server-answers.ts'
import { invalidValues, requiredValue, unsupportedValue } from './fake-api-server-causes.ts'
import {
  labelProblems,
  portNameProblems,
  portNumberProblems,
  subdomainProblems,
  wildcardProblems,
} from './fake-api-server-names.ts'
import type { FakeObject } from './fake-api-server-store.ts'

interface Backend {
  readonly resource?: object
  readonly service?: {
    readonly name?: string
    readonly port?: { readonly name?: string; readonly number?: number }
  }
}

interface Path {
  readonly path?: string
  readonly pathType?: string
  readonly backend?: Backend
}

interface Spec {
  readonly ingressClassName?: string
  readonly defaultBackend?: Backend
  readonly rules?: readonly { readonly host?: string; readonly http?: { readonly paths?: readonly Path[] } }[]
  readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[]
}

interface Status {
  readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] }
}

/** All causes why the spec of an Ingress is refused, in the order of the real server. */
export function ingressCauses(ingress: FakeObject): readonly StatusCause[] {
  const { rules = [], defaultBackend, tls = [], ingressClassName } = (ingress['spec'] ?? {}) as Spec
  const causes: StatusCause[] = []
  if (rules.length === 0 && !defaultBackend) {
    causes.push(...invalidValues('spec', null, ['either `defaultBackend` or `rules` must be specified']))
  }
  if (defaultBackend) causes.push(...backendCauses(defaultBackend, 'spec.defaultBackend'))
  for (const [index, { host = '', http }] of rules.entries()) {
    const field = `spec.rules[${index}]`
    causes.push(...hostCauses(host, `${field}.host`))
    if (!http) continue
    const { paths = [] } = http
    if (paths.length === 0) causes.push(requiredValue(`${field}.http.paths`))
    for (const [at, path] of paths.entries()) causes.push(...pathCauses(path, `${field}.http.paths[${at}]`))
  }
  for (const [index, { hosts = [], secretName = '' }] of tls.entries()) {
    const field = `spec.tls[${index}]`
    for (const [at, host] of hosts.entries()) {
      const problems = host.includes('*') ? wildcardProblems(host) : subdomainProblems(host)
      causes.push(...invalidValues(`${field}.hosts[${at}]`, host, problems))
    }
    if (secretName !== '')
      causes.push(...invalidValues(`${field}.secretName`, secretName, subdomainProblems(secretName)))
  }
  if (ingressClassName !== undefined) {
    causes.push(...invalidValues('spec.ingressClassName', ingressClassName, subdomainProblems(ingressClassName)))
  }
  return causes
}

/** All causes why the status of an Ingress is refused. */
export function ingressStatusCauses(ingress: FakeObject): readonly StatusCause[] {
  const { loadBalancer } = (ingress['status'] ?? {}) as Status
  return (loadBalancer?.ingress ?? []).flatMap(({ ip = '', hostname = '' }, index) => {
    const field = `status.loadBalancer.ingress[${index}]`
    return [
      ...(ip !== '' && isIP(ip) === 0 ? invalidValues(`${field}.ip`, ip, ['must be a valid IP address']) : []),
      ...(hostname === '' ? [] : invalidValues(`${field}.hostname`, hostname, hostnameProblems(hostname))),
    ]
  })
}

function hostnameProblems(hostname: string): readonly string[] {
  const address = isIP(hostname) > 0 ? ['must be a DNS name, not an IP address'] : []
  return [...subdomainProblems(hostname), ...address]
}

function hostCauses(host: string, field: string): readonly StatusCause[] {
  if (host === '') return []
  const address = isIP(host) > 0 ? ['must be a DNS name, not an IP address'] : []
  return invalidValues(field, host, [
    ...address,
    ...(host.includes('*') ? wildcardProblems(host) : subdomainProblems(host)),
  ])
}

const badSequences = ['//', '/./', '/../', '%2f', '%2F'] as const
const badEndings = ['/..', '/.'] as const

function pathCauses({ path = '', pathType, backend = {} }: Path, field: string): readonly StatusCause[] {
  if (pathType === undefined) return [requiredValue(`${field}.pathType`, 'pathType must be specified')]
  const below = backendCauses(backend, `${field}.backend`)
  const problems: string[] = []
  switch (pathType) {
    case 'Exact':
    case 'Prefix':
      if (!path.startsWith('/')) problems.push('must be an absolute path')
      for (const bad of badSequences) if (path.includes(bad)) problems.push(`must not contain '${bad}'`)
      for (const bad of badEndings) if (path.endsWith(bad)) problems.push(`cannot end with '${bad}'`)
      break
    case 'ImplementationSpecific':
      if (path !== '' && !path.startsWith('/')) problems.push('must be an absolute path')
      break
    default: {
      const supported = ['Exact', 'ImplementationSpecific', 'Prefix']
      return [unsupportedValue(`${field}.pathType`, pathType, supported), ...below]
    }
  }
  return [...invalidValues(`${field}.path`, path, problems), ...below]
}

function backendCauses({ resource, service }: Backend, field: string): readonly StatusCause[] {
  if (resource && service) return invalidValues(field, '', ['cannot set both resource and service backends'])
  if (resource) return []
  if (!service) return invalidValues(field, '', ['resource or service backend is required'])
  const { name = '', port = {} } = service
  const causes: StatusCause[] = []
  if (name === '') causes.push(requiredValue(`${field}.service.name`))
  else causes.push(...invalidValues(`${field}.service.name`, name, labelProblems(name)))
  const { name: portName = '', number = 0 } = port
  if (portName !== '' && number !== 0) {
    causes.push(...invalidValues(field, '', ['cannot set both port name & port number']))
  } else if (portName !== '') {
    causes.push(...invalidValues(`${field}.service.port.name`, portName, portNameProblems(portName)))
  } else if (number !== 0) {
    causes.push(...invalidValues(`${field}.service.port.number`, number, portNumberProblems(number)))
  } else {
    causes.push(requiredValue(field, 'port name or number is required'))
  }
  return causes
}
