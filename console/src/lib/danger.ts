import { ElMessage, ElMessageBox } from 'element-plus'
import { i18n } from '@/i18n'
import { words } from './api'

/** Asks before an action that can't be undone; the text names the consequence. */
export async function confirmed(title: string, consequence: string, act: string): Promise<boolean> {
  try {
    await ElMessageBox.confirm(consequence, title, {
      confirmButtonText: act,
      cancelButtonText: i18n.global.t('common.cancel'),
      confirmButtonType: 'danger',
      type: 'warning',
      autofocus: false,
    })
    return true
  } catch {
    return false
  }
}

/** Like `confirmed`, with a reason for the log; null if cancelled. */
export async function reasoned(
  title: string,
  consequence: string,
  act: string,
  reason: { label: string; required?: boolean; type?: 'danger' | 'primary' },
): Promise<string | null> {
  const { t } = i18n.global
  try {
    const answer = await ElMessageBox.prompt(consequence, title, {
      confirmButtonText: act,
      cancelButtonText: t('common.cancel'),
      confirmButtonType: reason.type ?? 'danger',
      inputPlaceholder: reason.label,
      inputValidator: (text) =>
        reason.required && !text?.trim() ? reason.label : (text ?? '').length <= REASON || t('common.tooLong', { most: REASON }),
    })
    return (answer.value ?? '').trim()
  } catch {
    return null
  }
}

/** The maximum length of a reason. */
const REASON = 500

/** Runs it, then shows that it is done, or the server's error message. */
export async function attempt(act: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await act()
    if (done) {
      ElMessage.success(done)
    }
    return true
  } catch (e) {
    ElMessage.error({ message: words(e), duration: 8_000, showClose: true })
    return false
  }
}

export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    // Without a secure context there is no clipboard API: the legacy way.
    const area = document.createElement('textarea')
    area.value = text
    document.body.append(area)
    area.select()
    document.execCommand('copy')
    area.remove()
  }
  ElMessage.success(i18n.global.t('common.copied'))
}
