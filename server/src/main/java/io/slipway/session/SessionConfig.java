package io.slipway.session;

import io.slipway.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * @param rebootRefused whether a refused device is restarted, where that helps
 * @param idle a session in which the server sends nothing for this long ends; below 120 s, when a
 *     device considers its channel dead
 * @param longest maximum duration of a session
 * @param keepAlive a device that was not seen for this long must check in before it may talk
 * @param write a peer that accepts no data for this long is dead
 * @param most sessions on this node; others are told to try later
 * @param mostPerAccount of them, for an account that is not an administrator's; 0 for four fifths,
 *     which {@link #within} resolves
 * @param buffer bytes that wait in one direction of a session before its source is slowed down: a
 *     quarter of {@code session.buffer}
 * @param voiceFolder sentences and recordings of whoever runs the server; null for none
 */
public record SessionConfig(
        boolean rebootRefused,
        Duration idle,
        Duration longest,
        Duration keepAlive,
        Duration write,
        int most,
        int mostPerAccount,
        int buffer,
        @Nullable Path voiceFolder) {

    /**
     * The same with fewer sessions, so that some of {@code connections} remain for check-ins;
     * {@link #mostPerAccount} is then at least 1.
     */
    SessionConfig within(int connections) {
        int affordable = Math.min(most, Math.max(1, connections * 9 / 10));
        return new SessionConfig(
                rebootRefused,
                idle,
                longest,
                keepAlive,
                write,
                affordable,
                mostPerAccount == 0
                        ? Math.max(1, affordable * 4 / 5)
                        : Math.min(mostPerAccount, affordable),
                buffer,
                voiceFolder);
    }

    /**
     * Reads them; errors are reported to {@code s}.
     *
     * @param buffer see above
     */
    public static SessionConfig read(Settings s, int buffer) {
        boolean reboot =
                s.onOff(
                        "session.reboot-refused",
                        true,
                        "on",
                        "off",
                        "拒绝会话时，若重启有用，则让设备重启",
                        "whether to restart a device whose session is refused, if that helps");
        Duration idle =
                s.duration(
                        "session.idle-timeout",
                        "100 s",
                        "服务器多久没有向设备发送数据就结束会话；须小于 120 s",
                        "time without data to the device after which a session ends; below 120 s");
        if (idle.compareTo(Duration.ofSeconds(115)) > 0 || idle.toSeconds() < 1) {
            s.problem("session.idle-timeout", idle.toSeconds() + " s", "1 s to 115 s");
        }
        int most =
                s.number(
                        "session.most",
                        25_000,
                        10,
                        1_000_000,
                        "本节点的会话上限；最多为连接数上限的九成",
                        "maximum number of sessions on this node; at most nine tenths of the"
                                + " connections");
        int each =
                s.number(
                        "session.most-per-account",
                        0,
                        0,
                        1_000_000,
                        "每个普通账号在本节点的会话上限；0 为 session.most 的五分之四",
                        "maximum number of sessions of one account on this node, except"
                                + " administrators; 0 for four fifths of session.most");
        String voice =
                s.text(
                        "session.voice-dir",
                        "",
                        "设备提示语的自备文字与录音所在的目录；为空则用自带的",
                        "folder with sentences and recordings of your own for what devices show and"
                                + " speak; empty for the shipped ones");
        var config =
                new SessionConfig(
                        reboot,
                        idle,
                        s.duration(
                                "session.longest",
                                "4 h",
                                "一次会话的最长时间",
                                "maximum duration of a session"),
                        s.duration(
                                "session.keep-alive",
                                "30 d",
                                "设备多久没有出现就必须重启后才能对话",
                                "time without being seen after which a device must restart before it can"
                                        + " talk"),
                        s.duration(
                                "session.write-timeout",
                                "20 s",
                                "对方多久不接收数据就断开",
                                "time without accepting data after which a peer is disconnected"),
                        most,
                        each,
                        buffer,
                        voice.isEmpty() ? null : Path.of(voice));
        s.whileRunning(
                "session.reboot-refused",
                "session.idle-timeout",
                "session.longest",
                "session.keep-alive",
                "session.write-timeout",
                "session.most",
                "session.most-per-account");
        return config;
    }
}
