import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Refusal, server, settled, show, type Call } from '../help'
import { i18n } from '@/i18n'
import { begin, type Start } from '@/lib/session'
import SignInPage from '@/pages/auth/SignInPage.vue'
import SignUpPage from '@/pages/auth/SignUpPage.vue'

const USER = { trusted: false, disabled: false, secondFactor: false, createdAt: '2026-08-01T00:00:00Z' } as const
const ADA = { ...USER, id: 'a1', username: 'ada', admin: true, role: 'admin' } as const
const BOB = { ...USER, id: 'b2', username: 'bob', admin: false, role: 'user' } as const
const START: Start = {
  version: '1',
  captcha: false,
  registration: 'open',
  unclaimed: false,
  provider: '',
  publicUrl: '',
  user: null,
}

let start: Start
const answers: Record<string, unknown> = {}
let calls: Call[]

beforeEach(() => {
  i18n.global.locale.value = 'en'
  start = { ...START }
  for (const each of Object.keys(answers)) {
    delete answers[each]
  }
  answers['GET /v1/console/start'] = () => start
  calls = server(answers)
})

afterEach(() => {
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})

const posts = (): Call[] => calls.filter((each) => each.method === 'POST')

describe('sign-in', () => {
  it('sends name and password and opens the requested page', async () => {
    await begin()
    answers['POST /v1/console/login'] = () => {
      start = { ...start, user: BOB }
      return { user: BOB }
    }
    const { page, router } = await show(SignInPage, '/sign-in?next=/devices?q=x')
    expect(page.find('img[width="160"]').exists()).toBe(false)
    expect(page.get('[name=username]').attributes('autocomplete')).toBe('username')
    expect(page.get('[name=password]').attributes('autocomplete')).toBe('current-password')
    await page.get('[name=username]').setValue('bob')
    await page.get('[name=password]').setValue('bob likes ponies')
    await page.get('form').trigger('submit')
    await settled()
    expect(posts()[0]?.body).toMatchObject({ username: 'bob', password: 'bob likes ponies' })
    expect(router.currentRoute.value.fullPath).toBe('/devices?q=x')
  })

  it('does not redirect to another site', async () => {
    await begin()
    answers['POST /v1/console/login'] = () => {
      start = { ...start, user: BOB }
      return { user: BOB }
    }
    const { page, router } = await show(SignInPage, '/sign-in?next=//evil.example/')
    await page.get('[name=username]').setValue('bob')
    await page.get('[name=password]').setValue('bob likes ponies')
    await page.get('form').trigger('submit')
    await settled()
    expect(router.currentRoute.value.fullPath).toBe('/')
  })

  it('reports missing fields before sending', async () => {
    await begin()
    const { page } = await show(SignInPage, '/sign-in')
    await page.get('form').trigger('submit')
    await settled()
    expect(posts()).toEqual([])
    const name = page.get('[name=username]')
    expect(name.attributes('aria-invalid')).toBe('true')
    expect(page.get(`#${name.attributes('aria-describedby')}`).text()).toBe('Required')
    expect(document.activeElement).toBe(name.element)
  })

  it('shows the captcha when the server requires it, and another one after a failure', async () => {
    start.captcha = true
    await begin()
    answers['POST /v1/console/login'] = new Refusal(401, 'Wrong username or password')
    const { page } = await show(SignInPage, '/sign-in')
    const picture = (): string => page.get('img[width="160"]').attributes('src') ?? ''
    const first = picture()
    expect(first).toMatch(/^\/xiaozhi\/user\/captcha\?uuid=[0-9a-f-]{36}$/)
    expect(page.get('img[width="160"]').attributes('alt')).not.toBe('')
    await page.get('[name=username]').setValue('bob')
    await page.get('[name=password]').setValue('not his')
    await page.get('[name=captcha]').setValue('ab2cd')
    await page.get('form').trigger('submit')
    await settled()
    const sent = posts()[0]?.body as { captcha: string; captchaId: string }
    expect(sent.captcha).toBe('ab2cd')
    expect(first).toContain(sent.captchaId)
    expect(page.text()).toContain('Wrong username or password')
    expect(picture()).not.toBe(first)
    expect(page.get<HTMLInputElement>('[name=captcha]').element.value).toBe('')
    expect(page.get<HTMLInputElement>('[name=password]').element.value).toBe('not his')
  })

  it('asks for the captcha once the server does', async () => {
    await begin()
    answers['POST /v1/console/login'] = () => {
      start.captcha = true
      return new Refusal(403, 'Wrong captcha', { captchaRequired: true })
    }
    const { page } = await show(SignInPage, '/sign-in')
    await page.get('[name=username]').setValue('bob')
    await page.get('[name=password]').setValue('bob likes ponies')
    await page.get('form').trigger('submit')
    await settled()
    expect(page.get('[name=captcha]').attributes('aria-invalid')).toBe('true')
    expect(page.text()).toContain('Wrong captcha')
  })

  it('asks for the code of the second factor after the password, with the same captcha', async () => {
    start.captcha = true
    await begin()
    answers['POST /v1/console/login'] = new Refusal(403, 'A code is required', { totpRequired: true })
    const { page, router } = await show(SignInPage, '/sign-in')
    expect(page.find('[name=totp]').exists()).toBe(false)
    await page.get('[name=username]').setValue('bob')
    await page.get('[name=password]').setValue('bob likes ponies')
    await page.get('[name=captcha]').setValue('ab3kd')
    await page.get('form').trigger('submit')
    await settled()
    expect(page.get<HTMLInputElement>('[name=captcha]').element.value).toBe('ab3kd')
    const field = page.get('[name=totp]')
    expect(field.attributes('autocomplete')).toBe('one-time-code')
    expect(document.activeElement).toBe(field.element)
    answers['POST /v1/console/login'] = new Refusal(400, 'totp: is wrong', { field: 'totp' })
    await field.setValue('000000')
    await page.get('form').trigger('submit')
    await settled()
    expect(page.get('[name=totp]').attributes('aria-invalid')).toBe('true')
    answers['POST /v1/console/login'] = () => {
      start = { ...start, user: BOB }
      return { user: BOB }
    }
    await page.get('[name=totp]').setValue('123456')
    await page.get('[name=captcha]').setValue('ab3kd')
    await page.get('form').trigger('submit')
    await settled()
    expect(posts().at(-1)?.body).toMatchObject({ username: 'bob', totp: '123456' })
    expect(router.currentRoute.value.path).toBe('/')
  })

  it('reports that the browser stores no cookie', async () => {
    await begin()
    answers['POST /v1/console/login'] = { user: BOB }
    const { page, router } = await show(SignInPage, '/sign-in')
    await page.get('[name=username]').setValue('bob')
    await page.get('[name=password]').setValue('bob likes ponies')
    await page.get('form').trigger('submit')
    await settled()
    expect(page.text()).toContain('allow cookies')
    expect(router.currentRoute.value.path).toBe('/sign-in')
  })

  it('offers the sign-in by the provider, and says why it failed', async () => {
    start.provider = 'Example Ltd'
    await begin()
    const { page } = await show(SignInPage, '/sign-in?provider=unknown&next=/agents')
    expect(page.text()).toContain('Nobody has linked you at Example Ltd')
    const link = page.get('a.provider')
    expect(link.text()).toBe('Sign in by Example Ltd')
    expect(link.attributes('href')).toBe('/v1/provider/start?next=%2Fagents')
  })

  it('has no sign-up link where registration is closed', async () => {
    start.registration = 'closed'
    await begin()
    const { page } = await show(SignInPage, '/sign-in')
    expect(page.find('a[href^="/sign-up"]').exists()).toBe(false)
    expect(page.text()).toContain('Registration is closed')
  })
})

describe('sign-up', () => {
  it('announces the first administrator before and after, asks for the setup code, and signs in', async () => {
    Object.assign(start, { unclaimed: true })
    await begin()
    answers['POST /v1/console/register'] = () => {
      start = { ...start, unclaimed: false, user: ADA }
      return { user: ADA }
    }
    const { page, router } = await show(SignUpPage, '/sign-up?next=/agents')
    expect(page.text()).toContain('will be the administrator')
    await page.get('[name=username]').setValue('ada')
    await page.get('[name=new-password]').setValue('correct horse')
    await page.get('[name=setup-code]').setValue('ABCD-EFGH-JKMN')
    await page.get('form').trigger('submit')
    await settled()
    expect(posts()[0]?.body).toMatchObject({
      username: 'ada',
      password: 'correct horse',
      setupCode: 'ABCD-EFGH-JKMN',
    })
    expect(page.text()).toContain('you are this server’s administrator')
    await page.get('button.act').trigger('click')
    await settled()
    expect(router.currentRoute.value.path).toBe('/agents')
  })

  it('signs in with the same captcha', async () => {
    start.captcha = true
    await begin()
    answers['POST /v1/console/register'] = () => {
      start = { ...start, user: BOB }
      return { user: BOB }
    }
    const { page, router } = await show(SignUpPage, '/sign-up')
    await page.get('[name=username]').setValue('bob')
    await page.get('[name=new-password]').setValue('bob likes ponies')
    await page.get('[name=captcha]').setValue('ab3kd')
    await page.get('form').trigger('submit')
    await settled()
    expect(posts().map((each) => each.path)).toEqual(['/v1/console/register'])
    expect(router.currentRoute.value.path).toBe('/')
  })

  it('reports that the account is there, but that the browser stores no cookie', async () => {
    await begin()
    answers['POST /v1/console/register'] = { user: BOB }
    const { page, router } = await show(SignUpPage, '/sign-up')
    await page.get('[name=username]').setValue('bob')
    await page.get('[name=new-password]').setValue('bob likes ponies')
    await page.get('form').trigger('submit')
    await settled()
    expect(page.text()).toContain('Your account is ready')
    expect(router.currentRoute.value.path).toBe('/sign-up')
  })

  it('takes the setup code from the link, and out of the address bar', async () => {
    Object.assign(start, { unclaimed: true })
    await begin()
    const { page, router } = await show(SignUpPage, '/sign-up?next=/agents#setup-code=a%2Bb%20c-1234')
    expect(page.get<HTMLInputElement>('[name=setup-code]').element.value).toBe('a+b c-1234')
    await settled()
    expect(router.currentRoute.value.fullPath).toBe('/sign-up?next=/agents')
    expect(page.get<HTMLInputElement>('[name=setup-code]').element.value).toBe('a+b c-1234')
  })

  it.each([
    [new Refusal(409, 'The username is taken'), 'username', 'The username is taken'],
    [new Refusal(400, 'username: may only contain letters', { field: 'username' }), 'username', 'may only contain letters'],
    [new Refusal(400, 'password：应为 10 到 128 个字符', { field: 'password' }), 'new-password', '应为'],
    [new Refusal(403, 'Wrong setup code', { setupCodeRequired: true }), 'setup-code', 'Wrong setup code'],
  ])('puts %o beside its field', async (refusal, name, text) => {
    start.unclaimed = true
    await begin()
    answers['POST /v1/console/register'] = refusal
    const { page } = await show(SignUpPage, '/sign-up')
    await page.get('[name=username]').setValue('bob')
    await page.get('[name=new-password]').setValue('bob likes ponies')
    await page.get('[name=setup-code]').setValue('ABCD-EFGH-JKMN')
    await page.get('form').trigger('submit')
    await settled()
    const field = page.get(`[name=${name}]`)
    expect(field.attributes('aria-invalid')).toBe('true')
    expect(page.get(`#${field.attributes('aria-describedby')}`).text()).toMatch(new RegExp(`^${text}`))
  })

  it('enforces the password rule', async () => {
    await begin()
    const { page } = await show(SignUpPage, '/sign-up')
    await page.get('[name=username]').setValue('bob')
    await page.get('[name=new-password]').setValue('123456789')
    await page.get('form').trigger('submit')
    await settled()
    expect(page.get('[name=new-password]').attributes('aria-invalid')).toBe('true')
    expect(posts()).toEqual([])
  })

  it('explains that registration is closed', async () => {
    start.registration = 'closed'
    await begin()
    const { page } = await show(SignUpPage, '/sign-up')
    expect(page.find('form').exists()).toBe(false)
    expect(page.text()).toContain('Ask an administrator')
  })
})
