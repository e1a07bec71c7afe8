package io.slipway.protocol.ota;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.slipway.protocol.ClientId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Parses the body of an OTA check. Never throws, whatever the body contains: what precedes the
 * first error is used, and the headers fill in what is missing. One instance parses one body.
 */
public final class CheckInReader {

    private static final byte[] RSSI = "\"rssi\"".getBytes(StandardCharsets.US_ASCII);
    private static final int WEAKEST = 127;

    private static final BodyTemplates TEMPLATES = new BodyTemplates();

    // Where the ignored values begin, and the MAC's: the gaps of a template.
    private int[] open = new int[16];
    private int opened;
    private int macAt = -1;

    private boolean complete;
    private boolean desktop;
    private @Nullable String mac;
    private boolean hasApplication;
    private boolean hasBoard;
    private String appName = "";
    private String version = "";
    private String compileTime = "";
    private String idfVersion = "";
    private String elfSha256 = "";
    private String slot = "";
    private String boardType = "";
    private String boardName = "";
    private String chip = "";
    private int chipRevision;
    private long flashSize;
    private long psramSize = CheckIn.UNKNOWN;
    private final List<Partition> partitions = new ArrayList<>(8);
    private String language = "";

    private CheckInReader() {}

    /**
     * @param body as received
     * @param userAgent the {@code User-Agent} header, {@code board/version} from firmware ≥ 1.4.4
     * @param acceptLanguage the {@code Accept-Language} header, one tag from firmware ≥ 1.4.0
     */
    public static CheckIn read(
            byte[] body, @Nullable String userAgent, @Nullable String acceptLanguage) {
        CheckIn alike = TEMPLATES.read(body, userAgent, acceptLanguage);
        if (alike != null) {
            return alike;
        }
        var reader = new CheckInReader();
        CheckIn read = reader.parse(body, userAgent, acceptLanguage);
        TEMPLATES.add(
                reader.template(body, userAgent, acceptLanguage, read), userAgent, acceptLanguage);
        return read;
    }

    /** Like {@link #read}, ignoring templates. */
    static CheckIn readAfresh(
            byte[] body, @Nullable String userAgent, @Nullable String acceptLanguage) {
        return new CheckInReader().parse(body, userAgent, acceptLanguage);
    }

    /**
     * The signal in a body, {@code rssi} in dBm from −127 on; 0 if absent. Separate from {@link
     * #read}: it differs at each check-in and is not compared.
     */
    public static int rssi(byte[] body) {
        for (int i = 0; i + RSSI.length < body.length; i++) {
            if (body[i] == '"' && Arrays.equals(body, i, i + RSSI.length, RSSI, 0, RSSI.length)) {
                int colon = notBlank(body, i + RSSI.length);
                // Without a colon it is the name of a network.
                if (colon < body.length && body[colon] == ':') {
                    return rssi(body, notBlank(body, colon + 1));
                }
            }
        }
        return 0;
    }

    private static int notBlank(byte[] body, int from) {
        int at = from;
        while (at < body.length && body[at] == ' ') {
            at++;
        }
        return at;
    }

    private static int rssi(byte[] body, int from) {
        int at = from;
        if (at == body.length || body[at] != '-') {
            return 0;
        }
        int value = 0;
        for (at++; at < body.length && body[at] >= '0' && body[at] <= '9'; at++) {
            value = Math.min(1_000, value * 10 + body[at] - '0');
        }
        return value <= WEAKEST ? -value : 0;
    }

    /**
     * The body's {@code uuid}, by which some clients identify themselves that send no {@code
     * Client-Id} header. Read separately, so that the secret is in nothing that is stored or
     * printed.
     *
     * @return empty if it is absent, empty or invalid
     */
    public static Optional<ClientId> uuid(byte[] body) {
        try (JsonParser in = Jackson.FACTORY.createParser(body)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            String field;
            while ((field = in.nextFieldName()) != null) {
                JsonToken value = in.nextToken();
                if (field.equals("uuid")) {
                    return value == JsonToken.VALUE_STRING && in.getTextLength() <= CheckIn.MAX_TEXT
                            ? ClientId.parse(in.getText())
                            : Optional.empty();
                }
                in.skipChildren();
            }
        } catch (IOException e) {
            // No valid JSON from here on: it has no readable identity.
        }
        return Optional.empty();
    }

    private CheckIn parse(
            byte[] body, @Nullable String userAgent, @Nullable String acceptLanguage) {
        try (JsonParser in = Jackson.FACTORY.createParser(body)) {
            if (in.nextToken() == JsonToken.START_OBJECT) {
                root(in);
                complete = in.nextToken() == null;
            }
        } catch (IOException e) {
            // No valid JSON from here on; what came before is used.
            complete = false;
        }
        return finish(userAgent, acceptLanguage);
    }

    private @Nullable BodyTemplate template(
            byte[] body,
            @Nullable String userAgent,
            @Nullable String acceptLanguage,
            CheckIn read) {
        // A desktop client's elf_sha256 is its HMAC key, which must not be cached.
        return desktop || opened > BodyTemplate.MAX_GAPS
                ? null
                : BodyTemplate.of(
                        body, userAgent, acceptLanguage, read, Arrays.copyOf(open, opened), macAt);
    }

    private CheckIn finish(@Nullable String userAgent, @Nullable String acceptLanguage) {
        desktop = boardName.equals("py-xiaozhi");
        if (userAgent != null) {
            int slash = userAgent.indexOf('/');
            String product = slash > 0 ? userAgent.substring(slash + 1) : "";
            desktop |= product.startsWith("py-xiaozhi");
            if (!product.isEmpty() && boardName.isEmpty() && boardType.isEmpty()) {
                boardName = clip(userAgent.substring(0, slash));
            }
            if (!product.isEmpty() && version.isEmpty()) {
                int end = product.indexOf(' ');
                version = clip(end < 0 ? product : product.substring(0, end));
            }
        }
        if (desktop && !elfSha256.isEmpty()) {
            elfSha256 = sha256(elfSha256);
        }
        if (acceptLanguage != null && !acceptLanguage.isBlank()) {
            String[] tags = acceptLanguage.split("[,;]", 2);
            language = clip(tags[0].strip());
        }
        return new CheckIn(
                complete,
                mac,
                new CheckIn.Application(
                        hasApplication, appName, version, compileTime, idfVersion, elfSha256),
                slot,
                new CheckIn.ReportedBoard(hasBoard, boardType, boardName),
                new CheckIn.Hardware(chip, chipRevision, flashSize, psramSize, partitions),
                language);
    }

    private void root(JsonParser in) throws IOException {
        String field;
        while ((field = in.nextFieldName()) != null) {
            JsonToken value = in.nextToken();
            if (value == JsonToken.START_OBJECT) {
                object(in, field);
            } else {
                switch (field) {
                    case "mac_address" -> mac = mac(in, value);
                    case "chip_model_name" -> chip = text(in);
                    case "flash_size" -> flashSize = number(in);
                    case "psram_size" -> psramSize = Math.max(CheckIn.UNKNOWN, psram(in, value));
                    case "language" -> language = text(in);
                    case "partition_table" -> partitions(in);
                    default -> skip(in);
                }
            }
        }
    }

    // Anything but a number is ignored.
    private static long psram(JsonParser in, JsonToken value) throws IOException {
        boolean reported = value.isNumeric() || value == JsonToken.VALUE_STRING;
        long size = number(in);
        return reported ? size : CheckIn.UNKNOWN;
    }

    // Present but not an address: "" differs from every Device-Id.
    private String mac(JsonParser in, JsonToken value) throws IOException {
        macAt = opened;
        open(in);
        boolean plausible =
                value == JsonToken.VALUE_STRING && in.getTextLength() <= CheckIn.MAX_TEXT;
        String text = plausible ? in.getText() : "";
        in.skipChildren();
        return text;
    }

    private void object(JsonParser in, String field) throws IOException {
        switch (field) {
            case "application" -> {
                hasApplication = true;
                application(in);
            }
            case "board" -> {
                hasBoard = true;
                board(in);
            }
            case "ota" -> slot(in);
            case "chip_info" -> chipInfo(in);
            default -> skip(in);
        }
    }

    private void application(JsonParser in) throws IOException {
        String field;
        while ((field = in.nextFieldName()) != null) {
            in.nextToken();
            switch (field) {
                case "name" -> appName = text(in);
                case "version" -> version = text(in);
                case "compile_time" -> compileTime = text(in);
                case "idf_version" -> idfVersion = text(in);
                case "elf_sha256" -> elfSha256 = text(in);
                default -> skip(in);
            }
        }
    }

    private void board(JsonParser in) throws IOException {
        String field;
        while ((field = in.nextFieldName()) != null) {
            in.nextToken();
            switch (field) {
                case "type" -> boardType = text(in);
                case "name" -> boardName = text(in);
                default -> skip(in);
            }
        }
    }

    private void slot(JsonParser in) throws IOException {
        String field;
        while ((field = in.nextFieldName()) != null) {
            in.nextToken();
            switch (field) {
                case "label" -> slot = text(in);
                default -> skip(in);
            }
        }
    }

    private void chipInfo(JsonParser in) throws IOException {
        String field;
        while ((field = in.nextFieldName()) != null) {
            in.nextToken();
            switch (field) {
                case "revision" -> chipRevision = (int) number(in);
                default -> skip(in);
            }
        }
    }

    private void partitions(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            in.skipChildren();
            return;
        }
        JsonToken token;
        while ((token = in.nextToken()) != JsonToken.END_ARRAY && token != null) {
            if (token == JsonToken.START_OBJECT && partitions.size() < CheckIn.MAX_PARTITIONS) {
                partitions.add(partition(in));
            } else {
                in.skipChildren();
            }
        }
    }

    private Partition partition(JsonParser in) throws IOException {
        String label = "";
        int type = 0;
        int subtype = 0;
        long address = 0;
        long size = 0;
        String field;
        while ((field = in.nextFieldName()) != null) {
            in.nextToken();
            switch (field) {
                case "label" -> label = text(in);
                case "type" -> type = (int) number(in);
                case "subtype" -> subtype = (int) number(in);
                case "address" -> address = number(in);
                case "size" -> size = number(in);
                default -> skip(in);
            }
        }
        // By code points: half of a surrogate pair can't be encoded as UTF-8.
        int end = label.length() <= 16 ? label.length() : label.offsetByCodePoints(0, 8);
        return new Partition(label.substring(0, end), type, subtype, address, size);
    }

    private void skip(JsonParser in) throws IOException {
        int depth = 0;
        do {
            JsonToken token = in.currentToken();
            if (token == null) {
                return;
            }
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token == JsonToken.VALUE_STRING || token.isNumeric()) {
                open(in);
            }
            if (depth > 0) {
                in.nextToken();
            }
        } while (depth > 0);
    }

    private void open(JsonParser in) {
        if (opened < BodyTemplate.MAX_GAPS) {
            if (opened == open.length) {
                open = Arrays.copyOf(open, 2 * opened);
            }
            open[opened] = (int) in.currentTokenLocation().getByteOffset();
        }
        opened++;
    }

    private static String text(JsonParser in) throws IOException {
        JsonToken token = in.currentToken();
        if (token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT) {
            int length = in.getTextLength();
            String word =
                    length > CheckIn.MAX_TEXT
                            ? null
                            : WordCache.of(in.getTextCharacters(), in.getTextOffset(), length);
            return word == null ? clip(in.getText()) : word;
        }
        in.skipChildren();
        return "";
    }

    // Numbers come as numbers or, from some tags, as strings.
    private static long number(JsonParser in) throws IOException {
        JsonToken token = in.currentToken();
        if (token == JsonToken.VALUE_NUMBER_INT) {
            // Beyond 64 bits it is nonsense, but no reason to stop parsing.
            return in.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? 0 : in.getLongValue();
        }
        if (token == JsonToken.VALUE_NUMBER_FLOAT) {
            double value = in.getDoubleValue();
            return Double.isFinite(value) ? (long) value : 0;
        }
        if (token == JsonToken.VALUE_STRING) {
            return in.getValueAsLong(0);
        }
        in.skipChildren();
        return 0;
    }

    private static String clip(String text) {
        boolean clean = text.length() <= CheckIn.MAX_TEXT;
        for (int i = 0; clean && i < text.length(); i++) {
            char c = text.charAt(i);
            clean = c >= ' ' && c < 0x7f;
        }
        if (clean) {
            return text;
        }
        // Control characters and unpaired surrogates must not reach a database or a page.
        var out = new StringBuilder();
        text.codePoints()
                .filter(c ->
                        !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE)
                .limit(CheckIn.MAX_TEXT / 2)
                .forEach(out::appendCodePoint);
        return out.toString();
    }

    private static String sha256(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
