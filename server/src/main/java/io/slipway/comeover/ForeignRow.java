package io.slipway.comeover;

import java.util.Map;

/**
 * A row of another server's database, by the names that the statement has given its columns.
 *
 * @param values without those that are null
 */
record ForeignRow(Map<String, String> values) {

    /** {@code ""} for null, and for a column that this version of the server does not have. */
    String text(String name) {
        return values.getOrDefault(name, "");
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** Without what is in it: rows contain what people said. */
    @Override
    public String toString() {
        return "ForeignRow" + values.keySet();
    }
}
