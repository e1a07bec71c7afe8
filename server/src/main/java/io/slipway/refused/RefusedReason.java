package io.slipway.refused;

import com.fasterxml.jackson.annotation.JsonValue;

/** Why a call was refused, and what its owner can do. */
public enum RefusedReason {
    NO_MAC("Device-Id 缺失，或不是 MAC 地址", "Device-Id is missing or not a MAC address"),
    NO_IDENTITY(
            "Device-Id 是 00:00:00:00:00:00 或 ff:ff:ff:ff:ff:ff，又没有 Client-Id，无法辨认",
            "Device-Id is 00:00:00:00:00:00 or ff:ff:ff:ff:ff:ff and there is no Client-Id: the"
                    + " device can't be identified"),
    OTHER_MAC("请求体里的 mac_address 和 Device-Id 不同", "mac_address in the body differs from Device-Id"),
    UNREADABLE("请求体里读不出板型和版本", "Neither board nor version can be read from the body"),
    STRICT(
            "不符合协议表的要求（已打开 ota.strict）",
            "The request does not meet the table of the protocol (ota.strict is on)"),
    WRONG_PROOF("序列号、challenge 或 HMAC 不对", "Wrong serial number, challenge or HMAC"),
    NEW_CLIENT_ID(
            "每次检查都换一个新的 Client-Id，因此每次都是一台新设备：请让客户端把它保存下来",
            "The client sends a new Client-Id at every check, so each time it is a new device:"
                    + " make it store its Client-Id"),
    NO_TOKEN("没有令牌（Authorization）", "No token (Authorization)"),
    FOREIGN_TOKEN(
            "令牌不是本服务器签发的，例如固件里写死的 test-token",
            "The token was not issued by this server; it may be built into the firmware, such as"
                    + " test-token"),
    OTHER_CLIENT_ID(
            "令牌是这个 MAC 的设备的，但 Client-Id 是另一个：请用检查更新时的那个 Client-Id",
            "The token belongs to a device with this MAC but another Client-Id: use the Client-Id"
                    + " of the check-in"),
    OTHERS_TOKEN(
            "令牌是本服务器签发的，但不属于这个 MAC 和 Client-Id：请让设备重新检查更新",
            "The token was issued by this server, but for another MAC and Client-Id: let the"
                    + " device check in again"),
    TOO_MANY_SESSIONS(
            "这个账号在本节点同时进行的对话已达上限（session.most-per-account）：结束一些对话，或请管理员调高",
            "This account has as many conversations on this node as it may"
                    + " (session.most-per-account): end some, or ask an administrator for more");

    private final String zh;
    private final String en;

    RefusedReason(String zh, String en) {
        this.zh = zh;
        this.en = en;
    }

    /** The name in the API. */
    @JsonValue
    String wire() {
        return DeviceEndpoint.wire(this);
    }

    /** For people. */
    public String in(boolean chinese) {
        return chinese ? zh : en;
    }
}
