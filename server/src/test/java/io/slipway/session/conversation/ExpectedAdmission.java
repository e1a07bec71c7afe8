package io.slipway.session.conversation;

/** The expected admission of a session, and what a device is told (decisions D4, D5, D6). */
enum ExpectedAdmission {
    TALKS("", "", false),
    UNBOUND("未绑定", "Not bound", true),
    NO_AGENT("未选智能体", "No agent", false),
    DISABLED("账号已停用", "Disabled", false),
    EXPIRED("请重启设备", "Restart me", true),
    REVOKED("请重启设备", "Restart me", true),
    UNREACHABLE("连接失败", "No service", false),
    LOST("连接断开", "Disconnected", false),
    ENDED("对话已结束", "Ended", false);

    private final String zh;
    private final String en;
    private final boolean restarts;

    ExpectedAdmission(String zh, String en, boolean restarts) {
        this.zh = zh;
        this.en = en;
        this.restarts = restarts;
    }

    /** The large text on a device's screen. */
    String status(boolean chinese) {
        return chinese ? zh : en;
    }

    /** Whether the device is restarted afterwards, which it is only where that helps. */
    boolean restarts() {
        return restarts;
    }
}
