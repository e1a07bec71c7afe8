import { texts } from './texts'

export default texts({ title: 'devices' }, { title: 'devices' })
