package io.slipway.simulator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What a device sends: headers of contract 1.4, bodies of 1.5, 1.6 and 5, byte for byte. */
final class Requests {

    private static final String ELF =
            "c8a8ecb6d6fbcda682494d9675cd1ead240ecf38bdde75282a42365a0e396033";
    private static final String CHIP =
            "\"chip_model_name\":\"esp32s3\",\"chip_info\":{\"model\":9,\"cores\":2,\"revision\":2,"
                    + "\"features\":18},";
    private static final String TABLE =
            "\"partition_table\": [{\"label\":\"nvs\",\"type\":1,\"subtype\":2,\"address\":36864,"
                    + "\"size\":16384},{\"label\":\"otadata\",\"type\":1,\"subtype\":0,"
                    + "\"address\":53248,\"size\":8192},{\"label\":\"phy_init\",\"type\":1,"
                    + "\"subtype\":1,\"address\":61440,\"size\":4096},{\"label\":\"ota_0\","
                    + "\"type\":0,\"subtype\":16,\"address\":131072,\"size\":4128768},"
                    + "{\"label\":\"ota_1\",\"type\":0,\"subtype\":17,\"address\":4259840,"
                    + "\"size\":4128768},{\"label\":\"assets\",\"type\":1,\"subtype\":130,"
                    + "\"address\":8388608,\"size\":8388608}],\"ota\":{\"label\":\"ota_0\"},";
    private static final String FACTORY_TABLE =
            "\"partition_table\": [{\"label\":\"nvs\",\"type\":1,\"subtype\":2,\"address\":36864,"
                    + "\"size\":16384},{\"label\":\"factory\",\"type\":0,\"subtype\":0,"
                    + "\"address\":65536,\"size\":4128768}],\"ota\":{\"label\":\"factory\"},";

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

    /** Header lines between {@code Host} and {@code Content-Length}, sorted as devices do. */
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

    // Its HTTP library offers gzip by itself; a server that takes the offer breaks R5.
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

    static byte[] checkIn(DeviceProfile device) {
        String body =
                switch (device.variant()) {
                    case WIFI, SERIAL -> today(device) + wifi(device, "MyWiFi");
                    case ML307 -> today(device) + modem(device);
                    // GBK bytes, a quote and a backslash, none of them escaped.
                    case RAW_SSID ->
                            today(device)
                                    + wifi(device, "Bob's \"home\" \\ \u00c4\u00e3\u00ba\u00c3");
                    case V1_7, V1_5 -> old(device);
                    case V1_0 -> oldest(device);
                    case PY_XIAOZHI -> desktop(device);
                };
        return body.getBytes(ISO_8859_1);
    }

    private static String application(DeviceProfile device, String compiled, String idf) {
        return "\"application\":{\"name\":\"xiaozhi\",\"version\":\"%s\",\"compile_time\":\"%s\",\"idf_version\":\"%s\",\"elf_sha256\":\"%s\"},"
                .formatted(device.version(), compiled, idf, ELF);
    }

    private static String today(DeviceProfile device) {
        return "{\"version\":2,\"language\":\"%s\",\"flash_size\":16777216,\"minimum_free_heap_size\":\"8318916\",\"mac_address\":\"%s\",\"uuid\":\"%s\","
                        .formatted(device.language(), device.mac(), device.clientId())
                + CHIP
                + application(device, "Aug  6 2026T12:34:56Z", "v6.0.1")
                + TABLE
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
    private static String old(DeviceProfile device) {
        return "{\"version\":2,\"language\":\"%s\",\"flash_size\":16777216,\"minimum_free_heap_size\":8318916,\"mac_address\":\"%s\",\"uuid\":\"%s\","
                        .formatted(device.language(), device.mac(), device.clientId())
                + CHIP
                + application(device, "Mar 30 2025T10:00:00Z", "v5.3.2")
                + TABLE
                + "\"board\":{\"type\":\"%s\",\"name\":\"%s\",\"ssid\":\"MyWiFi\",\"rssi\":-48,\"channel\":6,\"ip\":\"192.168.1.25\",\"mac\":\"%s\"}}"
                        .formatted(device.board(), device.board(), device.mac());
    }

    private static String oldest(DeviceProfile device) {
        return "{\"flash_size\":16777216,\"minimum_free_heap_size\":8318916,\"mac_address\":\"%s\","
                        .formatted(device.mac())
                + CHIP
                + application(device, "Jan 20 2025T10:00:00Z", "v5.3.2")
                        .replace(ELF, "1".repeat(64))
                + FACTORY_TABLE
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
