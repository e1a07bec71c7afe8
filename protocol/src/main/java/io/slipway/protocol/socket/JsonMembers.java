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
 * The members of one JSON object as cJSON, the firmware's parser, finds them: names without case,
 * the first of several wins, and a name ends at U+0000. What is nested stays text.
 */
final class JsonMembers {

    /** A device parses by recursion on a stack of 4 kB: far less than what cJSON would allow. */
    static final int MAX_DEPTH = 16;

    /** cJSON looks at 63 characters; those of sign, point and exponent are not counted here. */
    private static final int MAX_NUMBER = 60;

    private static final JsonFactory STRICT = factory(MAX_DEPTH, false);
    private static final JsonFactory LENIENT = factory(2 * MAX_DEPTH, true);

    /**
     * @param text of a string its value, else the JSON as it came
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

    // Names come from strangers: no table of them is kept.
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
     * Reads an object that has nothing after it.
     *
     * @throws IOException when it is no such JSON, or deeper than {@link #MAX_DEPTH}
     */
    static JsonMembers strict(String json) throws IOException {
        try (JsonParser in = STRICT.createParser(json.toCharArray())) {
            JsonMembers members = read(in, json);
            if (in.nextToken() != null) {
                throw new JsonParseException(in, "something follows the object");
            }
            return members;
        }
    }

    /**
     * Reads an object, whatever follows it.
     *
     * @throws IOException when it is no JSON object, or very deep
     */
    static JsonMembers lenient(String json) throws IOException {
        try (JsonParser in = LENIENT.createParser(json.toCharArray())) {
            return read(in, json);
        }
    }

    /**
     * The values of an array, each as it came.
     *
     * @throws IOException when it is none
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
            throw new JsonParseException(in, "no end of the object");
        }
        return new JsonMembers(list);
    }

    private static String raw(JsonParser in, String json) throws IOException {
        long from = in.currentTokenLocation().getCharOffset();
        in.skipChildren();
        // Numbers are read to their end only when asked for.
        in.getTextLength();
        long to = in.currentLocation().getCharOffset();
        return json.substring((int) from, (int) to);
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

    /** The value of a string; null when it is absent or something else. */
    @Nullable String string(String name) {
        return text(name, JsonToken.VALUE_STRING);
    }

    /** The JSON of an object; null when it is absent or something else. */
    @Nullable String object(String name) {
        return text(name, JsonToken.START_OBJECT);
    }

    /** The JSON of an array; null when it is absent or something else. */
    @Nullable String array(String name) {
        return text(name, JsonToken.START_ARRAY);
    }

    boolean isTrue(String name) {
        Member member = find(name);
        return member != null && member.kind == JsonToken.VALUE_TRUE;
    }

    /** The value of true or false; null when it is absent or something else. */
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

    /** A whole number of at most 18 digits, written without fraction and exponent; else null. */
    @Nullable Long whole(String name) {
        String digits = text(name, JsonToken.VALUE_NUMBER_INT);
        return digits == null || digits.length() > 18 ? null : Long.valueOf(digits);
    }

    /**
     * Whether one of these names is there twice or not letter by letter, or its string holds
     * U+0000: then two parsers may find different values.
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
