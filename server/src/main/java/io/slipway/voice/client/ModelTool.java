package io.slipway.voice.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/**
 * A tool that a language model may call.
 *
 * @param name of letters, digits, {@code _} and {@code -}, 64 at most: all that this API permits
 * @param parameters a JSON schema of type object
 */
public record ModelTool(String name, String description, JsonNode parameters) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    public ModelTool {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a tool's name: " + name);
        }
    }
}
