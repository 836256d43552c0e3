import { describe, expect, it } from 'vitest'
import { cpuTimeOf, memoryOf, parseBusy, parseStat } from './proc.ts'

describe('parseStat', () => {
  it('finds user and kernel time behind a command with spaces and parentheses', () => {
    const line = '42 (a (b) c) S 1 42 42 0 -1 4194560 5 6 7 8 150 25 0 0 20 0 1 0 100 200 300'
    expect(parseStat(line)).toEqual({ userUs: 1_500_000, kernelUs: 250_000 })
  })

  it('gives nothing for a process that is gone', () => {
    expect(parseStat('')).toEqual({ userUs: 0, kernelUs: 0 })
  })
})

describe('parseBusy', () => {
  it('adds up all but idle and iowait of one core', () => {
    const text = 'cpu  9 9 9 9 9 9 9 9 9 9\ncpu0 1 2 4 1000 1000 8 16 32 500 500\ncpu1 9 9 9 9 9 9 9 9 9 9\n'
    expect(parseBusy(text, 0)).toBe(63 * 10_000)
  })

  it('gives nothing for a core that is not there', () => {
    expect(parseBusy('cpu0 1 2 4 8 8 8 8 8 8 8\n', 1)).toBe(0)
  })
})

describe('this process', () => {
  it('has spent time and takes memory', () => {
    const { userUs, kernelUs } = cpuTimeOf(process.pid)
    expect(userUs + kernelUs).toBeGreaterThan(0)
    expect(memoryOf(process.pid)).toBeGreaterThan(1024 * 1024)
  })
})
