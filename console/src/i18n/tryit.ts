import { texts } from './texts'

export default texts({ title: 'tryit' }, { title: 'tryit' })
