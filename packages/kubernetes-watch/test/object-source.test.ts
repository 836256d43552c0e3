import { clusterWorld } from './cluster-world.ts'
import { manifestWorld } from './manifest-world.ts'
import { describeObjectSource } from './object-source-contract.ts'

describeObjectSource('manifestSource', manifestWorld, { unfollowed: 'given', fileOf: 'path' })
describeObjectSource('clusterSource', () => clusterWorld(), { unfollowed: 'left-out', fileOf: 'undefined' })
describeObjectSource('clusterSource of an old cluster', () => clusterWorld({}, 'pages'), {
  unfollowed: 'left-out',
  fileOf: 'undefined',
})
