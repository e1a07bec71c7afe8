import { action, event } from './happenings'
import account from './settings/account'
import log from './settings/log'
import reach from './settings/reach'
import system from './settings/system'
import users from './settings/users'
import webhooks from './settings/webhooks'

export default {
  zh: {
    ...account.zh,
    ...users.zh,
    ...webhooks.zh,
    ...log.zh,
    ...reach.zh,
    ...system.zh,
    event: event.zh,
    action: action.zh,
  },
  en: {
    ...account.en,
    ...users.en,
    ...webhooks.en,
    ...log.en,
    ...reach.en,
    ...system.en,
    event: event.en,
    action: action.en,
  },
}
