import { texts } from './texts'

export default texts({ title: 'rollouts' }, { title: 'rollouts' })
