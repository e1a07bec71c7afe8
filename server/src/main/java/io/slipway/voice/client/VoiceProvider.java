package io.slipway.voice.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.http.ServerAddresses;
import io.slipway.http.ServerUrl;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A provider as a person has entered it.
 *
 * @param base the URL below which the API is, such as {@code https://api.example/v1}; the full URL
 *     of one operation is accepted as well. Its query is kept
 * @param addresses which addresses it may have: an owner's provider none in private networks,
 *     unless the setting allows it
 * @param key sent as a bearer token; {@code ""} for none. In printable ASCII, at most {@link
 *     #MAX_KEY} characters
 * @param model {@code ""} if the provider has only one
 * @param extra further fields for each request, with names of letters, digits and {@code _-.[]};
 *     they never replace one that the client sends itself
 */
public record VoiceProvider(
        ServerUrl base, ServerAddresses addresses, String key, String model, ObjectNode extra) {

    public static final int MAX_KEY = 4_096;

    /** Characters of a secret that say too much of it, and are in no word by chance. */
    private static final int PART = 8;

    private static final Pattern FIELD = Pattern.compile("[A-Za-z0-9_.\\[\\]-]{1,64}");

    public VoiceProvider {
        // Never with the key in the message.
        if (key.length() > MAX_KEY || !key.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("a key is too long or has characters of no key");
        }
        if (!extra.properties().stream().allMatch(e -> FIELD.matcher(e.getKey()).matches())) {
            throw new IllegalArgumentException("a field's name has characters of no such name");
        }
        extra = extra.deepCopy();
    }

    /** The URL of an operation, such as {@code /chat/completions}. */
    ServerUrl at(String operation) {
        int query = base.path().indexOf('?');
        String path = query < 0 ? base.path() : base.path().substring(0, query);
        String rest = query < 0 ? "" : base.path().substring(query);
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        String whole = path.endsWith(operation) ? path : path + operation;
        return new ServerUrl(base.tls(), base.host(), base.port(), whole + rest);
    }

    /** How failures name it. */
    String shown() {
        return base.authority();
    }

    /** The header with the key; none without a key. */
    Map<String, String> authorization() {
        return key.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + key);
    }

    /** Adds the model and the further fields to a request, except for those that it has. */
    void complete(ObjectNode request) {
        if (!model.isEmpty()) {
            request.put("model", model);
        }
        for (Map.Entry<String, JsonNode> field : extra.properties()) {
            if (!request.has(field.getKey())) {
                request.set(field.getKey(), field.getValue());
            }
        }
    }

    /**
     * A detail without the key, should the provider have repeated it; {@code ""} if it repeats a
     * part of the key, or of what else may be secret: the query, and texts in further fields.
     */
    String withoutSecrets(String text) {
        String rest = key.isEmpty() ? text : text.replace(key, "…");
        String lower = rest.toLowerCase(Locale.ROOT);
        return secrets().map(each -> each.toLowerCase(Locale.ROOT)).anyMatch(lower::contains)
                ? ""
                : rest;
    }

    private Stream<String> secrets() {
        String query = base.path().replaceFirst("[^?]*\\??", "");
        Stream<String> others =
                Stream.concat(
                        Arrays.stream(query.split("[&=]")),
                        extra.properties().stream().map(field -> field.getValue().asText("")));
        return Stream.concat(
                Stream.of(key).filter(all -> all.length() > PART).map(k -> k.substring(0, PART)),
                others.filter(each -> each.length() >= 2 * PART));
    }

    /** Without key, query and further fields, which may contain secrets. */
    @Override
    public String toString() {
        return "VoiceProvider[" + shown() + ", " + model + "]";
    }
}
