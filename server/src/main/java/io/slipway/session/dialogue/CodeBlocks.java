package io.slipway.session.dialogue;

/**
 * Leaves out blocks of code: from a line that begins with three or more backticks or tildes to one
 * that begins with at least as many of the same. A block without an end goes on to the end of the
 * answer. Keeps the beginning of a line at most. Not thread-safe.
 */
final class CodeBlocks {

    /** In a list, blocks are indented. */
    private static final int MOST_INDENT = 16;

    private static final int FENCE = 3;

    private enum FencePlace {
        /** At the beginning of a line that may begin with a fence. */
        BEFORE,
        TEXT,
        /** In the line that opened the block, which may also close it. */
        OPENING,
        CODE
    }

    private final Sentences next;

    /** The indentation and the fence, as far as they have come. */
    private final StringBuilder held = new StringBuilder();

    private FencePlace place = FencePlace.BEFORE;

    /** Of the line, or within it: what fences are made of, and how many of it have come. */
    private char mark;

    private int marks;

    /** Of the block. */
    private char fence;

    private int length;

    /**
     * Whether only indentation and marks have come in this line of code, or its opening line has
     * more than its fence.
     */
    private boolean plain;

    CodeBlocks(Sentences next) {
        this.next = next;
    }

    void add(char character) {
        switch (place) {
            case BEFORE -> before(character);
            case TEXT -> text(character);
            case OPENING -> opening(character);
            case CODE -> code(character);
        }
    }

    private void before(char c) {
        boolean indent = marks == 0 && (c == ' ' || c == '\t') && held.length() < MOST_INDENT;
        boolean fences = (c == '`' || c == '~') && (marks == 0 || c == mark);
        if (indent || fences) {
            held.append(c);
            if (fences) {
                mark = c;
                marks++;
            }
            if (marks == FENCE) {
                held.setLength(0);
                fence = mark;
                length = marks;
                marks = 0;
                plain = false;
                place = FencePlace.OPENING;
            }
            return;
        }
        release();
        text(c);
    }

    private void release() {
        for (int i = 0; i < held.length(); i++) {
            next.character(held.charAt(i));
        }
        held.setLength(0);
        marks = 0;
        place = FencePlace.TEXT;
    }

    private void text(char c) {
        next.character(c);
        if (Sentences.isLineEnd(c)) {
            place = FencePlace.BEFORE;
        }
    }

    // The language of the code follows; or, in one line, the code itself and the same fence.
    private void opening(char c) {
        if (Sentences.isLineEnd(c)) {
            begin();
        } else if (c != fence) {
            marks = 0;
            plain = true;
        } else if (!plain) {
            length++;
        } else if (++marks == FENCE) {
            close();
        }
    }

    private void begin() {
        place = FencePlace.CODE;
        plain = true;
        marks = 0;
    }

    private void code(char c) {
        if (Sentences.isLineEnd(c)) {
            begin();
        } else if (c == fence && plain) {
            marks++;
            if (marks == length) {
                close();
            }
        } else if (marks > 0 || (c != ' ' && c != '\t')) {
            plain = false;
        }
    }

    private void close() {
        marks = 0;
        plain = false;
        place = FencePlace.TEXT;
    }

    void end() {
        if (place == FencePlace.BEFORE) {
            release();
        }
        place = FencePlace.BEFORE;
    }
}
