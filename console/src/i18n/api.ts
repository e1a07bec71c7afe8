import { texts } from './texts'

export default texts({ title: 'api' }, { title: 'api' })
