package io.slipway.comeover;

/**
 * Which other server, where its database is, and who may read it.
 *
 * @param url {@code jdbc:mariadb://…} or {@code jdbc:mysql://…}, with the database's name
 * @param user {@code ""} for what the URL says
 */
public record ForeignAddress(ForeignServer server, String url, String user, String password) {

    private static final String MARIADB = "jdbc:mariadb://";
    private static final String MYSQL = "jdbc:mysql://";

    /** Whether it is a URL that can be read from. */
    public static boolean valid(String url) {
        return url.startsWith(MARIADB) || url.startsWith(MYSQL);
    }

    /** For the driver, which has one name for both. */
    String driverUrl() {
        return url.startsWith(MYSQL) ? MARIADB + url.substring(MYSQL.length()) : url;
    }

    /** Without options, which may contain a password. */
    @Override
    public String toString() {
        return url.split("[?;]", 2)[0].replaceFirst("//[^/]*@", "//");
    }
}
