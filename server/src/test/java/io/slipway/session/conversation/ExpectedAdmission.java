package io.slipway.session.conversation;

import java.util.List;

/** The expected admission of a session, and what a device is told (decisions D4, D5, D6). */
enum ExpectedAdmission {
    TALKS("", "", "", false),
    UNBOUND("未绑定", "Not bound", "Unverbunden", true),
    NO_AGENT("未选智能体", "No agent", "Ohne Agent", false),
    DISABLED("账号已停用", "Disabled", "Gesperrt", false),
    EXPIRED("请重启设备", "Restart me", "Neu starten", true),
    REVOKED("请重启设备", "Restart me", "Neu starten", true),
    UNREACHABLE("连接失败", "No service", "Kein Dienst", false),
    LOST("连接断开", "Disconnected", "Getrennt", false),
    ENDED("对话已结束", "Ended", "Beendet", false);

    private final String zh;
    private final String en;
    private final String de;
    private final boolean restarts;

    ExpectedAdmission(String zh, String en, String de, boolean restarts) {
        this.zh = zh;
        this.en = en;
        this.de = de;
        this.restarts = restarts;
    }

    /** The large text on the screen of a device in a language. */
    String status(String language) {
        return switch (language) {
            case "zh-CN" -> zh;
            case "de-DE" -> de;
            default -> en;
        };
    }

    /** What it may be while the language is not known. */
    List<String> statuses() {
        return List.of(zh, en, de);
    }

    /** Whether the device is restarted afterwards, which it is only where that helps. */
    boolean restarts() {
        return restarts;
    }
}
