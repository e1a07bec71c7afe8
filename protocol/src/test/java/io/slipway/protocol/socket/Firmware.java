package io.slipway.protocol.socket;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Firmware's handling of a text frame: cJSON 1.7 in miniature, and the pointers that the oldest
 * firmware follows without checking. Written from those sources and sharing nothing with the code
 * under test.
 */
final class Firmware {

    /** A null pointer was followed. */
    static final class Panic extends RuntimeException {

        Panic(String what) {
            super(what);
        }
    }

    /** Object: members; array: members without names; string: text; number: value. */
    record Node(char kind, String text, double value, List<Node> children, String name) {

        @Nullable Node get(String wanted) {
            for (Node child : children) {
                if (kind == '{' && lower(child.name).equals(lower(wanted))) {
                    return child;
                }
            }
            return null;
        }

        /** {@code valuestring}, which is null for everything but strings. */
        String string(String wanted) {
            Node found = get(wanted);
            if (found == null || found.kind != '"') {
                throw new Panic(wanted);
            }
            return found.text;
        }

        private static String lower(String text) {
            var out = new StringBuilder(text);
            for (int i = 0; i < out.length(); i++) {
                char c = out.charAt(i);
                out.setCharAt(i, c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
            }
            return out.toString();
        }

        Node named(String newName) {
            return new Node(kind, text, value, children, newName);
        }
    }

    private final String text;
    private int at;
    private int deepest;

    private Firmware(String text) {
        this.text = text;
    }

    /** The tree; null if cJSON rejects it. Anything after the value is ignored. */
    static @Nullable Node parse(String text) {
        int end = text.indexOf('\0');
        var parser = new Firmware(end < 0 ? text : text.substring(0, end));
        try {
            Node node = parser.value(1);
            if (parser.deepest > 32) {
                throw new Panic("stack");
            }
            return node;
        } catch (IllegalStateException e) {
            return null;
        }
    }

    /**
     * Handles a message as firmware does.
     *
     * @return what it calls: the type, or the tool
     */
    static String take(String text) {
        Node root = parse(text);
        if (root == null) {
            return "";
        }
        String type = root.string("type");
        switch (type) {
            case "hello" -> root.string("transport");
            case "tts" -> {
                if (root.string("state").equals("sentence_start") && root.get("text") != null) {
                    root.string("text");
                }
            }
            case "stt" -> ifThere(root, "text");
            case "llm" -> ifThere(root, "emotion");
            case "system" -> ifThere(root, "command");
            case "alert" -> List.of("status", "message", "emotion").forEach(root::string);
            case "iot" -> {
                Node commands = root.get("commands");
                for (Node command : commands == null ? List.<Node>of() : commands.children) {
                    command.string("name");
                    command.string("method");
                }
            }
            case "mcp" -> {
                return type + tool(root.get("payload"));
            }
            default -> {}
        }
        return type;
    }

    private static void ifThere(Node root, String name) {
        if (root.get(name) != null) {
            root.string(name);
        }
    }

    private static String tool(@Nullable Node payload) {
        if (payload == null || payload.kind != '{') {
            throw new Panic("payload");
        }
        Node method = payload.get("method");
        Node params = payload.get("params");
        Node name = params == null ? null : params.get("name");
        Node stack = params == null ? null : params.get("stackSize");
        if (stack != null && stack.kind == '0') {
            throw new Panic("stackSize");
        }
        boolean call = method != null && method.text.equals("tools/call");
        return call && name != null && name.kind == '"' ? " " + name.text : "";
    }

    private void blanks() {
        while (at < text.length() && text.charAt(at) <= ' ') {
            at++;
        }
    }

    private boolean skip(char c) {
        boolean there = at < text.length() && text.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    private void expect(boolean good) {
        if (!good) {
            throw new IllegalStateException();
        }
    }

    private Node value(int depth) {
        deepest = Math.max(deepest, depth);
        expect(depth < 1000);
        blanks();
        expect(at < text.length());
        char c = text.charAt(at);
        if (c == '"') {
            return new Node('"', string(), 0, List.of(), "");
        }
        if (c == '{' || c == '[') {
            return nested(c, depth);
        }
        for (String word : List.of("null", "true", "false")) {
            if (text.startsWith(word, at)) {
                at += word.length();
                return new Node(c, "", 0, List.of(), "");
            }
        }
        return number();
    }

    private Node nested(char open, int depth) {
        char close = open == '{' ? '}' : ']';
        var children = new ArrayList<Node>();
        at++;
        blanks();
        if (!skip(close)) {
            do {
                String name = "";
                if (open == '{') {
                    blanks();
                    name = string();
                    blanks();
                    expect(skip(':'));
                }
                children.add(value(depth + 1).named(name));
                blanks();
            } while (skip(','));
            expect(skip(close));
        }
        return new Node(open, "", 0, children, "");
    }

    // strtod of at most 63 characters that look like a number.
    private Node number() {
        int from = at;
        while (at < text.length()
                && at - from < 63
                && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        for (int end = at; end > from; end--) {
            String digits = text.substring(from, end);
            if (digits.matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?")) {
                at = end;
                return new Node('0', "", Double.parseDouble(digits), List.of(), "");
            }
        }
        throw new IllegalStateException();
    }

    private String string() {
        expect(skip('"'));
        var out = new StringBuilder();
        while (true) {
            expect(at < text.length());
            char c = text.charAt(at++);
            if (c == '"') {
                int end = out.indexOf("\0");
                return end < 0 ? out.toString() : out.substring(0, end);
            }
            out.append(c == '\\' ? escape() : String.valueOf(c));
        }
    }

    private String escape() {
        expect(at < text.length());
        char c = text.charAt(at++);
        int plain = "\"\\/bfnrt".indexOf(c);
        if (plain >= 0) {
            return String.valueOf("\"\\/\b\f\n\r\t".charAt(plain));
        }
        expect(c == 'u');
        int first = unit();
        expect(first < 0xdc00 || first > 0xdfff);
        if (first < 0xd800 || first > 0xdbff) {
            return String.valueOf((char) first);
        }
        expect(skip('\\') && skip('u'));
        int second = unit();
        expect(second >= 0xdc00 && second <= 0xdfff);
        return "" + (char) first + (char) second;
    }

    private int unit() {
        expect(at + 4 <= text.length());
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            // cJSON treats an invalid hex digit as 0.
            unit = unit * 16 + Math.max(0, Character.digit(text.charAt(at++), 16));
        }
        return unit;
    }
}
