import { texts } from './texts'

export default texts({ title: 'auth' }, { title: 'auth' })
