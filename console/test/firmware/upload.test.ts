import { describe, expect, it } from 'vitest'
import { ended, next, share, type Happening, type Upload } from '@/pages/firmware/upload'

function after(...happenings: Happening[]): Upload {
  return happenings.reduce<Upload>(next, { at: 'waiting' })
}

const answer = (status: number, body: unknown): Happening => ({
  kind: 'answer',
  status,
  text: JSON.stringify(body),
})

describe('an upload', () => {
  it('goes through waiting, sending and checking to the server’s result', () => {
    expect(share(after())).toBe(0)
    const sending = after({ kind: 'progress', sent: 25, total: 100 })
    expect(sending).toEqual({ at: 'sending', sent: 25, total: 100 })
    expect(share(sending)).toBe(25)
    const checking = next(sending, { kind: 'sent' })
    expect(checking.at).toBe('checking')
    // Browsers report the last bytes twice.
    expect(next(checking, { kind: 'progress', sent: 100, total: 100 }).at).toBe('checking')
    const data = { id: 'a', extraction: null }
    const done = next(checking, answer(200, { code: 0, msg: 'success', data }))
    expect(done).toEqual({ at: 'done', build: { id: 'a' }, extraction: null })
    expect(ended(done)).toBe(true)
  })

  it('shows the server’s reason for a refusal, and the identical build', () => {
    expect(
      after(answer(400, { code: 400, msg: '文件不完整', data: { reason: 'TRUNCATED' } })),
    ).toEqual({ at: 'refused', text: '文件不完整', id: '' })
    expect(
      after(answer(409, { code: 409, msg: '这个固件已经上传过', data: { reason: 'DUPLICATE', id: 'b' } })),
    ).toEqual({ at: 'refused', text: '这个固件已经上传过', id: 'b' })
  })

  it('names the setting of a proxy that refuses it as too large', () => {
    const html = '<html><center><h1>413 Request Entity Too Large</h1></center></html>'
    for (const text of [html, '', '{"message":"Request body is too large"}']) {
      const refused = after({ kind: 'answer', status: 413, text })
      expect(refused).toMatchObject({ at: 'refused', id: '' })
      expect(refused).toHaveProperty('text', expect.stringContaining('client_max_body_size'))
    }
    const own = after(answer(413, { code: 413, msg: '文件最多 33554432 字节' }))
    expect(own).toHaveProperty('text', '文件最多 33554432 字节')
  })

  it('can be retried after a temporary error', () => {
    for (const status of [500, 503, 429]) {
      expect(after(answer(status, { code: status, msg: '稍后再试' }))).toEqual({
        at: 'failed',
        text: '稍后再试',
      })
    }
    expect(after({ kind: 'answer', status: 502, text: '<html>' }).at).toBe('failed')
    expect(after({ kind: 'answer', status: 0, text: '' }).at).toBe('failed')
    expect(after({ kind: 'progress', sent: 1, total: 2 }, { kind: 'broken' }).at).toBe('failed')
  })

  it('ends once', () => {
    const stopped = after({ kind: 'stopped' })
    expect(stopped.at).toBe('stopped')
    expect(next(stopped, { kind: 'broken' })).toBe(stopped)
    // Giving up a stalled upload aborts it, but the user did not cancel it.
    expect(after({ kind: 'broken' }, { kind: 'stopped' }).at).toBe('failed')
  })

  it('shows no progress for an empty file', () => {
    expect(share({ at: 'sending', sent: 0, total: 0 })).toBe(0)
  })
})
