import { texts } from './texts'

export default texts({ title: 'settings' }, { title: 'settings' })
