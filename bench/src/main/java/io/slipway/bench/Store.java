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

/** A filled store that is kept, and the copy of it that a phase wears out. */
public interface Store extends AutoCloseable {

    /** As reports call it. */
    String label();

    /** Makes the kept store unless there is one that fits. */
    void fill(Filled wanted, PrintStream out) throws IOException;

    /** Makes a new copy; the one before is gone. */
    void copy() throws IOException;

    /** Makes the copy an empty one. */
    void clear() throws IOException;

    /** Data folder of the copy. */
    Path folder();

    /** The copy. */
    DatabaseConfig config();

    /** What the server must be told to find the copy. */
    Map<String, String> settings();

    /** CPU time of processes other than the server's that serve the copy, in seconds. */
    double cpu();

    /** What makes a commit survive power loss, as the store itself says. */
    String durability();

    @Override
    void close();

    /**
     * What must be in a store.
     *
     * @param home of the project
     * @param fresh whether to make it again in any case
     */
    record Filled(Path home, Fleet fleet, int devices, boolean fresh) {

        /** Changes with all that the content depends on: tables, bodies, number. */
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
