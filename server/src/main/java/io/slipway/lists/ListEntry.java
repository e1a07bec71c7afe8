package io.slipway.lists;

import org.jspecify.annotations.Nullable;

/**
 * A device that a list names.
 *
 * @param line from 1
 * @param value its MAC in the firmware's form, with {@code account/} before it where the list names
 *     the account; or its serial number
 * @param key of a serial number, as written; null for none
 */
public record ListEntry(int line, String value, @Nullable String key) {}
