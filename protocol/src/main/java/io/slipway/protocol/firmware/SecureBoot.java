package io.slipway.protocol.firmware;

import io.slipway.protocol.firmware.ImageRefusal.Fault;
import io.slipway.protocol.firmware.ImageSource.Stop;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * The sector of 4 KiB that {@code espsecure sign_data --version 2} appends: up to three blocks of
 * 1216 bytes, each with the digest of all that comes before the sector, a public key, a signature
 * and a CRC; then 0xff. All numbers are little-endian.
 */
final class SecureBoot {

    static final int SECTOR = 4096;
    static final int BLOCK = 1216;
    static final int MAX_BLOCKS = 3;
    static final int MAGIC = 0xe7;

    static final int VERSION_RSA = 2;
    static final int VERSION_ECDSA = 3;
    static final int CURVE_P256 = 2;

    static final int DIGEST = 4;
    static final int CRC = 1196;

    // RSA: modulus, exponent, and precomputed values for the chip's multiplier.
    static final int RSA_BYTES = 384;
    static final int RSA_MODULUS = 36;
    static final int RSA_EXPONENT = 420;
    static final int RSA_R = 424;
    static final int RSA_M = 808;
    static final int RSA_SIGNATURE = 812;

    // ECDSA: the hash type (0 is SHA-256), the curve, the key's point, r and s.
    static final int EC_HASH = 2;
    static final int EC_CURVE = 36;
    static final int EC_POINT = 37;
    static final int EC_SIGNATURE = 101;
    static final int EC_BYTES = 32;
    // With SHA-384 the longer digest shifts the curve.
    private static final int EC_CURVE_SHA384 = 52;

    private static final int SALT = 32;

    private SecureBoot() {}

    /**
     * Checks every block: its CRC, its digest and its signature with its own key.
     *
     * @param digest SHA-256 of everything before the sector
     * @return the scheme of the first block
     */
    static ImageSignature verify(byte[] sector, byte[] digest) throws Stop {
        ImageSignature first = ImageSignature.NONE;
        int blocks = 0;
        while (blocks < MAX_BLOCKS && Bytes.u8(sector, blocks * BLOCK) == MAGIC) {
            byte[] block = Arrays.copyOfRange(sector, blocks * BLOCK, (blocks + 1) * BLOCK);
            blocks++;
            ImageSignature scheme = verify(block, digest, blocks);
            first = blocks == 1 ? scheme : first;
        }
        if (!Bytes.all(sector, blocks * BLOCK, SECTOR, 0xff)) {
            throw new Stop(Fault.SIGNATURE_DAMAGED, blocks + 1);
        }
        return first;
    }

    private static ImageSignature verify(byte[] block, byte[] digest, int number) throws Stop {
        CRC32 crc = new CRC32();
        crc.update(block, 0, CRC);
        if (crc.getValue() != Bytes.u32(block, CRC) || !Bytes.all(block, CRC + 4, BLOCK, 0)) {
            throw new Stop(Fault.SIGNATURE_DAMAGED, number);
        }
        ImageSignature scheme = scheme(block);
        boolean good =
                Arrays.equals(block, DIGEST, DIGEST + digest.length, digest, 0, digest.length)
                        && (scheme == ImageSignature.RSA_3072
                                ? rsa(block, digest)
                                : ecdsa(block, digest));
        if (!good) {
            throw new Stop(Fault.SIGNATURE_WRONG, number);
        }
        return scheme;
    }

    private static ImageSignature scheme(byte[] block) throws Stop {
        int version = Bytes.u8(block, 1);
        if (version == VERSION_RSA) {
            return ImageSignature.RSA_3072;
        }
        boolean sha256 = Bytes.u8(block, EC_HASH) == 0;
        int curve =
                version == VERSION_ECDSA ? Bytes.u8(block, sha256 ? EC_CURVE : EC_CURVE_SHA384) : 0;
        if (version == VERSION_ECDSA && sha256 && curve == CURVE_P256) {
            return ImageSignature.ECDSA_P256;
        }
        throw new Stop(Fault.SIGNATURE_SCHEME, version, curve);
    }

    private static boolean ecdsa(byte[] block, byte[] digest) {
        try {
            AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
            curve.init(new ECGenParameterSpec("secp256r1"));
            ECPoint point =
                    new ECPoint(
                            Bytes.number(block, EC_POINT, EC_BYTES),
                            Bytes.number(block, EC_POINT + EC_BYTES, EC_BYTES));
            PublicKey key =
                    KeyFactory.getInstance("EC")
                            .generatePublic(
                                    new ECPublicKeySpec(
                                            point, curve.getParameterSpec(ECParameterSpec.class)));
            byte[] signature = new byte[2 * EC_BYTES];
            for (int i = 0; i < EC_BYTES; i++) {
                signature[i] = block[EC_SIGNATURE + EC_BYTES - 1 - i];
                signature[EC_BYTES + i] = block[EC_SIGNATURE + 2 * EC_BYTES - 1 - i];
            }
            java.security.Signature check =
                    java.security.Signature.getInstance("NONEwithECDSAinP1363Format");
            check.initVerify(key);
            check.update(digest);
            return check.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    // Implemented here: the JDK's RSASSA-PSS hashes the message itself, and the key is at the
    // file's end.
    private static boolean rsa(byte[] block, byte[] digest) {
        BigInteger modulus = Bytes.number(block, RSA_MODULUS, RSA_BYTES);
        BigInteger exponent = BigInteger.valueOf(Bytes.u32(block, RSA_EXPONENT));
        BigInteger signature = Bytes.number(block, RSA_SIGNATURE, RSA_BYTES);
        if (modulus.bitLength() != RSA_BYTES * 8
                || !modulus.testBit(0)
                || signature.compareTo(modulus) >= 0) {
            return false;
        }
        BigInteger r = BigInteger.ONE.shiftLeft(2 * RSA_BYTES * 8).mod(modulus);
        BigInteger word = BigInteger.ONE.shiftLeft(32);
        BigInteger m = modulus.modInverse(word).negate().mod(word);
        if (!r.equals(Bytes.number(block, RSA_R, RSA_BYTES))
                || m.longValue() != Bytes.u32(block, RSA_M)) {
            return false;
        }
        byte[] encoded = new byte[RSA_BYTES];
        byte[] plain = signature.modPow(exponent, modulus).toByteArray();
        // A leading zero byte may be present or missing.
        int from = Math.max(0, plain.length - RSA_BYTES);
        System.arraycopy(
                plain, from, encoded, RSA_BYTES - (plain.length - from), plain.length - from);
        return pss(encoded, digest);
    }

    /** EMSA-PSS-VERIFY of RFC 8017 with SHA-256, MGF1 and a salt of 32 bytes. */
    private static boolean pss(byte[] encoded, byte[] digest) {
        int hash = encoded.length - digest.length - 1;
        if (Bytes.u8(encoded, encoded.length - 1) != 0xbc || (encoded[0] & 0x80) != 0) {
            return false;
        }
        byte[] mask = mgf1(Arrays.copyOfRange(encoded, hash, encoded.length - 1), hash);
        byte[] data = new byte[hash];
        for (int i = 0; i < hash; i++) {
            data[i] = (byte) (encoded[i] ^ mask[i]);
        }
        data[0] &= 0x7f;
        if (!Bytes.all(data, 0, hash - SALT - 1, 0) || data[hash - SALT - 1] != 1) {
            return false;
        }
        MessageDigest again = ImageSource.sha256();
        again.update(new byte[8]);
        again.update(digest);
        again.update(data, hash - SALT, SALT);
        return Arrays.equals(again.digest(), Arrays.copyOfRange(encoded, hash, encoded.length - 1));
    }

    private static byte[] mgf1(byte[] seed, int length) {
        byte[] mask = new byte[length];
        for (int done = 0, counter = 0; done < length; done += 32, counter++) {
            MessageDigest digest = ImageSource.sha256();
            digest.update(seed);
            // Under 256 rounds: the counter's other three bytes stay zero.
            digest.update(new byte[] {0, 0, 0, (byte) counter});
            System.arraycopy(digest.digest(), 0, mask, done, Math.min(32, length - done));
        }
        return mask;
    }
}
