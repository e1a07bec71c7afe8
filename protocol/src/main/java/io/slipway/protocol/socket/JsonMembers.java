package io.slipway.protocol.socket;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of a JSON object as cJSON, the firmware's parser, finds them: names are
 * case-insensitive, the first of several wins, and a name ends at U+0000. Nested values remain
 * text.
 */
final class JsonMembers {

    /** A device parses recursively on a stack of 4 kB: far less deep than cJSON would allow. */
    static final int MAX_DEPTH = 16;

    /** cJSON reads 63 characters; those of sign, point and exponent are not counted here. */
    private static final int MAX_NUMBER = 60;

    private static final JsonFactory STRICT = factory(MAX_DEPTH, false);
    private static final JsonFactory LENIENT = factory(2 * MAX_DEPTH, true);

    /**
     * @param text the value of a string, otherwise the JSON as received
     */
    private record Member(String name, JsonToken kind, String text) {

        boolean named(String wanted) {
            int end = name.indexOf('\0');
            int length = end < 0 ? name.length() : end;
            if (length != wanted.length()) {
                return false;
            }
            for (int i = 0; i < length; i++) {
                // ASCII only: for String.equalsIgnoreCase, U+017F is an s.
                if (lower(name.charAt(i)) != lower(wanted.charAt(i))) {
                    return false;
                }
            }
            return true;
        }

        private static char lower(char c) {
            return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
        }
    }

    private final List<Member> list;

    private JsonMembers(List<Member> list) {
        this.list = list;
    }

    // Names come from untrusted clients: they are not interned.
    private static JsonFactory factory(int depth, boolean lenient) {
        return JsonFactory.builder()
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .configure(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS, lenient)
                .streamReadConstraints(
                        StreamReadConstraints.builder()
                                .maxNestingDepth(depth)
                                .maxNumberLength(MAX_NUMBER)
                                .build())
                .build();
    }

    /**
     * Parses an object with nothing after it.
     *
     * @throws IOException if it is not such JSON, or deeper than {@link #MAX_DEPTH}
     */
    static JsonMembers strict(String json) throws IOException {
        try (JsonParser in = STRICT.createParser(json.toCharArray())) {
            JsonMembers members = read(in, json);
            if (in.nextToken() != null) {
                throw new JsonParseException(in, "there is something after the object");
            }
            return members;
        }
    }

    /**
     * Parses an object, ignoring what follows it.
     *
     * @throws IOException if it is not a JSON object, or too deep
     */
    static JsonMembers lenient(String json) throws IOException {
        try (JsonParser in = LENIENT.createParser(json.toCharArray())) {
            return read(in, json);
        }
    }

    /**
     * The values of an array, each as received.
     *
     * @throws IOException if it is not an array
     */
    static List<String> items(String json) throws IOException {
        try (JsonParser in = LENIENT.createParser(json.toCharArray())) {
            if (in.nextToken() != JsonToken.START_ARRAY) {
                throw new JsonParseException(in, "no array");
            }
            var items = new ArrayList<String>();
            while (in.nextToken() != JsonToken.END_ARRAY) {
                items.add(raw(in, json));
            }
            return items;
        }
    }

    private static JsonMembers read(JsonParser in, String json) throws IOException {
        if (in.nextToken() != JsonToken.START_OBJECT) {
            throw new JsonParseException(in, "no object");
        }
        var list = new ArrayList<Member>();
        JsonToken token;
        while ((token = in.nextToken()) == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            JsonToken kind = in.nextToken();
            if (kind == null) {
                break;
            }
            String text = kind == JsonToken.VALUE_STRING ? in.getText() : raw(in, json);
            list.add(new Member(name, kind, text));
        }
        if (token != JsonToken.END_OBJECT) {
            throw new JsonParseException(in, "the object does not end");
        }
        return new JsonMembers(list);
    }

    private static String raw(JsonParser in, String json) throws IOException {
        long from = in.currentTokenLocation().getCharOffset();
        in.skipChildren();
        // Numbers are parsed to their end only on request.
        in.getTextLength();
        long to = in.currentLocation().getCharOffset();
        return json.substring((int) from, (int) to);
    }

    /**
     * Where a value is in a text, in characters.
     *
     * @param to its end, exclusive
     */
    record Place(int from, int to) {}

    /**
     * The place of a string of the outermost object, with its quotes; null if the first member of
     * that name is something else. What follows it is not parsed: firmware does not escape all of
     * its texts.
     *
     * @throws IOException if it is not JSON up to there
     */
    static @Nullable Place place(String json, String name, String value) throws IOException {
        try (JsonParser in = LENIENT.createParser(json.toCharArray())) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                boolean found = new Member(in.currentName(), JsonToken.VALUE_NULL, "").named(name);
                JsonToken kind = in.nextToken();
                if (found) {
                    if (kind != JsonToken.VALUE_STRING || !in.getText().equals(value)) {
                        return null;
                    }
                    return new Place(
                            (int) in.currentTokenLocation().getCharOffset(),
                            (int) in.currentLocation().getCharOffset());
                }
                in.skipChildren();
            }
            return null;
        }
    }

    private @Nullable Member find(String name) {
        for (Member member : list) {
            if (member.named(name)) {
                return member;
            }
        }
        return null;
    }

    private @Nullable String text(String name, JsonToken kind) {
        Member member = find(name);
        return member != null && member.kind == kind ? member.text : null;
    }

    boolean has(String name) {
        return find(name) != null;
    }

    /** The value of a string; null if absent or of another type. */
    @Nullable String string(String name) {
        return text(name, JsonToken.VALUE_STRING);
    }

    /** The JSON of an object; null if absent or of another type. */
    @Nullable String object(String name) {
        return text(name, JsonToken.START_OBJECT);
    }

    /** The JSON of an array; null if absent or of another type. */
    @Nullable String array(String name) {
        return text(name, JsonToken.START_ARRAY);
    }

    boolean isTrue(String name) {
        Member member = find(name);
        return member != null && member.kind == JsonToken.VALUE_TRUE;
    }

    /** The value of true or false; null if absent or of another type. */
    @Nullable Boolean bool(String name) {
        Member member = find(name);
        if (member == null || !member.kind.isBoolean()) {
            return null;
        }
        return member.kind == JsonToken.VALUE_TRUE;
    }

    boolean isNumber(String name) {
        Member member = find(name);
        return member != null && member.kind.isNumeric();
    }

    /** An integer of at most 18 digits, without fraction and exponent; otherwise null. */
    @Nullable Long whole(String name) {
        String digits = text(name, JsonToken.VALUE_NUMBER_INT);
        return digits == null || digits.length() > 18 ? null : Long.valueOf(digits);
    }

    /** An integer, also as {@code 60.0} or {@code "60"}; null if absent or something else. */
    @Nullable Integer integral(String name) {
        Member member = find(name);
        if (member == null
                || !(member.kind.isNumeric() || member.kind == JsonToken.VALUE_STRING)
                || !member.text.matches("-?[0-9]{1,9}([.]0{1,9})?")) {
            return null;
        }
        return Integer.valueOf(member.text.replaceFirst("[.]0+$", ""));
    }

    /** A value as received, strings without their quotes; {@code ""} if absent. */
    String shown(String name) {
        Member member = find(name);
        return member == null ? "" : member.text;
    }

    /**
     * Whether one of these names occurs twice or in another case, or its string contains U+0000:
     * two parsers may then find different values.
     */
    boolean twisted(String... names) {
        for (String name : names) {
            int found = 0;
            for (Member member : list) {
                if (member.named(name)) {
                    found++;
                    if (!member.name.equals(name)
                            || (member.kind == JsonToken.VALUE_STRING
                                    && member.text.indexOf('\0') >= 0)) {
                        return true;
                    }
                }
            }
            if (found > 1) {
                return true;
            }
        }
        return false;
    }
}
