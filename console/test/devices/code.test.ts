import { describe, expect, it } from 'vitest'
import { codeIn, complete, digitsOf, grouped } from '@/pages/devices/code'

describe('an activation code', () => {
  it('consists of its digits, in any notation', () => {
    expect(digitsOf('043 150')).toBe('043150')
    expect(digitsOf('043-150')).toBe('043150')
    expect(digitsOf('\uff10\uff14\uff13\uff11\uff15\uff10')).toBe('043150')
    expect(digitsOf('12345678901234567890')).toBe('12345678901234567')
  })

  it('is found in the device’s text', () => {
    expect(codeIn('https://console.example:8080\n608303')).toBe('608303')
    expect(codeIn('http://192.168.1.10:8080/\n043 150')).toBe('043150')
    expect(codeIn('2026-11-22 d4:06:06:b6:a9:fa 1234567')).toBe('1234567')
    expect(codeIn('043150')).toBe('043150')
    expect(codeIn('0 4 3 1 5 0')).toBe('043150')
    expect(codeIn('04')).toBe('04')
  })

  it('has at least six digits', () => {
    expect(complete('04315')).toBe(false)
    expect(complete('043150')).toBe(true)
    expect(complete('0431501')).toBe(true)
  })

  it('is shown in groups of three', () => {
    expect(grouped('043150')).toBe('043 150')
    expect(grouped('0431501')).toBe('043 150 1')
    expect(grouped('043')).toBe('043')
  })
})
