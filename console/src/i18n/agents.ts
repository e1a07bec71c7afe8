import { texts } from './texts'

export default texts({ title: 'agents' }, { title: 'agents' })
