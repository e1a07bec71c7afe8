package io.slipway.rollout.api;

import io.slipway.http.Problem;
import io.slipway.http.schema.Described;
import io.slipway.rollout.rules.plan.NamedDevices;
import io.slipway.text.Csv;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A list of devices in a file: one MAC per line, or account/MAC, or the first column of a table;
 * blank lines, comments after {@code #} and a header line are ignored.
 *
 * @param devices each once, in the file's order
 * @param repeated number of lines that repeat an earlier MAC
 * @param wrong number of lines without a valid MAC
 * @param invalid the first {@link #SHOWN} of them
 */
record MacFile(
        List<NamedDevices.DeviceName> devices, int repeated, int wrong, List<InvalidLine> invalid) {

    static final int MAX_BODY = 4 * 1024 * 1024;

    /** Enough to recognise that the wrong file was chosen. */
    static final int SHOWN = 100;

    private static final int VALUE = 64;

    private static final Set<String> HEADINGS =
            Set.of("mac", "mac_address", "macaddress", "mac address", "mac地址", "device_id", "id");

    /**
     * @param line from 1
     */
    record InvalidLine(@Described("从 1 起 · starts at 1") int line, String value) {}

    /**
     * Reads a file.
     *
     * @throws Problem 400 when it is not text or has more MACs than a rollout can name
     */
    static MacFile read(byte[] body) {
        var devices = new LinkedHashSet<NamedDevices.DeviceName>();
        var invalid = new ArrayList<InvalidLine>();
        int repeated = 0;
        int wrong = 0;
        int number = 0;
        for (String line : text(body).lines().toList()) {
            number++;
            String value = value(line);
            if (value.isEmpty()) {
                continue;
            }
            var device = DeviceNameText.parse(value);
            if (device.isPresent()) {
                repeated += devices.add(device.get()) ? 0 : 1;
            } else if (!devices.isEmpty()
                    || wrong > 0
                    || !HEADINGS.contains(value.toLowerCase(Locale.ROOT))) {
                wrong++;
                if (invalid.size() < SHOWN) {
                    invalid.add(new InvalidLine(number, cut(value)));
                }
            }
            if (devices.size() > NamedDevices.MOST) {
                throw new Problem(
                        400,
                        "最多 " + NamedDevices.MOST + " 个 MAC 地址",
                        "At most " + NamedDevices.MOST + " MAC addresses");
            }
        }
        return new MacFile(List.copyOf(devices), repeated, wrong, invalid);
    }

    private static String text(byte[] body) {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            // The byte order mark, as Excel writes it.
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new Problem(400, "文件应为 UTF-8 文本", "The file must be UTF-8 text");
        }
    }

    private static String value(String line) {
        int end = 0;
        while (end < line.length() && "#,;\t".indexOf(line.charAt(end)) < 0) {
            end++;
        }
        String value = line.substring(0, end).strip();
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return Csv.plain(quoted ? value.substring(1, value.length() - 1).strip() : value);
    }

    private static String cut(String value) {
        if (value.length() <= VALUE) {
            return value;
        }
        int end = Character.isHighSurrogate(value.charAt(VALUE - 1)) ? VALUE - 1 : VALUE;
        return value.substring(0, end) + "…";
    }
}
