package io.slipway.bench;

import io.slipway.sql.DatabaseConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** A filled store that is reused, and a copy of it for each phase. */
public interface Store extends AutoCloseable {

    /** Its name in reports. */
    String label();

    /** Fills the store unless there is one that fits. */
    void fill(Filled wanted, PrintStream out) throws IOException;

    /** Replaces the copy by a new one. */
    void copy() throws IOException;

    /** Replaces the copy by an empty store. */
    void clear() throws IOException;

    /** Data folder of the copy. */
    Path folder();

    /** The copy. */
    DatabaseConfig config();

    /** The settings for the server to use the copy. */
    Map<String, String> settings();

    /** CPU time of processes other than the server's that serve the copy, in seconds. */
    double cpu();

    /** What makes a commit survive power loss, as reported by the store itself. */
    String durability();

    @Override
    void close();

    /**
     * The required content of a store.
     *
     * @param home of the project
     * @param fresh whether to fill it again in any case
     */
    record Filled(Path home, Fleet fleet, int devices, boolean fresh) {

        /** Changes with everything that the content depends on: tables, bodies, number. */
        String print() throws IOException {
            try (var migrations = Files.list(home.resolve("server/src/main/resources/db"))) {
                var digest = MessageDigest.getInstance("SHA-256");
                for (Path file : migrations.sorted().toList()) {
                    digest.update(Files.readAllBytes(file));
                }
                digest.update(fleet.body(Fleet.mac(devices)));
                String count =
                        "devices="
                                + devices
                                + ";"
                                + Fill.SETTLED
                                + ";"
                                + Fleet.clientId(Fleet.mac(1)).value();
                digest.update(count.getBytes(StandardCharsets.UTF_8));
                return HexFormat.of().formatHex(digest.digest());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
