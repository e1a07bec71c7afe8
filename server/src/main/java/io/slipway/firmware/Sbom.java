package io.slipway.firmware;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Json;
import io.slipway.http.Problem;
import io.slipway.keys.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A software bill of materials that the maker of a build has added to it: CycloneDX in JSON. Kept
 * as it is; only what is needed to show it is read.
 *
 * @param specVersion of CycloneDX, for example {@code 1.6}
 * @param components how many it lists, without those inside others
 * @param bytes of the document
 * @param sha256 of the document, 64 lower-case hex digits
 * @param at when it was stored, epoch milliseconds
 */
record Sbom(String specVersion, long components, long bytes, String sha256, long at) {

    /** The maximum size of a document, in bytes. */
    static final int MAX_BYTES = 4 * 1024 * 1024;

    private static final int MAX_VERSION = 16;

    /** A document and what it says. */
    record SbomDocument(Sbom sbom, String content) {}

    /**
     * Reads a document.
     *
     * @param at see above
     * @throws Problem 400 if it is not CycloneDX in JSON, as UTF-8
     */
    static SbomDocument read(byte[] document, long at) {
        String content = text(document);
        JsonNode root = Json.read(content);
        String version = root.path("specVersion").asText();
        if (!root.path("bomFormat").asText().equals("CycloneDX")
                || version.isEmpty()
                || version.length() > MAX_VERSION) {
            throw new Problem(
                    400,
                    "不是 CycloneDX 的 JSON：应有 \"bomFormat\": \"CycloneDX\" 和 specVersion",
                    "This is not CycloneDX in JSON: it needs \"bomFormat\": \"CycloneDX\" and a"
                            + " specVersion");
        }
        int components = root.path("components").size();
        var sbom = new Sbom(version, components, document.length, Sha256.hex(document), at);
        return new SbomDocument(sbom, content);
    }

    // A parser would detect UTF-16 by its zeros, which PostgreSQL does not store.
    private static String text(byte[] document) {
        try {
            String text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(document))
                            .toString();
            if (text.indexOf(0) < 0) {
                return text;
            }
        } catch (CharacterCodingException e) {
            // As below.
        }
        throw new Problem(400, "应为 UTF-8 文本", "It must be text in UTF-8");
    }
}
