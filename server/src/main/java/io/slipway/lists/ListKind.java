package io.slipway.lists;

/** What a list names its devices by. */
public enum ListKind {
    /** MAC addresses. */
    MACS,
    /** MAC addresses, with the account's name and {@code /} before them where it is needed. */
    NAMES,
    /** Serial numbers, with their keys in a second column. */
    SERIALS
}
