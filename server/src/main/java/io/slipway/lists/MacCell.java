package io.slipway.lists;

import io.slipway.lists.MacSpelling.SpelledMac;
import io.slipway.protocol.Mac;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a cell contains of MACs: usually none or one, or several between commas.
 *
 * @param almost what was probably meant as one, next to others
 */
record MacCell(List<NamedMac> macs, List<String> almost) {

    static final MacCell NONE = new MacCell(List.of(), List.of());

    /** A full-width comma or semicolon is a usual one by then. */
    static final Pattern BETWEEN = Pattern.compile("[、,;|]");

    private static final Pattern WORDS = Pattern.compile("[、,;|]|(?<=[0-9A-Za-z]{2}) +");

    private static final int DIGITS = 12;

    /**
     * @param account before it, {@code ""} for none; null if it is missing before a slash
     */
    record NamedMac(@Nullable String account, SpelledMac spelled) {

        String value() {
            String mac = spelled.mac().toString();
            return account == null || account.isEmpty() ? mac : account + "/" + mac;
        }

        /** Why it names no device; null if it does. */
        @Nullable ListFault fault() {
            Mac mac = spelled.mac();
            if (account == null) {
                return ListFault.NO_ACCOUNT;
            }
            if (mac.individual()) {
                return null;
            }
            if (mac.bits() == 0) {
                return ListFault.ZERO;
            }
            return mac.anonymous() ? ListFault.BROADCAST : ListFault.MULTICAST;
        }
    }

    /** Reads a cell, as written. */
    static MacCell of(String written, ListKind kind) {
        Optional<Mac> usual = Mac.parse(written);
        if (usual.isPresent()) {
            return new MacCell(
                    List.of(new NamedMac("", MacSpelling.usual(written, usual.get()))), List.of());
        }
        if (digits(written) < DIGITS) {
            return NONE;
        }
        String text = ListText.cell(written);
        if (kind == ListKind.NAMES && text.indexOf('/') >= 0) {
            return names(text);
        }
        List<NamedMac> macs =
                MacSpelling.all(text).stream().map(mac -> new NamedMac("", mac)).toList();
        List<String> almost =
                macs.isEmpty()
                        ? List.of()
                        : WORDS.splitAsStream(text)
                                .map(String::strip)
                                .filter(word -> MacSpelling.all(word).isEmpty())
                                .filter(MacSpelling::almost)
                                .toList();
        return new MacCell(macs, almost);
    }

    private static MacCell names(String text) {
        var macs = new ArrayList<NamedMac>(1);
        for (String token : BETWEEN.split(text)) {
            int slash = token.indexOf('/');
            List<SpelledMac> whole = MacSpelling.all(token);
            if (slash < 0 || MacSpelling.parse(token).isPresent()) {
                whole.forEach(mac -> macs.add(new NamedMac("", mac)));
                continue;
            }
            String account = token.substring(0, slash).strip();
            String rest = token.substring(slash + 1);
            Optional<Mac> mac = MacSpelling.parse(rest);
            if (mac.isPresent()) {
                var spelled = MacSpelling.all(rest).getFirst();
                macs.add(new NamedMac(account.isEmpty() ? null : account, spelled));
            }
        }
        return new MacCell(macs, List.of());
    }

    // Cheap: most cells of a table contain no MAC.
    private static int digits(String text) {
        int digits = 0;
        for (int i = 0; i < text.length() && digits < DIGITS; i++) {
            char c = text.charAt(i);
            // Full-width ones, too.
            digits += Character.digit(c, 16) >= 0 ? 1 : 0;
        }
        return digits;
    }

    boolean separated() {
        return macs.stream().anyMatch(mac -> mac.spelled().separated());
    }

    boolean empty() {
        return macs.isEmpty();
    }

    /** Without what is only digits: the row has a MAC that certainly is one. */
    MacCell withoutNumbers() {
        List<NamedMac> certain = macs.stream().filter(mac -> !mac.spelled().digits()).toList();
        return certain.size() == macs.size() ? this : new MacCell(certain, almost);
    }
}
