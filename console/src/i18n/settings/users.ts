import { texts } from '../texts'

/** Users and what each may do. */
export default texts(
  {
    users: {
      role: '角色',
      ordinary: '普通用户',
      trusted: '可按 MAC 批量导入',
      trustedHelp: '开放注册时，只有管理员和受信任的账号可以按 MAC 地址批量导入设备。',
      trustedTag: '受信任',
      state: '状态',
      active: '正常',
      disabled: '已停用',
      me: '我',
      create: '新建用户',
      search: '用户名',
      searchHelp: '开头几个字',
      empty: '没有这样的用户',
      emptyText: '按用户名的开头查找，不分大小写。',
      makeAdmin: '设为管理员：可以管理所有用户、设备和固件',
      makeTrusted: '受信任：可以按 MAC 地址批量导入设备',
      generated: '会生成一个随机密码，只显示一次，由您转告。',
      password: '{name} 的新密码',
      passwordText: '请通过安全的方式转告。对方登录后可以在“设置 → 密码”里修改。',
      reset: {
        act: '重设密码',
        title: '重设“{name}”的密码？',
        text: '会生成一个新的随机密码，原来的密码和所有登录立刻失效；API 密钥不受影响。',
      },
      edit: {
        title: '修改“{name}”',
        admin: '管理员',
        adminHelp: '可以管理所有用户、设备、固件和升级任务。',
        trusted: '受信任',
        trustedHelp: '可以按 MAC 地址批量导入设备。',
        disabled: '停用',
        disabledHelp: '不能登录，API 密钥无效，名下的设备不能开始新的对话；数据保留，可随时恢复。',
        disabling: '保存后，该账号的登录和 API 密钥立刻失效，名下的设备不能开始新的对话。',
        promoting: '保存后，该账号可以管理所有人的设备和固件，也可以停用您。',
        self: '这是您自己的账号：保存后您将失去管理员权限或被退出。',
      },
    },
  },
  {
    users: {
      role: 'Role',
      ordinary: 'user',
      trusted: 'May import by MAC',
      trustedHelp:
        'While registration is open, only administrators and trusted accounts import devices in bulk by MAC address.',
      trustedTag: 'trusted',
      state: 'State',
      active: 'active',
      disabled: 'disabled',
      me: 'you',
      create: 'Add a user',
      search: 'Username',
      searchHelp: 'How it begins',
      empty: 'No such user',
      emptyText: 'Names are searched by how they begin; upper or lower case does not matter.',
      makeAdmin: 'Administrator: manages all users, devices and firmware',
      makeTrusted: 'Trusted: may import devices in bulk by MAC address',
      generated: 'A random password is made and shown once, for you to pass on.',
      password: 'The new password of {name}',
      passwordText: 'Pass it on by a safe way. It can be changed after sign-in, under Settings → Password.',
      reset: {
        act: 'Reset password',
        title: 'Reset the password of “{name}”?',
        text: 'A new random password is made; the former one and all sign-ins end at once. API keys stay.',
      },
      edit: {
        title: 'Edit “{name}”',
        admin: 'Administrator',
        adminHelp: 'Manages all users, devices, firmware and rollouts.',
        trusted: 'Trusted',
        trustedHelp: 'May import devices in bulk by MAC address.',
        disabled: 'Disabled',
        disabledHelp:
          'Can’t sign in, API keys don’t work, its devices start no new sessions; all data stays and this can be undone.',
        disabling:
          'Once saved, this account’s sign-ins and API keys stop at once and its devices start no new sessions.',
        promoting:
          'Once saved, this account manages everybody’s devices and firmware, and can disable yours.',
        self: 'This is your own account: once saved, you are no administrator any more or are signed out.',
      },
    },
  },
)
