package io.slipway.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Preambles of the PROXY protocol, by its specification. */
public final class Preamble {

    private static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};

    private Preamble() {}

    /** A line of version 1. */
    public static byte[] text(String line) {
        return (line + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Version 2. */
    public static byte[] binary(int versionAndCommand, int family, byte[] rest) {
        return ByteBuffer.allocate(16 + rest.length)
                .put(SIGNATURE)
                .put((byte) versionAndCommand)
                .put((byte) family)
                .putShort((short) rest.length)
                .put(rest)
                .array();
    }

    /** Version 2, of a client that connects by TCP. */
    public static byte[] binary(String client) {
        return binary(client, 0);
    }

    /** As above, with this many additional bytes: one TLV of a private type. */
    public static byte[] binary(String client, int more) {
        byte[] source = bytes(client);
        byte[] here = new byte[source.length];
        here[source.length - 1] = 1;
        var rest = ByteBuffer.allocate(2 * source.length + 4 + more).put(source).put(here);
        rest.putShort((short) 40_001).putShort((short) 443);
        if (more > 0) {
            rest.put((byte) 0xe0).putShort((short) (more - 3));
        }
        return binary(0x21, source.length == 4 ? 0x11 : 0x21, rest.array());
    }

    private static byte[] bytes(String address) {
        try {
            byte[] bytes = InetAddress.getByName(address).getAddress();
            if (bytes.length == 16 || !address.contains(":")) {
                return bytes;
            }
            // Java converts a mapped address to IPv4; proxies with one socket for both send all 16
            // bytes.
            byte[] mapped = new byte[16];
            Arrays.fill(mapped, 10, 12, (byte) 0xff);
            System.arraycopy(bytes, 0, mapped, 12, 4);
            return mapped;
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
