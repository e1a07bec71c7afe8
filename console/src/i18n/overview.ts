import { texts } from './texts'

export default texts(
  {
    title: '总览',
    others: '其他',
    fleet: '设备在运行什么',
    tiles: {
      devices: '设备',
      online: '在线',
      today: '今天来过',
      waiting: '等待激活',
    },
    by: { label: '按什么分组', version: '固件版本', board: '板子' },
    devices: {
      now: '现在的设备数',
      count: '设备数',
      empty: '还没有设备报告过。设备开机检查更新之后，这里就会有数据。',
    },
    checkIns: {
      title: '检查更新的次数',
      range: '时间范围',
      days1: '24 小时',
      days7: '7 天',
      days30: '30 天',
      days90: '90 天',
      hour: '小时',
      day: '日期',
      byVersion: '最近 {days} 天各固件版本检查更新的次数',
      byBoard: '最近 {days} 天各种板子检查更新的次数',
      empty: '这段时间没有设备来过。设备每次开机都会检查更新。',
      table: '用表格看',
    },
    rollouts: {
      title: '进行中的升级任务',
      none: '现在没有。',
      all: '全部升级任务',
      stage: '第 {stage} / {stages} 阶段',
      reached: '已放开到 {percent}%',
      running: '进行中',
      paused: '已暂停',
      halted: '已自动停止',
      other: '等待中',
    },
    attention: {
      title: '需要处理',
      todo: {
        'rollout-halted':
          '看停止的原因和失败的设备：没问题就继续，有问题就取消或回退到旧固件。',
        'build-quarantined': '这个固件不再推送给任何设备。修好后上传新版本；若是误判，就解除隔离。',
        'device-contested': '选出您手上的那一台，或撤销来自那里的全部未证实绑定。在决定之前什么都不会改变。',
        'backend-failing': '这个智能体的设备现在无法对话。检查后端地址和令牌，并测试连接。',
        'codes-withheld': '同一网络里的新设备太多。设备会自动再问，第三次一定会得到激活码；工厂或学校可以调高 activation.codes-at-once。',
        'codes-guessed': '请输入设备显示的全部数字。审计日志里可以看到是谁；必要时停用账号。',
        'proxy-unnamed': '请把它写进 http.trusted-proxies：否则所有人共用一个地址，附近的设备也无法辨认。',
        'sequential-macs': '工厂会这样，冒充者也会。不认识这个账号就停用它。',
        'device-address': '“设备如何访问”一页写着该改什么。',
        'disk-low': '请清理或扩容：磁盘满了就什么都保存不了，新设备也无法激活。',
        'backup-late': '请检查 backup.dir 和日志；也可以现在就运行 slipway backup。',
        other: '请打开相关页面查看。',
      },
    },
    first: {
      title: '三步让第一台设备开口',
      done: '已完成',
      arrived: '已有设备在等待',
      agent: {
        title: '建一个智能体',
        text: '智能体决定设备用什么声音、什么性格，连接哪个语音后端。',
        act: '去建智能体',
      },
      code: {
        title: '让设备说出激活码',
        text: '把设备的 OTA 地址改成下面这个（配网页面的“高级选项”里，或编译固件时），然后重启。设备连上网后会说出并显示 6 位激活码。',
        local:
          '这个地址只有本机能访问，设备访问不到。请用这台机器在局域网里的地址打开控制台，或设置 public.url。',
        without: '手边没有设备？',
        act: '用浏览器里的模拟设备试一试',
      },
      bind: {
        title: '绑定设备',
        text: '在设备页输入激活码，选择智能体，设备就归您了。',
        act: '去绑定设备',
      },
    },
  },
  {
    title: 'Overview',
    others: 'Others',
    fleet: 'What devices run',
    tiles: {
      devices: 'Devices',
      online: 'Online',
      today: 'Checked in today',
      waiting: 'Waiting for activation',
    },
    by: { label: 'Group by', version: 'Firmware version', board: 'Board' },
    devices: {
      now: 'Devices now',
      count: 'Devices',
      empty: 'No device has reported yet. Devices report when they start and check for updates.',
    },
    checkIns: {
      title: 'Check-ins',
      range: 'Range',
      days1: '24 hours',
      days7: '7 days',
      days30: '30 days',
      days90: '90 days',
      hour: 'Hour',
      day: 'Day',
      byVersion: 'Check-ins by firmware version in the last {days} days',
      byBoard: 'Check-ins by board in the last {days} days',
      empty: 'No device checked in during this time. Devices check in whenever they start.',
      table: 'Show as a table',
    },
    rollouts: {
      title: 'Running rollouts',
      none: 'None at the moment.',
      all: 'All rollouts',
      stage: 'Stage {stage} of {stages}',
      reached: 'Open to {percent} %',
      running: 'Running',
      paused: 'Paused',
      halted: 'Stopped by itself',
      other: 'Waiting',
    },
    attention: {
      title: 'Needs attention',
      todo: {
        'rollout-halted':
          'Check the reason and the failed devices: resume if all is well, otherwise cancel or turn back to the previous build.',
        'build-quarantined':
          'This build is no longer offered. Upload a fixed one, or lift the quarantine if it was a mistake.',
        'device-contested':
          'Choose the one that you hold, or undo all unproven devices from there. Nothing changes until you decide.',
        'backend-failing':
          'Devices of this agent can’t talk at the moment. Check the backend’s address and token, and test the connection.',
        'codes-withheld':
          'Too many new devices in one network. They ask again automatically, and get their code the third time; for a factory or a school raise activation.codes-at-once.',
        'codes-guessed':
          'Enter all the digits that the device shows. The audit log shows who it is; disable the account if necessary.',
        'proxy-unnamed':
          'Name it in http.trusted-proxies: until then all share one address, and nearby devices can’t be distinguished.',
        'sequential-macs': 'A factory does this, but so does anyone who makes up devices: disable the account if you don’t know it.',
        'device-address': 'The page “How devices reach this server” says what to change.',
        'disk-low':
          'Make room: on a full disk nothing can be stored, and new devices can’t be activated.',
        'backup-late': 'Check backup.dir and the log; or run slipway backup now.',
        other: 'Open its page to see more.',
      },
    },
    first: {
      title: 'Your first device, in three steps',
      done: 'done',
      arrived: 'a device is waiting',
      agent: {
        title: 'Create an agent',
        text: 'The agent determines the voice and character of devices, and the voice backend they talk to.',
        act: 'Create an agent',
      },
      code: {
        title: 'Let a device show its code',
        text: 'Set the device’s OTA address to this one (under “Advanced” on its Wi-Fi set-up page, or when you build its firmware) and restart it. Once on the network it speaks and shows a 6-digit code.',
        local:
          'Only this machine can reach this address; devices can’t. Open the console at the machine’s address in your network, or set public.url.',
        without: 'No device at hand?',
        act: 'Try it with a simulated device in the browser',
      },
      bind: {
        title: 'Bind the device',
        text: 'Enter the code on the devices page and choose an agent: the device is yours.',
        act: 'Bind a device',
      },
    },
  },
)
