import * as fc from 'fast-check'

// Words of the API in random places reach further into the code than random words do.
const words =
  'rules http paths path pathType backend service name port number tls hosts secretName defaultBackend resource ingressClassName'
// And such as an object has them by itself.
const word = fc.constantFrom(...words.split(' '), '__proto__', 'constructor', 'toString', 'valueOf')

const leaf = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }),
  fc.constantFrom(null, 0, -1, 80, 1e300, true, '', '/', 'Prefix', 'shop.example', 'ingresskit', '\u0000', 'é'),
  fc.constant('x'.repeat(300)),
)

/** Any JSON, with field names of an Ingress more often than others. */
export const arbitraryJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(word, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value
