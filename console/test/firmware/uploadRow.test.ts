import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { server, show } from '../help'
import { i18n } from '@/i18n'
import UploadRow from '@/pages/firmware/UploadRow.vue'

beforeEach(() => (i18n.global.locale.value = 'en'))
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

const build = {
  id: 'a'.repeat(32),
  version: '2.4.2',
  elfSha256: 'b'.repeat(64),
  sha256: 'c'.repeat(64),
  project: 'xiaozhi',
  chip: 'esp32s3',
  minRevision: 0,
  maxRevision: null,
  size: 8192,
  signature: 'NONE',
  addresses: ['http://ota.test/xiaozhi/ota/'],
  leadsHome: true,
  boards: [],
  floors: [],
  sameVersion: [],
  scheme: 'V2',
}

/** An XMLHttpRequest that is answered at once. */
function answers(data: object): void {
  vi.stubGlobal(
    'XMLHttpRequest',
    class {
      upload = {}
      status = 200
      responseText = JSON.stringify({ code: 0, msg: 'success', data })
      onload = (): void => {}
      open(): void {}
      abort(): void {}
      setRequestHeader(): void {}
      send(): void {
        this.onload()
      }
    },
  )
}

describe('an uploaded file', () => {
  it('says what was cut out of it, and where the build leads', async () => {
    server({ 'GET /v1/boards': [] })
    answers({ ...build, extraction: { zh: '取出了。', en: 'Took a.bin from the zip.', dropped: [] } })
    const { page } = await show(UploadRow, '/', { file: new File(['x'], 'v2.zip') })
    await flushPromises()
    expect(page.text()).toContain('Took a.bin from the zip.')
    expect(page.text()).toContain('this server’s is among them: http://ota.test/xiaozhi/ota/')
    i18n.global.locale.value = 'zh'
    await flushPromises()
    expect(page.text()).toContain('取出了。')
  })

  it('says nothing about an image that is the whole file', async () => {
    server({ 'GET /v1/boards': [] })
    answers({ ...build, leadsHome: false, extraction: null })
    const { page } = await show(UploadRow, '/', { file: new File(['x'], 'xiaozhi.bin') })
    await flushPromises()
    expect(page.text()).toContain('the image is valid')
    expect(page.text()).not.toContain('among them')
    expect(page.text()).toContain('None of its OTA addresses is known to be this server’s')
  })
})
