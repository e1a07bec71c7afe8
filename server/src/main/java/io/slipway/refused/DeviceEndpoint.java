package io.slipway.refused;

import com.fasterxml.jackson.annotation.JsonValue;
import io.slipway.http.schema.Described;
import java.util.Locale;

/** Where a device calls. */
@Described("检查更新、激活查询、语音连接 · check-in, activate poll, voice session")
public enum DeviceEndpoint {
    CHECK_IN,
    ACTIVATE,
    SOCKET;

    /** The name in the API. */
    @JsonValue
    String wire() {
        return wire(this);
    }

    /** How the API writes what was refused: {@code check-in} for {@code CHECK_IN}. */
    static String wire(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
