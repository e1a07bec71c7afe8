package io.slipway.http.certificate;

import io.slipway.http.certificate.PemFile.PemBlock;
import java.io.ByteArrayOutputStream;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Private keys as programs write them: PKCS#8 ({@code PRIVATE KEY}), PKCS#1 ({@code RSA PRIVATE
 * KEY}) and SEC 1 ({@code EC PRIVATE KEY}). The JDK reads only the first, so the others are
 * wrapped.
 */
final class PrivateKeys {

    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;

    /** {@code SEQUENCE {rsaEncryption, NULL}}. */
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

    /** {@code ecPublicKey}; the curve follows. */
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

    private static final byte[] VERSION = {0x02, 0x01, 0x00};

    /** Where SEC 1 names the curve: {@code [0]}. */
    private static final int CURVE = 0xa0;

    private PrivateKeys() {}

    /**
     * The key of a file.
     *
     * @param algorithm of the certificate's public key
     */
    static PrivateKey read(byte[] file, String algorithm) throws UnusableCertificate {
        List<PemBlock> blocks = PemFile.blocks(file);
        for (PemBlock block : blocks) {
            switch (block.label()) {
                case "PRIVATE KEY" -> {
                    return key(block.bytes(), algorithm);
                }
                case "RSA PRIVATE KEY" -> {
                    plain(block);
                    return key(wrapped(RSA, block.bytes()), "RSA");
                }
                case "EC PRIVATE KEY" -> {
                    plain(block);
                    byte[] key = block.bytes();
                    byte[] names = der(SEQUENCE, EC, curve(key));
                    return key(wrapped(names, key), "EC");
                }
                case "ENCRYPTED PRIVATE KEY" -> throw encrypted();
                default -> {}
            }
        }
        throw new UnusableCertificate(
                "tls.key 的文件里没有私钥（PRIVATE KEY）",
                "the file of tls.key contains no private key (PRIVATE KEY)");
    }

    // Old programs wrote encrypted keys with headers in front.
    private static void plain(PemBlock block) throws UnusableCertificate {
        if (block.text().contains("ENCRYPTED")) {
            throw encrypted();
        }
    }

    private static UnusableCertificate encrypted() {
        return new UnusableCertificate(
                "tls.key 的私钥带密码：用 openssl pkey -in 旧 -out 新 去掉，并只让本用户可读",
                "the private key of tls.key is encrypted: remove the passphrase with openssl pkey"
                        + " -in OLD -out NEW, and let only this user read the file");
    }

    private static PrivateKey key(byte[] pkcs8, String algorithm) throws UnusableCertificate {
        try {
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (InvalidKeySpecException | NoSuchAlgorithmException e) {
            throw new UnusableCertificate(
                    "tls.key 的私钥不是证书所需的 " + algorithm + " 私钥",
                    "the private key of tls.key is not one of the certificate's kind, "
                            + algorithm);
        }
    }

    private static byte[] wrapped(byte[] names, byte[] key) {
        return der(SEQUENCE, VERSION, names, der(OCTETS, key));
    }

    // SEQUENCE {version, OCTET STRING, [0] curve, …}
    private static byte[] curve(byte[] key) throws UnusableCertificate {
        int at = content(key, 0);
        while (at + 2 <= key.length) {
            int from = content(key, at);
            int length = length(key, at);
            if (from + length > key.length) {
                break;
            }
            if ((key[at] & 0xff) == CURVE) {
                return Arrays.copyOfRange(key, from, from + length);
            }
            at = from + length;
        }
        throw new UnusableCertificate(
                "tls.key 的私钥没有写明曲线：用 openssl pkey -in 旧 -out 新 转换",
                "the private key of tls.key does not name its curve: convert it with openssl pkey"
                        + " -in OLD -out NEW");
    }

    // Lengths of up to 127 are one byte; longer ones are preceded by their own.
    private static int length(byte[] der, int at) {
        int first = at + 1 < der.length ? der[at + 1] & 0xff : 0;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < Math.min(3, first & 0x7f) && at + 2 + i < der.length; i++) {
            length = (length << 8) + (der[at + 2 + i] & 0xff);
        }
        return length;
    }

    private static int content(byte[] der, int at) {
        int first = at + 1 < der.length ? der[at + 1] & 0xff : 0;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static byte[] der(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        int length = content.size();
        var all = new ByteArrayOutputStream();
        all.write(tag);
        if (length < 0x80) {
            all.write(length);
        } else if (length < 0x100) {
            all.write(0x81);
            all.write(length);
        } else {
            all.write(0x82);
            all.write(length >> 8);
            all.write(length);
        }
        all.writeBytes(content.toByteArray());
        return all.toByteArray();
    }
}
