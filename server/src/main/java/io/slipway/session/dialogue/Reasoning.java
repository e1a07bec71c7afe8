package io.slipway.session.dialogue;

import java.util.List;
import java.util.Locale;

/**
 * Leaves out the reasoning of models that send it along with their answer, between {@code <think>}
 * and {@code </think>}. A block without an end goes on to the end of the answer; an end without a
 * beginning is left out. Keeps a part of a tag at most. Not thread-safe.
 */
final class Reasoning {

    /** Of a few models; all in lower case. */
    private static final List<String> BEGINNINGS = List.of("<think>", "<thinking>", "<reasoning>");

    private static final List<String> ENDS = List.of("</think>", "</thinking>", "</reasoning>");

    private final CodeBlocks next;
    private final StringBuilder tag = new StringBuilder();
    private boolean inside;

    Reasoning(CodeBlocks next) {
        this.next = next;
    }

    void add(char character) {
        tag.append(character);
        // What began like a tag and is none may contain the beginning of one.
        while (!tag.isEmpty()) {
            String lower = tag.toString().toLowerCase(Locale.ROOT);
            if (BEGINNINGS.contains(lower) || ENDS.contains(lower)) {
                inside = BEGINNINGS.contains(lower);
                tag.setLength(0);
            } else if (begins(lower)) {
                return;
            } else {
                pass(tag.charAt(0));
                tag.deleteCharAt(0);
            }
        }
    }

    private static boolean begins(String text) {
        return BEGINNINGS.stream().anyMatch(each -> each.startsWith(text))
                || ENDS.stream().anyMatch(each -> each.startsWith(text));
    }

    private void pass(char character) {
        if (!inside) {
            next.add(character);
        }
    }

    void end() {
        for (int i = 0; i < tag.length(); i++) {
            pass(tag.charAt(i));
        }
        tag.setLength(0);
        next.end();
    }
}
