package io.slipway.account;

import io.slipway.http.Problem;
import io.slipway.http.RouteScope;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What an API key may do, at most; never more than its account. */
enum KeyScope {
    READ("只读", "read only"),
    DEVICES("设备", "devices"),
    FIRMWARE("固件", "firmware"),
    ALL("全部", "everything");

    private final String zh;
    private final String en;

    KeyScope(String zh, String en) {
        this.zh = zh;
        this.en = en;
    }

    /** As stored and in the API. */
    String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws Problem 400 for an unknown one, naming the field
     */
    static KeyScope named(String code) {
        for (KeyScope scope : values()) {
            if (scope.code().equals(code)) {
                return scope;
            }
        }
        String all = Arrays.stream(values()).map(KeyScope::code).collect(Collectors.joining(", "));
        throw Problem.field("scope", "应为 " + all + " 之一", "must be one of " + all);
    }

    /**
     * Checks that a key with this scope may call such a route.
     *
     * @throws Problem 403 that names the missing scope
     */
    void require(RouteScope needed) {
        switch (needed) {
            case OPEN, READ -> {}
            case DEVICES -> require(DEVICES);
            case FIRMWARE -> require(FIRMWARE);
            case ALL -> require(ALL);
            // A leaked key must not be able to lock its owner out or outlive its own revocation.
            case LOGIN ->
                    throw new Problem(
                            403, "API 密钥不能执行此操作，请登录", "Not possible with an API key: log in");
        }
    }

    private void require(KeyScope needed) {
        if (this == ALL || this == needed) {
            return;
        }
        String zhNeeded = needed == ALL ? "“全部”" : "“" + needed.zh + "”或“全部”";
        String enNeeded = needed == ALL ? "“everything”" : "“" + needed.en + "” or “everything”";
        throw new Problem(
                403,
                "此 API 密钥的权限范围是“" + zh + "”，此操作需要" + zhNeeded,
                "The scope of this API key is “" + en + "”; this call needs " + enNeeded,
                Map.of("scope", needed.code()));
    }
}
