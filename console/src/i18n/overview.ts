import { texts } from './texts'

export default texts({ title: 'overview' }, { title: 'overview' })
