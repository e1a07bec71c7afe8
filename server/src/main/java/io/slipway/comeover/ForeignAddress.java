package io.slipway.comeover;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which other server, where its database is, and who may read it.
 *
 * @param url {@code jdbc:mariadb://…} or {@code jdbc:mysql://…}, with the database's name
 * @param user {@code ""} for the one of this process
 */
public record ForeignAddress(ForeignServer server, String url, String user, String password) {

    private static final String MARIADB = "jdbc:mariadb://";
    private static final String MYSQL = "jdbc:mysql://";

    /**
     * Those of the driver, in lower case, that a person needs to reach a server: they come before
     * what is set here, so that others could let that server read files or run statements.
     */
    private static final Set<String> OPTIONS =
            Set.of(
                    "sslmode",
                    "serversslcert",
                    "truststore",
                    "truststorepassword",
                    "truststoretype",
                    "keystore",
                    "keystorepassword",
                    "keystoretype",
                    "keypassword",
                    "enabledsslprotocolsuites",
                    "enabledsslciphersuites",
                    "fallbacktosystemtruststore",
                    "allowpublickeyretrieval",
                    "serverrsapublickeyfile");

    private static final Set<String> SECRETS = Set.of("user", "password");

    /** Whether it is a URL that can be read from, without regard to its options. */
    public static boolean valid(String url) {
        return url.startsWith(MARIADB) || url.startsWith(MYSQL);
    }

    /**
     * The first of a URL's options that is not allowed, only its name; empty if there is none. A
     * second question mark is refused with the option that it is in.
     */
    public static Optional<String> refusedOption(String url) {
        int start = url.indexOf('?');
        if (start < 0) {
            return Optional.empty();
        }
        for (String option : url.substring(start + 1).split("&", -1)) {
            String name = option.split("=", 2)[0];
            boolean allowed =
                    option.isEmpty()
                            || (OPTIONS.contains(name.toLowerCase(Locale.ROOT))
                                    && !option.contains("?"));
            if (!allowed) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    /** Whether an option is who reads, which has options of the command instead. */
    public static boolean secret(String option) {
        return SECRETS.contains(option.toLowerCase(Locale.ROOT));
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
