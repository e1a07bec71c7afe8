import list from './devices/list'
import adding from './devices/adding'
import help from './devices/help'
import one from './devices/one'

export default {
  zh: { ...list.zh, ...one.zh, ...adding.zh, help: help.zh },
  en: { ...list.en, ...one.en, ...adding.en, help: help.en },
}
