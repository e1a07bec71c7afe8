package io.slipway.firmware;

import io.slipway.http.Fields;
import io.slipway.http.Json;
import io.slipway.http.Problem;
import io.slipway.protocol.FirmwareVersion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads changes to a build from a JSON body or a form; absent fields are left unchanged. */
final class BuildFields {

    private static final int VERSION = 31;
    private static final int SCHEME = 8;

    private BuildFields() {}

    /** From a JSON object. */
    static BuildChanges of(Fields fields) {
        return new BuildChanges(
                fields.has("boards") ? boards(fields) : null,
                scheme(fields.optional("scheme", SCHEME)),
                fields.has("floors") ? floors(fields) : null,
                fields.optional("notes", Build.MAX_NOTES),
                channel(fields.optional("channel", 32)),
                fields.flag("needsPsram"));
    }

    /**
     * From a form's fields; lists are JSON or comma-separated. An empty field is left unchanged.
     */
    static BuildChanges of(Map<String, String> form) {
        var tree = Json.object();
        form.forEach((name, text) -> {
            boolean list = name.equals("boards") || name.equals("floors");
            if (list && text.stripLeading().startsWith("[")) {
                tree.set(name, Json.read(text));
            } else if (list && !text.isBlank()) {
                var items = tree.putArray(name);
                for (String item : text.split(",", -1)) {
                    items.add(item.strip());
                }
            } else if (name.equals("needsPsram") && !text.isBlank()) {
                tree.set(name, Json.read(text.strip()));
            } else if (!text.isBlank()) {
                tree.put(name, text);
            }
        });
        return of(Fields.of(tree));
    }

    private static List<Board> boards(Fields fields) {
        var boards = new ArrayList<Board>();
        var seen = new HashSet<String>();
        for (Fields.Item item : fields.items("boards", Build.MAX_BOARDS, Board.MAX_NAME)) {
            boards.add(
                    switch (item) {
                        case Fields.Text(String name) -> board(name, List.of());
                        case Fields.Nested(Fields board) ->
                                board(
                                        board.required("name", Board.MAX_NAME),
                                        board.texts("aliases", Board.MAX_ALIASES, Board.MAX_NAME));
                    });
        }
        for (Board board : boards) {
            twice(seen, board.name());
            board.aliases().forEach(alias -> twice(seen, alias));
        }
        return boards;
    }

    private static Board board(String name, List<String> aliases) {
        List<String> all = new ArrayList<>(aliases);
        all.add(name);
        for (String each : all) {
            if (!Board.isName(each)) {
                throw Problem.field(
                        "boards",
                        "“" + each + "”不是有效的板型名称",
                        "\"" + each + "\" is not a valid board name");
            }
        }
        return new Board(name, aliases);
    }

    private static void twice(Set<String> seen, String name) {
        if (!seen.add(Build.key(name))) {
            throw Problem.field("boards", "“" + name + "”重复", "\"" + name + "\" is listed twice");
        }
    }

    private static List<FirmwareVersion> floors(Fields fields) {
        return fields.texts("floors", Build.MAX_FLOORS, VERSION).stream()
                .map(BuildFields::version)
                .distinct()
                .sorted()
                .toList();
    }

    private static FirmwareVersion version(String text) {
        if (!FirmwareVersion.uploadable(text)) {
            throw Problem.field(
                    "floors", "“" + text + "”不是版本号", "\"" + text + "\" is not a version");
        }
        return FirmwareVersion.parse(text).orElseThrow();
    }

    private static @Nullable Scheme scheme(@Nullable String text) {
        if (text == null) {
            return null;
        }
        for (Scheme scheme : Scheme.values()) {
            if (scheme.name().equals(text.toUpperCase(Locale.ROOT))) {
                return scheme;
            }
        }
        throw Problem.field("scheme", "应为 V1、V2 或 ANY", "must be V1, V2 or ANY");
    }

    private static @Nullable String channel(@Nullable String text) {
        if (text != null && !Build.isChannel(text)) {
            throw Problem.field(
                    "channel",
                    "最多 32 个小写字母、数字、点、下划线或连字符",
                    "at most 32 of a-z, 0-9, dot, underscore and hyphen");
        }
        return text;
    }
}
