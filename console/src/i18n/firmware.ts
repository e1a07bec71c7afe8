import { texts } from './texts'

export default texts({ title: 'firmware' }, { title: 'firmware' })
