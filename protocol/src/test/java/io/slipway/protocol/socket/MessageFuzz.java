package io.slipway.protocol.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Text messages of a session, of devices and of backends, and their MCP payloads. */
public final class MessageFuzz {

    private MessageFuzz() {}

    /** Reads one message as each side would; what passes must be understood by firmware. */
    public static void fuzzerTestOneInput(byte[] message) {
        String text = new String(message, UTF_8);
        SocketRandomTest.check(text, "fuzz");
        assertThat(DeviceMessage.read(text)).isEqualTo(DeviceMessage.read(text));
        assertThat(ServerMessage.fromBackend(text)).isEqualTo(ServerMessage.fromBackend(text));
        McpMessages.reply(text)
                .ifPresent(reply ->
                        assertThat(reply.result() == null).isNotEqualTo(reply.error() == null));
    }
}
