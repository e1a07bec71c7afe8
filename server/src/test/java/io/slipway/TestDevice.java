package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A device with the smallest body and any headers.
 *
 * @param clientId empty to send none
 * @param language empty to send none
 * @param serial empty to send none
 * @param address the client address reported by a proxy; empty to send none
 */
public record TestDevice(
        TestServer server,
        String mac,
        String clientId,
        String version,
        String serial,
        String language,
        String address) {

    public TestDevice(
            TestServer server,
            String mac,
            String clientId,
            String version,
            String serial,
            String language) {
        this(server, mac, clientId, version, serial, language, "");
    }

    public static TestDevice of(TestServer server, int index) {
        String tail = String.format("%06x", index);
        String mac = "d4:06:06:" + tail.replaceAll("(..)(?=.)", "$1:");
        String uuid = String.format("7b94d69a-9808-4c59-9c9b-%012x", index);
        return new TestDevice(server, mac, uuid, "2.4.2", "", "");
    }

    public TestDevice withClientId(String other) {
        return new TestDevice(server, mac, other, version, serial, language, address);
    }

    public TestDevice withVersion(String other) {
        return new TestDevice(server, mac, clientId, other, serial, language, address);
    }

    public TestDevice withSerial(String other) {
        return new TestDevice(server, mac, clientId, version, other, language, address);
    }

    public TestDevice withLanguage(String other) {
        return new TestDevice(server, mac, clientId, version, serial, other, address);
    }

    public TestDevice at(TestServer other) {
        return new TestDevice(other, mac, clientId, version, serial, language, address);
    }

    /** The same behind a proxy, which the server must trust. */
    public TestDevice from(String other) {
        return new TestDevice(server, mac, clientId, version, serial, language, other);
    }

    /** The answer to an OTA check, which must be 200. */
    public JsonNode checkIn() {
        var response = tryCheckIn();
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Person.json(response);
    }

    public HttpResponse<String> tryCheckIn() {
        String body =
                "{\"mac_address\":\""
                        + mac
                        + "\",\"chip_model_name\":\"esp32s3\",\"application\":{\"version\":\""
                        + version
                        + "\",\"elf_sha256\":\"c8a8\"},\"ota\":{\"label\":\"ota_0\"},"
                        + "\"board\":{\"type\":\"bread-compact-wifi\",\"name\":\"bread-compact-wifi\"}}";
        return server.call("POST", "/v1/ota/", body.getBytes(StandardCharsets.UTF_8), headers());
    }

    /** The code that the device would show; empty if it is bound. */
    public String code() {
        return checkIn().at("/activation/code").asText("");
    }

    public boolean bound() {
        return !checkIn().has("activation");
    }

    /** The status of an activation poll. */
    public int poll(String body) {
        return server.call(
                        "POST",
                        "/v1/ota/activate",
                        body.getBytes(StandardCharsets.UTF_8),
                        headers())
                .statusCode();
    }

    public int poll() {
        return poll("{}");
    }

    private String[] headers() {
        List<String> headers =
                new ArrayList<>(List.of("Device-Id", mac, "Activation-Version", "1"));
        if (!clientId.isEmpty()) {
            headers.addAll(List.of("Client-Id", clientId));
        }
        if (!serial.isEmpty()) {
            headers.addAll(List.of("Serial-Number", serial));
        }
        if (!language.isEmpty()) {
            headers.addAll(List.of("Accept-Language", language));
        }
        if (!address.isEmpty()) {
            headers.addAll(List.of("X-Forwarded-For", address));
        }
        return headers.toArray(new String[0]);
    }
}
