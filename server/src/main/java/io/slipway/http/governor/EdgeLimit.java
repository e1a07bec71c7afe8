package io.slipway.http.governor;

/** What a client was refused, or cut off, for. Each occurrence is counted. */
public enum EdgeLimit {
    CONNECTIONS("连接将满，关闭了空闲的连接", "idle connections closed to make room for others"),
    BACKLOG("连接已满，新连接在系统队列中等待", "times that new connections had to wait"),
    LINGERING("等待设备自己关闭的连接过多，提前关闭了最早的", "connections closed before their device did, to make room"),
    HANDSHAKES("TLS 握手失败、过慢或过多", "TLS handshakes that failed, took too long, or were too many"),
    UNDECODED("未发完的请求头或消息占用过多内存", "unfinished heads or frames that took up too much memory"),
    SLOW_HEAD("请求头或消息迟迟未发完", "heads or frames that took too long"),
    SLOW_BODY("请求体停顿或过慢", "bodies that stalled or were too slow"),
    UNREAD("对方不读取应答", "responses that their client did not read"),
    DEVICE_MEMORY("设备未发完的请求体占用过多内存", "unfinished bodies of devices that took up too much memory"),
    MEMORY("处理中的请求体合计过大", "bodies refused because all together were too large"),
    ADDRESS_MEMORY("同一地址的请求体合计过大", "bodies refused because one address sent too much at once"),
    ACCOUNT_MEMORY("同一账号的请求体合计过大", "bodies refused because one account sent too much at once"),
    TOO_LARGE("请求体超过上限", "bodies larger than allowed"),
    UPLOADS("同时上传的文件过多", "uploads refused because too many were running"),
    ACCOUNT_UPLOADS("同一账号同时上传的文件过多", "uploads refused because the account had too many running"),
    SESSIONS("对话已达上限（session.most）", "sessions refused because there were too many (session.most)"),
    WAITING_SESSIONS(
            "尚未开始的对话过多，最多者失去了最早的",
            "sessions ended before they began because too many were waiting"),
    ACCOUNT_SESSIONS(
            "同一账号的对话已达上限（session.most-per-account）",
            "sessions refused because the account had too many (session.most-per-account)"),
    ACCOUNT_AGENTS(
            "同一账号的智能体已达上限（agent.most-per-account）",
            "agents refused because the account had too many (agent.most-per-account)"),
    ACCOUNT_DEVICES(
            "同一账号一天内绑定的设备已达上限（activation.devices-per-day）",
            "devices refused because the account had bound too many within a day"
                    + " (activation.devices-per-day)"),
    ACCOUNT_BUILDS(
            "同一账号的固件已达上限（firmware.builds-per-account）",
            "builds refused because the account had too many (firmware.builds-per-account)"),
    ACCOUNT_HISTORY(
            "同一账号的聊天记录过多，删除了最早的（history.megabytes-per-account）",
            "times that an account's oldest conversations were deleted because it had too much"
                    + " history (history.megabytes-per-account)"),
    CAPTCHAS("未用的验证码过多，最多者失去了最早的", "unused captchas dropped because there were too many");

    private final String zh;
    private final String en;

    EdgeLimit(String zh, String en) {
        this.zh = zh;
        this.en = en;
    }

    /** What happened, for people. */
    public String text(boolean chinese) {
        return chinese ? zh : en;
    }
}
