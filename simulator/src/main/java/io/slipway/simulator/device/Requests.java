package io.slipway.simulator.device;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Reported;
import io.slipway.simulator.board.Variant;
import io.slipway.simulator.strict.CJson;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A device's requests: headers and bodies of device-contract 1.4, 1.5, 1.6 and 5, byte for byte.
 */
public final class Requests {

    private Requests() {}

    /** The head up to the empty line. */
    static String head(OtaUrl url, String path, List<String> headers, int length) {
        var out = new StringBuilder(400);
        out.append("POST ").append(path).append(" HTTP/1.1\r\n");
        out.append("Host: ").append(url.hostHeader()).append("\r\n");
        headers.forEach(header -> out.append(header).append("\r\n"));
        out.append("Content-Length: ").append(length).append("\r\n");
        return out.append("Connection: close\r\n\r\n").toString();
    }

    /** The request for a firmware file (device-contract 9.2). */
    static String get(OtaUrl url, DeviceProfile device) {
        // Up to 1.7.7, ESP-IDF's own HTTP client makes the request, with its own User-Agent.
        return device.before("1.8.0")
                ? "GET %s HTTP/1.1\r\nUser-Agent: ESP32 HTTP Client/1.0\r\nHost: %s\r\nContent-Length: 0\r\n\r\n"
                        .formatted(url.path(), url.hostHeader())
                : "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                        .formatted(url.path(), url.hostHeader());
    }

    /** Header lines between {@code Host} and {@code Content-Length}, in the order of devices. */
    static List<String> headers(DeviceProfile device, boolean activate) {
        return device.variant() == Variant.PY_XIAOZHI
                ? desktopHeaders(device, activate)
                : firmwareHeaders(device);
    }

    private static List<String> firmwareHeaders(DeviceProfile device) {
        if (device.variant() == Variant.V1_0) {
            return List.of("Content-Type: application/json", "Device-Id: " + device.mac());
        }
        var headers = new ArrayList<String>(8);
        headers.add("Accept-Language: " + device.language());
        if (device.variant() != Variant.V1_5) {
            headers.add("Activation-Version: " + (device.serial().isEmpty() ? "1" : "2"));
        }
        headers.add("Client-Id: " + device.clientId());
        headers.add("Content-Type: application/json");
        headers.add("Device-Id: " + device.mac());
        if (!device.serial().isEmpty()) {
            headers.add("Serial-Number: " + device.serial());
        }
        headers.add("User-Agent: " + device.board() + "/" + device.version());
        return headers;
    }

    // Its HTTP library offers gzip by default; a server that accepts the offer breaks
    // device-contract R5.
    private static List<String> desktopHeaders(DeviceProfile device, boolean activate) {
        var headers = new ArrayList<String>(8);
        headers.add("Activation-Version: " + (activate ? "2" : device.version()));
        headers.add("Device-Id: " + device.mac());
        headers.add("Client-Id: " + device.clientId());
        headers.add("Content-Type: application/json");
        if (!activate) {
            headers.add("User-Agent: bread-compact-wifi/py-xiaozhi-" + device.version());
            headers.add("Accept-Language: " + device.language());
        }
        headers.add("Accept: */*");
        headers.add("Accept-Encoding: gzip, deflate");
        return headers;
    }

    public static byte[] checkIn(DeviceProfile device) {
        return checkIn(device, Reported.by(device.variant()));
    }

    /**
     * @param reported what it reports of its chip, its flash and the running build
     */
    public static byte[] checkIn(DeviceProfile device, Reported reported) {
        String body =
                switch (device.variant()) {
                    case WIFI, SERIAL -> today(device, reported) + wifi(device, "MyWiFi");
                    case ML307 -> today(device, reported) + modem(device);
                    // GBK bytes, a quote and a backslash, none of them escaped.
                    case RAW_SSID ->
                            today(device, reported)
                                    + wifi(device, "Bob's \"home\" \\ \u00c4\u00e3\u00ba\u00c3");
                    case V1_7, V1_6, V1_5 -> old(device, reported);
                    case V1_0 -> oldest(device, reported);
                    case PY_XIAOZHI -> desktop(device);
                };
        return body.getBytes(ISO_8859_1);
    }

    private static String today(DeviceProfile device, Reported reported) {
        return "{\"version\":2,\"language\":\"%s\",\"flash_size\":%d,\"minimum_free_heap_size\":\"8318916\",\"mac_address\":\"%s\",\"uuid\":\"%s\","
                        .formatted(
                                device.language(),
                                reported.flashSize(),
                                device.mac(),
                                device.clientId())
                + reported.chip()
                + reported.application(device.version())
                + reported.table()
                + "\"display\":{\"monochrome\":true,\"width\":128,\"height\":32},";
    }

    private static String wifi(DeviceProfile device, String ssid) {
        return "\"board\":{\"type\":\"%s\",\"name\":\"%s\",\"manufacturer\":\"\",\"ssid\":\"%s\",\"rssi\":-48,\"channel\":6,\"ip\":\"192.168.1.23\",\"mac\":\"%s\"}}"
                .formatted(device.board(), device.board(), ssid, device.mac());
    }

    private static String modem(DeviceProfile device) {
        return "\"board\":{\"type\":\"%s\",\"name\":\"%s\",\"manufacturer\":\"\",\"revision\":\"ML307R-DL-MBRH0S01\",\"carrier\":\"CHINA MOBILE\",\"csq\":\"24\",\"imei\":\"867383058941234\",\"iccid\":\"89860422168070012345\",\"cereg\":{\"stat\":1,\"tac\":\"5006\",\"ci\":\"0B3A12C1\",\"AcT\":7}}}"
                .formatted(device.board(), device.board());
    }

    // Before 1.8.0 the heap is a number; before 2.0.1 there is no display.
    private static String old(DeviceProfile device, Reported reported) {
        return "{\"version\":2,\"language\":\"%s\",\"flash_size\":%d,\"minimum_free_heap_size\":8318916,\"mac_address\":\"%s\",\"uuid\":\"%s\","
                        .formatted(
                                device.language(),
                                reported.flashSize(),
                                device.mac(),
                                device.clientId())
                + reported.chip()
                + reported.application(device.version())
                + reported.table()
                + "\"board\":{\"type\":\"%s\",\"name\":\"%s\",\"ssid\":\"MyWiFi\",\"rssi\":-48,\"channel\":6,\"ip\":\"192.168.1.25\",\"mac\":\"%s\"}}"
                        .formatted(device.board(), device.board(), device.mac());
    }

    private static String oldest(DeviceProfile device, Reported reported) {
        return "{\"flash_size\":%d,\"minimum_free_heap_size\":8318916,\"mac_address\":\"%s\","
                        .formatted(reported.flashSize(), device.mac())
                + reported.chip()
                + reported.application(device.version())
                + reported.table()
                + "\"board\":{\"type\":\"%s\",\"ssid\":\"MyWiFi\",\"rssi\":-48,\"channel\":6,\"ip\":\"192.168.1.24\",\"mac\":\"%s\"}}"
                        .formatted(device.board(), device.mac());
    }

    // Its elf_sha256 really is its HMAC key.
    private static String desktop(DeviceProfile device) {
        return "{\"application\":{\"version\":\"%s\",\"elf_sha256\":\"%s\"},\"board\":{\"type\":\"bread-compact-wifi\",\"name\":\"%s\",\"ip\":\"192.168.1.30\",\"mac\":\"%s\"}}"
                .formatted(device.version(), device.hmacKey(), device.board(), device.mac());
    }

    static byte[] activate(DeviceProfile device, String challenge) {
        if (device.serial().isEmpty()) {
            return "{}".getBytes(UTF_8);
        }
        String proof =
                "{\"algorithm\":\"hmac-sha256\",\"serial_number\":%s,\"challenge\":%s,\"hmac\":\"%s\"}"
                        .formatted(
                                CJson.quote(device.serial()),
                                CJson.quote(challenge),
                                hmac(device, challenge));
        boolean wrapped = device.variant() == Variant.PY_XIAOZHI;
        return (wrapped ? "{\"Payload\":" + proof + "}" : proof).getBytes(UTF_8);
    }

    static String hmac(DeviceProfile device, String challenge) {
        byte[] key =
                device.variant() == Variant.PY_XIAOZHI
                        ? device.hmacKey().getBytes(UTF_8)
                        : HexFormat.of().parseHex(device.hmacKey());
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(challenge.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
