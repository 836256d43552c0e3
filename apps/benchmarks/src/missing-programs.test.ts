import { expect, it } from 'vitest'
import { missingPrograms } from './missing-programs.ts'

it('names the package of every program that is not there', () => {
  expect(missingPrograms('/nowhere')).toContain("nginx is missing; it is in Debian's package nginx-light")
  expect(missingPrograms('/nowhere')).toHaveLength(6)
})
