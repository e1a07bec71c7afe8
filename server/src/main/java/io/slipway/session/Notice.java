package io.slipway.session;

import java.util.Locale;

/** A spoken message of the server itself: why a device can't talk, or why a conversation ended. */
public enum Notice {
    /** The device is not bound; its code is spelled out. */
    UNBOUND("未绑定", "Not bound", "neutral"),
    /** The device is not bound, and there are too many codes to issue another one. */
    UNBOUND_NO_CODE("未绑定", "Not bound", "sleepy"),
    NO_AGENT("未选智能体", "No agent", "confused"),
    /** The account that owns the device is disabled. */
    DISABLED("账号已停用", "Disabled", "sad"),
    /** The device has not been seen for longer than the keep-alive period. */
    EXPIRED("请重启设备", "Restart me", "sleepy"),
    /** Its token was signed with a key that has been revoked. */
    REVOKED("请重启设备", "Restart me", "surprised"),
    /** The server can't access its database at the moment. */
    TRY_LATER("请稍后再试", "Try later", "embarrassed"),
    BACKEND_UNREACHABLE("连接失败", "No service", "sad"),
    BACKEND_LOST("连接断开", "Disconnected", "sad"),
    /** A person ended the session in the console. */
    ENDED("对话已结束", "Ended", "neutral"),
    SHUTTING_DOWN("服务器重启", "Restarting", "sleepy");

    private final String zh;
    private final String en;
    private final String emotion;

    // At most twelve characters: shown large, also on screens of 128 pixels. The emotions are among
    // the 21 for which firmware has pictures.
    Notice(String zh, String en, String emotion) {
        this.zh = zh;
        this.en = en;
        this.emotion = emotion;
    }

    String status(boolean chinese) {
        return chinese ? zh : en;
    }

    String emotion() {
        return emotion;
    }

    /** Whether a restart helps the device (decisions D4, D5, D6). */
    boolean reboots() {
        return switch (this) {
            case UNBOUND, EXPIRED, REVOKED -> true;
            case UNBOUND_NO_CODE,
                    NO_AGENT,
                    DISABLED,
                    TRY_LATER,
                    BACKEND_UNREACHABLE,
                    BACKEND_LOST,
                    ENDED,
                    SHUTTING_DOWN ->
                    false;
        };
    }

    /** The key of its sentence and its sound. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
