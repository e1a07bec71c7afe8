import { texts } from '../texts'

/** For where people get stuck. */
export default texts(
  {
    title: '帮助',
    lead: '连不上、听不到、找不到时，先看这里。',
    connect: {
      title: '怎样让设备连到这里',
      text: {
        a: '设备第一次开机会开一个热点（名字类似 Xiaozhi-XXXX）。用手机连上它，打开 http://192.168.4.1 ，选好 2.4 GHz 的 Wi-Fi。',
        b: '在同一页的“高级”里，把 OTA 地址填成：{ota}',
        c: '保存后设备会重启，连上服务器，然后显示并念出激活码。4G 板子不用配网，直接显示激活码。',
      },
    },
    code: {
      title: '激活码在哪里',
      text: {
        a: '没有绑定的设备会在屏幕上显示激活码，同时念出来：通常六位数字，开头的 0 也算。',
        b: '大约每 30 秒会再念一遍。错过了就等一下，或者重启设备。',
        c: '只要设备还在等待，激活码就有效；设备停下 10 分钟以后，激活码作废，重启设备会得到新的。',
        d: '听不清又没有屏幕？看下面有没有列出它：列出来就说明设备已经到了服务器，只差输入激活码。',
      },
    },
    mac: {
      title: 'MAC 在哪里',
      text: {
        a: '多数设备的 MAC 印在外壳、包装或模组的金属盖上，是 12 个十六进制字符，例如 d4:06:06:b6:a9:fa。',
        b: '路由器的“已连接设备”里能看到完整的 MAC；配网热点名字末尾的四位与 MAC 末四位相同，或者大一。',
        c: '接上 USB 线看开机日志，或者用 esptool read_mac 读取，也可以得到它。',
        d: 'MAC 是公开的，知道它并不能控制设备；设备的秘密是它自己生成的 Client-Id。',
      },
    },
    unbound: {
      title: '没人绑定时，设备会怎样',
      text: {
        a: '设备会一直等：每 30 秒左右检查一次，并再次显示和念出激活码。这段时间不能唤醒，也不能对话。',
        b: '绑定以后几秒内它就会知道，不用重启。',
        c: '如果按了按钮，新一些的固件会回到待机界面；唤醒它时会再次听到激活码。',
      },
    },
    restart: {
      title: '设备为什么说“请重启设备”',
      text: {
        a: '设备只在开机时领取会话令牌。超过 30 天没有出现（可在设置里改），或者令牌的密钥被作废，旧令牌就不再有效，必须重启才能领到新的。',
        b: '固件 1.6 以上会由服务器让它自动重启；如果没有，请断电再通电。',
        c: '如果重启后还是一样，请检查设备里的 OTA 地址是不是这台服务器：{ota}',
      },
    },
    offline: {
      title: '为什么设备总是离线',
      text: {
        a: '设备只在对话时保持连接，平时显示“离线”是正常的。“最后在线”才是它最近一次出现的时间。',
        b: '设备只在开机时检查更新，所以升级也要等它下一次开机。',
        c: '如果“最后在线”很久没有变，而设备明明在用，它多半连到了别的服务器：检查它的 OTA 地址。',
      },
    },
    contested: {
      title: '“MAC 有争议”是什么意思',
      text: {
        a: '另一台设备用同一个 MAC、但不同的 Client-Id 来访。擦除闪存重新刷机后就会这样；也可能是有人在冒充。',
        b: '刚刷过机就点“接受”，智能体和备注都会保留；不是您做的就点“拒绝”，它什么也得不到。',
        c: '如果显示“已被他人绑定”，说明别的账号用激活码接管了它。设备还在您手上的话，输入它的激活码就能收回。',
      },
    },
    again: {
      title: '怎样换主人或重新绑定',
      text: {
        a: '现在的主人先在设备列表里解绑。设备下次开机会重新显示激活码，新主人输入即可。',
        b: '解绑不会打断正在进行的对话。备注、标签和聊天记录会随解绑删除。',
        c: '联系不上原主人？设备离线满 72 小时（可在设置里改）以后，新主人输入它的激活码就能接管。',
      },
    },
  },
  {
    title: 'Help',
    lead: 'When it doesn’t connect, can’t be heard or can’t be found.',
    connect: {
      title: 'How does a device get here?',
      text: {
        a: 'A device that starts for the first time opens a hotspot (called Xiaozhi-XXXX or the like). Join it with a phone, open http://192.168.4.1 and choose a 2.4 GHz Wi-Fi.',
        b: 'On the same page, under “advanced”, set the OTA address to: {ota}',
        c: 'Save. The device restarts, reaches the server, then shows and speaks its code. Boards with 4G need no Wi-Fi and show the code at once.',
      },
    },
    code: {
      title: 'Where is my code?',
      text: {
        a: 'A device that nobody owns shows its code on the screen and speaks it: six digits as a rule, zeros at the beginning count.',
        b: 'It says the code again about every 30 seconds. Wait for that, or restart the device.',
        c: 'The code is good as long as the device waits; 10 minutes after it has stopped the code ends, and a restart gives a new one.',
        d: 'No screen and hard to hear? If the device is listed below, it did reach the server and only the code is missing.',
      },
    },
    mac: {
      title: 'Where is my MAC?',
      text: {
        a: 'On most devices it is printed on the case, the box or the metal lid of the module: 12 hex digits such as d4:06:06:b6:a9:fa.',
        b: 'A router’s list of connected devices has it. The setup hotspot’s name ends with the MAC’s last four digits, or one more.',
        c: 'The boot log on USB tells it, and so does esptool read_mac.',
        d: 'A MAC is public, and knowing it gives no control: a device’s secret is the Client-Id that it made for itself.',
      },
    },
    unbound: {
      title: 'What does a device do when nobody binds it?',
      text: {
        a: 'It waits: every 30 seconds or so it asks again and shows and speaks its code. Until then it can’t be woken and doesn’t talk.',
        b: 'Once it is bound it knows within seconds, without a restart.',
        c: 'If its button is pressed, newer firmware goes idle; waking it then speaks the code again.',
      },
    },
    restart: {
      title: 'Why does it say “Restart me”?',
      text: {
        a: 'A device fetches its session token only when it starts. If it was not seen for 30 days (a setting), or the token’s key was revoked, the old one no longer counts and a restart fetches a new one.',
        b: 'From firmware 1.6 on the server restarts it by itself; otherwise cut the power for a moment.',
        c: 'If it says the same again, look whether its OTA address is this server: {ota}',
      },
    },
    offline: {
      title: 'Why is it always offline?',
      text: {
        a: 'A device is connected only while it talks, so being offline is normal. “Last seen” says when it was last there.',
        b: 'It checks for updates only when it starts, so an update waits for its next start.',
        c: 'If “last seen” does not move although the device is in use, it probably talks to another server: look at its OTA address.',
      },
    },
    contested: {
      title: 'What does “MAC contested” mean?',
      text: {
        a: 'Another device came with the same MAC and another Client-Id. That is what erasing the flash leads to; it may also be somebody who pretends.',
        b: 'If you have just re-flashed it, accept it: agent and alias stay. If not, refuse it: it gets nothing.',
        c: '“Bound by somebody else” means that another account took it over with its code. If the device is in your hands, enter its code to take it back.',
      },
    },
    again: {
      title: 'How does a device get a new owner?',
      text: {
        a: 'The present owner unbinds it in the list of devices. When it next starts it shows a code, which the new owner enters.',
        b: 'Unbinding does not cut a running conversation. Alias, tags and chat history are deleted with it.',
        c: 'The owner can’t be reached? After 72 hours of silence (a setting) whoever enters its code takes it over.',
      },
    },
  },
)
