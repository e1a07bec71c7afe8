package io.slipway.sql;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A table as the migrations make it, the same on both engines.
 *
 * @param columns in the migrations' order
 * @param key the columns of its primary key, which order its rows; never empty
 * @param needs the tables that its foreign keys refer to
 */
public record SchemaTable(String name, List<String> columns, List<String> key, List<String> needs) {

    String select() {
        return "SELECT " + listed(columns) + " FROM " + name + " ORDER BY " + listed(key);
    }

    String insert() {
        return "INSERT INTO "
                + name
                + " ("
                + listed(columns)
                + ") VALUES (?"
                + ",?".repeat(columns.size() - 1)
                + ")";
    }

    // Quoted: a name may be a word of SQL.
    private static String listed(List<String> names) {
        return names.stream().map(each -> '"' + each + '"').collect(Collectors.joining(", "));
    }
}
