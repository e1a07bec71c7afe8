import { texts } from '../texts'

/** Events and the audit log. */
export default texts(
  {
    events: {
      text: '升级任务、固件和设备升级中发生的事，新的在前。',
      what: '事件',
      about: '关于',
      facts: '详情',
      mac: 'MAC 地址',
      rollout: '升级任务',
      rolloutId: '升级任务 ID',
      build: '固件',
      buildId: '固件 ID',
      empty: '没有事件',
      emptyText: '这里还没有记录，或者没有符合条件的。换个条件试试。',
    },
    audit: {
      text: '谁在什么时候做了什么。',
      own: '您的账号在什么时候做了什么。不认识的操作，请马上修改密码并检查 API 密钥。',
      export: '导出 CSV',
      actor: '操作人',
      action: '操作',
      subject: '对象',
      detail: '详情',
      address: '来源地址',
      empty: '没有记录',
    },
  },
  {
    events: {
      text: 'What happens to rollouts, builds and updating devices, newest first.',
      what: 'Event',
      about: 'About',
      facts: 'Facts',
      mac: 'MAC address',
      rollout: 'Rollout',
      rolloutId: 'Rollout id',
      build: 'Build',
      buildId: 'Build id',
      empty: 'No events',
      emptyText: 'Nothing has been recorded yet, or nothing matches the filters: try others.',
    },
    audit: {
      text: 'Who did what, and when.',
      own: 'What was done with your account, and when. If you don’t recognise something, change your password and check your API keys.',
      export: 'Export CSV',
      actor: 'Who',
      action: 'Action',
      subject: 'Subject',
      detail: 'Detail',
      address: 'From address',
      empty: 'No entries',
    },
  },
)
