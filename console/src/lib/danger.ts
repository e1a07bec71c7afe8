import { ElMessage, ElMessageBox } from 'element-plus'
import { i18n } from '@/i18n'
import { words } from './api'

/** Asks before something that can't be undone; the text names the consequence. */
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

/** Does it, says that it is done, or says in the server's words why it is not. */
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
    // Without a secure context there is no clipboard: the old way.
    const area = document.createElement('textarea')
    area.value = text
    document.body.append(area)
    area.select()
    document.execCommand('copy')
    area.remove()
  }
  ElMessage.success(i18n.global.t('common.copied'))
}
