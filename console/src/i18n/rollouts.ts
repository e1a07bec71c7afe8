import en from './rollouts/en'
import zh from './rollouts/zh'
import { texts } from './texts'

export default texts(zh, en)
