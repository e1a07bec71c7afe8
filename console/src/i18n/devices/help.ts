import { texts } from '../texts'

/** Answers to common problems. */
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
    update: {
      title: '怎样升级固件',
      text: {
        a: '在“固件”页上传编译好的应用固件，填写适用的板型；再到“升级任务”新建任务，选好固件，先看会到达哪些设备。',
        b: '先给少数设备（或指定的金丝雀）试，达标以后自动扩大到更多设备；一旦有设备升级后退回，任务会自己停下来，等您决定。',
        c: '设备只在开机时检查更新：重启设备，它会显示正在升级，下载、重启，然后运行新固件，通常只要一两分钟。',
        d: '每次都要用更高的版本号：设备只比较版本号里的数字，不比现在高的会忽略。',
      },
    },
    ready: {
      title: '升级时要注意什么',
      text: {
        a: '网络要稳定：下载不能断点续传，中途断开不会损坏设备，但下次开机要从头再来。Wi-Fi 信号弱的设备请挪近一些。',
        b: '电量要充足：带电池的设备先充电或插上电源，升级过程中不要关机。万一断电，旧固件还在，照常启动。',
        c: '升级后几分钟内别重启：新固件第一次连上服务器之前处于试运行，这时重启会退回旧固件。',
        d: '4 MB 闪存的板子只放得下一个程序，不能这样升级，只能线刷；分区表与固件不符（v1 和 v2）的设备也一样。',
      },
    },
    waits: {
      title: '为什么还没有升级',
      text: {
        a: '打开设备页面的“升级记录”，或“升级任务”里的“为什么没收到升级”：里面写明设备现在会得到什么、为什么。',
        b: '最常见的原因是设备一直没有重启。刚绑定、刚换过固件的设备，要等十分钟再重启。',
        c: '其他原因：还没轮到它（不在当前阶段的比例内）、关闭了自动升级、固件不适用于它的板型或芯片、现有版本并不更低、任务已暂停或只在固定时段推送。',
      },
    },
    failed: {
      title: '升级失败了怎么办',
      text: {
        a: '设备会继续用原来的固件：新固件写在另一个分区，先校验，再试运行，不行就退回。',
        b: '过一段时间会自动再试，先是十分钟，以后每次更久。安装失败两次或下载失败五次以后，就不再给这台设备推送这个固件；查明原因后，在“升级任务”的“设备隔离”里解除。',
        c: '想让设备回到以前的版本，在任务页面点“回退”。1.6.0 之前的固件只接受更高的版本号，请把旧代码用更高的版本号重新编译。',
      },
    },
    again: {
      title: '怎样换主人或重新绑定',
      text: {
        a: '现在的主人先在设备列表里解绑。设备下次开机会重新显示激活码，新主人输入即可。',
        b: '解绑不会打断正在进行的对话。备注和标签会随解绑删除；聊天记录留在原账号里，到期前可以查看和删除，新主人看不到。',
        c: '原主人没有解绑、又联系不上？擦除设备的闪存再刷机：它就成了一台新设备，会显示新的激活码。',
        d: '重新刷机后身份变了，在同一个账号里输入新的激活码即可：智能体、备注、标签和记录都会保留。旧固件（1.2.1 之前）升级后第一次也是这样。',
      },
    },
  },
  {
    title: 'Help',
    lead: 'If it doesn’t connect, can’t be heard or can’t be found.',
    connect: {
      title: 'How does a device get here?',
      text: {
        a: 'A device that starts for the first time opens a hotspot with a name like Xiaozhi-XXXX. Join it with a phone, open http://192.168.4.1 and choose a 2.4 GHz Wi-Fi.',
        b: 'On the same page, under “advanced”, set the OTA address to: {ota}',
        c: 'Save. The device restarts, reaches the server, then shows and speaks its code. Boards with 4G need no Wi-Fi and show the code at once.',
      },
    },
    code: {
      title: 'Where is my code?',
      text: {
        a: 'An unbound device shows its code on the screen and speaks it: usually six digits; leading zeros count.',
        b: 'It repeats the code about every 30 seconds. Wait for that, or restart the device.',
        c: 'The code is valid as long as the device waits; it expires 10 minutes after the device has stopped, and a restart gives a new one.',
        d: 'No screen and hard to hear? If the device is listed below, it did reach the server and only the code is missing.',
      },
    },
    mac: {
      title: 'Where is my MAC?',
      text: {
        a: 'On most devices it is printed on the case, the box or the metal lid of the module: 12 hex digits such as d4:06:06:b6:a9:fa.',
        b: 'A router’s list of connected devices shows it. The setup hotspot’s name ends with the MAC’s last four digits, or a number one higher.',
        c: 'The boot log on USB shows it, and so does esptool read_mac.',
        d: 'A MAC is public, and knowing it gives no control: a device’s secret is the Client-Id that it generated itself.',
      },
    },
    unbound: {
      title: 'What does a device do if nobody binds it?',
      text: {
        a: 'It waits: about every 30 seconds it asks again, and shows and speaks its code. Until it is bound, it can’t be woken and doesn’t talk.',
        b: 'Once it is bound it notices within seconds, without a restart.',
        c: 'If its button is pressed, newer firmware goes idle; waking it then speaks the code again.',
      },
    },
    restart: {
      title: 'Why does it say “Restart me”?',
      text: {
        a: 'A device gets its session token only when it starts. If it was not seen for 30 days (a setting), or the token’s key was revoked, the old one is no longer valid and a restart gets a new one.',
        b: 'From firmware 1.6 on the server restarts it automatically; otherwise disconnect the power for a moment.',
        c: 'If it says the same again, check that its OTA address is this server: {ota}',
      },
    },
    offline: {
      title: 'Why is it always offline?',
      text: {
        a: 'A device is connected only while it talks, so being offline is normal. “Last seen” shows when it was last active.',
        b: 'It checks for updates only when it starts, so an update waits for its next start.',
        c: 'If “last seen” does not change although the device is in use, it probably talks to another server: check its OTA address.',
      },
    },
    update: {
      title: 'How is firmware updated?',
      text: {
        a: 'Upload the application’s image under Firmware and enter the boards it is for. Then create a rollout, choose the build, and see which devices it would reach.',
        b: 'A few devices, or canaries that you name, come first; if they do well, more follow automatically. If a device rolls back after its update, the rollout stops by itself and waits for your decision.',
        c: 'Devices check for updates only when they start: restart one, and it shows that it is updating, downloads, restarts and runs the new build, usually within a minute or two.',
        d: 'Give every build a higher version: devices compare the numbers in it and ignore anything that is not higher.',
      },
    },
    ready: {
      title: 'What should I watch for during an update?',
      text: {
        a: 'A stable network: a download can’t be resumed. An interrupted one does no harm, but starts over at the next start. Move a device with weak Wi-Fi closer.',
        b: 'Enough power: charge a battery device or plug it in, and don’t switch it off while it updates. If it loses power nevertheless, the old firmware is still there and runs again.',
        c: 'Don’t restart it in the first minutes afterwards: the new build is on trial until it has reached the server once, and an earlier restart takes the device back to the old one.',
        d: 'Boards with 4 MB of flash have room for only one program and need a cable, and so do devices whose partition table (v1 or v2) differs from the build’s.',
      },
    },
    waits: {
      title: 'Why has my device not been updated yet?',
      text: {
        a: 'The device’s page, under Updates, or “Why no update?” under Rollouts shows what the device would get now, and why.',
        b: 'Most often it has not restarted. One that was just bound, or just changed its firmware, needs ten minutes and then a restart.',
        c: 'Otherwise: its turn has not come (it is not in the stage’s share), its automatic updates are off, the build is not for its board or chip, its version is not lower, or the rollout is paused or runs only at certain hours.',
      },
    },
    failed: {
      title: 'What if an update fails?',
      text: {
        a: 'The device continues with its old firmware: the new build is written to another slot, verified and started on trial, and discarded if it doesn’t work.',
        b: 'It is retried automatically, after ten minutes at first and later each time. After two failed installations or five failed downloads this device is no longer offered the build; find out why, then clear it under Rollouts, “Devices in quarantine”.',
        c: 'To go back to a previous version choose “Turn back” on the rollout’s page. Firmware before 1.6.0 accepts only higher versions: build the old code with one.',
      },
    },
    again: {
      title: 'How does a device get a new owner?',
      text: {
        a: 'The current owner unbinds it in the list of devices. When it next starts it shows a code, which the new owner enters.',
        b: 'Unbinding does not cut off a running conversation. Alias and tags are deleted with it; chat history stays in the previous account, can be read and deleted there until it expires, and is never visible to the new owner.',
        c: 'The previous owner did not unbind it and can’t be reached? Erase the device’s flash and flash it again: it is then a new device with a new code.',
        d: 'A re-flashed device has a new identity: enter its new code in the same account, and agent, alias, tags and history stay. Firmware before 1.2.1 does the same once, after its update.',
      },
    },
  },
)
