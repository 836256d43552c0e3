// What the fake API server refuses in an Ingress, field by field.
import { expect, it } from 'vitest'
import { ingressCauses } from './fake-api-server-ingress-validation.ts'

const backend = { service: { name: 'web', port: { number: 80 } } }
const path = { path: '/', pathType: 'Prefix', backend }

const causesOf = (spec: object): readonly string[] =>
  ingressCauses({ spec }).map(({ field, message }) => `${field}: ${message.replace(/ must consist of .*/, ' …')}`)

const withPath = (change: object): object => ({ rules: [{ http: { paths: [{ ...path, ...change }] } }] })
const withHost = (host: string): object => ({ rules: [{ host, http: { paths: [path] } }] })

it.each([
  { defaultBackend: backend },
  withHost('a.b-c.test'),
  withHost('*.test'),
  withPath({ backend: { service: { name: 'web', port: { name: 'http' } } } }),
  withPath({ backend: { resource: { kind: 'Bucket', name: 'x' } } }),
  withPath({ path: '/a/b.c', pathType: 'Exact' }),
  withPath({ path: '/a//b/../[a-z]+', pathType: 'ImplementationSpecific' }),
  { rules: [{ host: 'a.test' }], tls: [{ hosts: ['a.test', '*.b.test'], secretName: 'cert' }] },
])('accepts %j', spec => {
  expect(causesOf(spec)).toEqual([])
})

const at = 'spec.rules[0].http.paths[0]'

it.each([
  [{}, 'spec: Invalid value: null: either `defaultBackend` or `rules` must be specified'],
  [withHost('A.test'), 'spec.rules[0].host: Invalid value: "A.test": a lowercase RFC 1123 subdomain …'],
  [withHost('10.0.0.1'), 'spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address'],
  [{ rules: [{ http: { paths: [] } }] }, 'spec.rules[0].http.paths: Required value'],
  [withPath({ pathType: undefined }), `${at}.pathType: Required value: pathType must be specified`],
  [
    withPath({ pathType: 'Regex' }),
    `${at}.pathType: Unsupported value: "Regex": supported values: "Exact", "ImplementationSpecific", "Prefix"`,
  ],
  [withPath({ path: '/a//b' }), `${at}.path: Invalid value: "/a//b": must not contain '//'`],
  [withPath({ path: '/a%2Fb' }), `${at}.path: Invalid value: "/a%2Fb": must not contain '%2F'`],
  [withPath({ path: '/a/..' }), `${at}.path: Invalid value: "/a/..": cannot end with '/..'`],
  [withPath({ backend: {} }), `${at}.backend: Invalid value: "": resource or service backend is required`],
  [
    withPath({ backend: { service: { name: 'web' } } }),
    `${at}.backend: Required value: port name or number is required`,
  ],
  [
    withPath({ backend: { service: { name: 'web', port: { name: 'http', number: 80 } } } }),
    `${at}.backend: Invalid value: "": cannot set both port name & port number`,
  ],
  [
    withPath({ backend: { ...backend, resource: {} } }),
    `${at}.backend: Invalid value: "": cannot set both resource and service backends`,
  ],
  [
    withPath({ backend: { service: { name: 'Web', port: { number: 80 } } } }),
    `${at}.backend.service.name: Invalid value: "Web": a DNS-1035 label …`,
  ],
  [
    withPath({ backend: { service: { name: 'web', port: { name: 'a-port-name-too-long' } } } }),
    `${at}.backend.service.port.name: Invalid value: "a-port-name-too-long": must be no more than 15 characters long`,
  ],
  [
    { defaultBackend: backend, tls: [{ hosts: ['*'] }] },
    `spec.tls[0].hosts[0]: Invalid value: "*": a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which …`,
  ],
  [
    { defaultBackend: backend, ingressClassName: 'a_b' },
    'spec.ingressClassName: Invalid value: "a_b": a lowercase RFC 1123 subdomain …',
  ],
])('refuses %j', (spec, cause) => {
  expect(causesOf(spec)).toEqual([cause])
})
