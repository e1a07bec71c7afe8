package io.slipway.activation;

import io.slipway.device.Devices;
import io.slipway.device.Pair;
import io.slipway.keys.MasterKey;
import io.slipway.sql.Tx;
import io.slipway.work.Throttles;

/** Codes written as by the server itself, for the benchmark. */
public final class FilledCodes {

    /** Eight digits leave room for a million codes in addition to the server's own. */
    private static final long SPACE = 100_000_000;

    private FilledCodes() {}

    /** A code for a pair that has just asked; {@code number} determines it and must be unique. */
    public static void insert(Tx tx, MasterKey master, long id, Pair pair, long number, long now) {
        String code = String.format("%08d", number * 7_919 % SPACE);
        var made =
                new Activation(
                        id,
                        pair,
                        new CodeCipher(master)
                                .seal(
                                        new Activation.ShownCode(code, "00000", Codes.challenge()),
                                        0),
                        Throttles.network("127.0.0.1"),
                        new Devices.LastReport("bread-compact-wifi", "2.4.2", "zh-CN"),
                        "",
                        now,
                        now);
        if (!HotActivationStore.insert(tx, made)) {
            throw new IllegalStateException("the code " + code + " is there already");
        }
    }

    /** How many codes are alive. */
    public static long live(Tx tx) {
        return ActivationStore.live(tx);
    }
}
