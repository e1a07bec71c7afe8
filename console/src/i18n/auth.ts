import { texts } from './texts'

export default texts(
  {
    signIn: '登录',
    signUp: '注册',
    username: '用户名',
    usernameRule: '1 到 64 个字符：文字、数字和 . _ - {at} +',
    password: '密码',
    passwordRule: '{min} 到 {max} 个字符，什么字符都可以；不能是用户名，也不能太常见。几个不相干的词连起来就很好。',
    required: '必填',
    noAccount: '还没有账号？',
    haveAccount: '已有账号？',
    noCookie: '浏览器没有保存登录状态：请允许本站使用 Cookie，然后重试。',
    captcha: {
      label: '验证码',
      help: '输入图中的字符，不分大小写。',
      alt: '验证码图片，含 5 个字母或数字。看不清可以换一张。',
      renew: '换一张图片',
      failed: '图片没有加载出来，请换一张。',
    },
    setupCode: {
      label: '安装码',
      help: '在服务器启动时打印的链接里：打开那个链接就会自动填好。只有首个账号需要，用来确认注册的人就是部署的人。',
    },
    first: {
      title: '您是第一位用户，将成为管理员',
      text: '这台服务器还没有账号。第一个账号是管理员：可以管理所有用户、设备和固件。',
    },
    totp: {
      label: '两步验证码',
      help: '身份验证 App 里的 6 位数字；手机不在手边，就输入一个恢复码。',
    },
    made: '注册成功',
    madeNoCookie: '账号已建好，但浏览器没有保存登录状态：请允许本站使用 Cookie，然后登录。',
    welcome: {
      title: '欢迎，{name}。您是这台服务器的管理员',
      text: '您可以管理所有用户、设备、固件和升级任务。用户和角色在“设置”里。',
      go: '进入控制台',
    },
    closed: {
      short: '本服务器不开放注册，需要账号请联系管理员。',
      title: '注册已关闭',
      text: '请联系管理员为您建一个账号；管理员在“设置 → 用户”里建立。',
    },
    forgot: {
      title: '忘记密码？',
      text: '请管理员在“设置 → 用户”里为您重设密码。',
      admin: '管理员自己忘了密码，就在服务器上运行：',
      command: './slipway reset-password NAME',
    },
  },
  {
    signIn: 'Sign in',
    signUp: 'Sign up',
    username: 'Username',
    usernameRule: '1 to 64 characters: letters, digits and . _ - {at} +',
    password: 'Password',
    passwordRule: '{min} to {max} characters of any kind; not your username, and not a common password. A few unrelated words are a good one.',
    required: 'Required',
    noAccount: 'No account yet?',
    haveAccount: 'Have an account?',
    noCookie: 'The browser did not store the sign-in: allow cookies for this site and try again.',
    captcha: {
      label: 'Characters in the image',
      help: 'Upper or lower case does not matter.',
      alt: 'An image of 5 letters or digits. Ask for another one if you can’t read it.',
      renew: 'Another image',
      failed: 'The image could not be loaded: try another one.',
    },
    setupCode: {
      label: 'Setup code',
      help: 'It is in the link that the server printed at startup: open that link, and it is filled in. Only the first account needs it, to prove that the person who registers also installed the server.',
    },
    first: {
      title: 'You are the first user and will be the administrator',
      text: 'This server has no accounts yet. The first one is the administrator’s: it manages all users, devices and firmware.',
    },
    totp: {
      label: 'Code of the second step',
      help: 'The six digits in your authenticator app, or one of your recovery codes.',
    },
    made: 'Account created',
    madeNoCookie: 'Your account is ready, but the browser did not store the sign-in: allow cookies for this site, then sign in.',
    welcome: {
      title: 'Welcome, {name}: you are this server’s administrator',
      text: 'You manage all users, devices, firmware and rollouts. Users and roles are in the settings.',
      go: 'Go to the console',
    },
    closed: {
      short: 'Registration is closed here: ask an administrator for an account.',
      title: 'Registration is closed',
      text: 'Ask an administrator to create an account for you, under Settings → Users.',
    },
    forgot: {
      title: 'Forgot your password?',
      text: 'Ask an administrator to reset it, under Settings → Users.',
      admin: 'An administrator who is locked out can run on the server:',
      command: './slipway reset-password NAME',
    },
  },
)
