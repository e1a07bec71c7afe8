package io.slipway.protocol.firmware;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.firmware.ImageRefusal.Fault;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SecureBootTest {

    private static KeyPair rsa;
    private static KeyPair ec;
    private static byte[] padded;

    @BeforeAll
    static void keys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(3072);
        rsa = generator.generateKeyPair();
        generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        ec = generator.generateKeyPair();
        // As espsecure pads an image that was not built with --secure-pad-v2.
        byte[] image = new ImageWriter(Chip.ESP32C6).size(9_000).bytes();
        padded = Images.filled(12_288, 0xff);
        System.arraycopy(image, 0, padded, 0, image.length);
    }

    private static byte[] rsaBlock(byte[] contents) throws GeneralSecurityException {
        return rsaBlock(contents, 32);
    }

    private static byte[] rsaBlock(byte[] contents, int salt) throws GeneralSecurityException {
        byte[] block = block(2, contents);
        BigInteger n = ((RSAPublicKey) rsa.getPublic()).getModulus();
        BigInteger word = BigInteger.ONE.shiftLeft(32);
        put(block, 36, 384, n);
        put(block, 420, 4, ((RSAPublicKey) rsa.getPublic()).getPublicExponent());
        put(block, 424, 384, BigInteger.TWO.pow(6144).mod(n));
        put(block, 808, 4, word.subtract(n.modInverse(word)));
        java.security.Signature signer = java.security.Signature.getInstance("RSASSA-PSS");
        signer.setParameter(
                new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, salt, 1));
        signer.initSign(rsa.getPrivate());
        signer.update(contents);
        put(block, 812, 384, new BigInteger(1, signer.sign()));
        return sealed(block);
    }

    private static byte[] ecBlock(byte[] contents) throws GeneralSecurityException {
        byte[] block = block(3, contents);
        ECPublicKey key = (ECPublicKey) ec.getPublic();
        block[36] = 2;
        put(block, 37, 32, key.getW().getAffineX());
        put(block, 69, 32, key.getW().getAffineY());
        java.security.Signature signer =
                java.security.Signature.getInstance("SHA256withECDSAinP1363Format");
        signer.initSign(ec.getPrivate());
        signer.update(contents);
        byte[] signature = signer.sign();
        put(block, 101, 32, new BigInteger(1, Arrays.copyOf(signature, 32)));
        put(block, 133, 32, new BigInteger(1, Arrays.copyOfRange(signature, 32, 64)));
        return sealed(block);
    }

    private static byte[] block(int version, byte[] contents) {
        byte[] block = new byte[1216];
        block[0] = (byte) 0xe7;
        block[1] = (byte) version;
        System.arraycopy(ImageSource.sha256().digest(contents), 0, block, 4, 32);
        return block;
    }

    private static void put(byte[] block, int at, int length, BigInteger number) {
        for (int i = 0; i < length; i++) {
            block[at + i] = number.shiftRight(8 * i).byteValue();
        }
    }

    private static byte[] sealed(byte[] block) {
        CRC32 crc = new CRC32();
        crc.update(block, 0, 1196);
        Bytes.putU32(block, 1196, crc.getValue());
        return block;
    }

    private static byte[] signed(byte[] contents, byte[]... blocks) {
        byte[] sector = Images.filled(4096, 0xff);
        byte[] all = Images.join(blocks);
        System.arraycopy(all, 0, sector, 0, all.length);
        return Images.join(contents, sector);
    }

    @Test
    void signedImagesAreAccepted() throws GeneralSecurityException {
        AppImage image = Images.accepted(signed(padded, rsaBlock(padded)));
        assertThat(image.file().signature()).isEqualTo(ImageSignature.RSA_3072);
        assertThat(image.file().size()).isEqualTo(padded.length + 4096);
        image = Images.accepted(signed(padded, ecBlock(padded)));
        assertThat(image.file().signature()).isEqualTo(ImageSignature.ECDSA_P256);
        image = Images.accepted(signed(padded, ecBlock(padded), rsaBlock(padded), ecBlock(padded)));
        assertThat(image.file().signature()).isEqualTo(ImageSignature.ECDSA_P256);
    }

    /** Without padding between image and sector, and without an appended hash. */
    @Test
    void anImageMayEndAtTheSectorsStart() throws GeneralSecurityException {
        byte[] image = new ImageWriter(Chip.ESP32).size(65_536).bytes();
        Images.accepted(signed(image, rsaBlock(image)));
        // Without the sector it is the build's output before signing.
        Images.accepted(image);
        byte[] plain = new ImageWriter(Chip.ESP32).size(65_536).hash(false).bytes();
        Images.accepted(signed(plain, rsaBlock(plain)));
    }

    @Test
    void noChangedByteStaysUnseen() throws GeneralSecurityException {
        byte[] file = signed(padded, ecBlock(padded), rsaBlock(padded));
        for (int at = 9_000; at < file.length; at++) {
            byte[] damaged = Images.with(file, at, file[at] ^ 0x10);
            assertThat(Images.read(damaged))
                    .as("byte %d", at)
                    .isInstanceOf(Inspection.RefusedFile.class);
        }
    }

    @Test
    void everyCutIsNoticed() throws GeneralSecurityException {
        byte[] file = signed(padded, ecBlock(padded));
        int image = (int) Images.accepted(Arrays.copyOf(padded, 9_008)).file().size();
        for (int k = image + 1; k < file.length; k++) {
            assertThat(Images.refused(Arrays.copyOf(file, k)).reason())
                    .isIn(Fault.TRAILING, Fault.SIGNATURE_V1);
        }
        assertThat(Images.refused(Images.join(file, new byte[1])).reason())
                .isEqualTo(Fault.TRAILING);
    }

    /** A recomputed CRC does not make a signature valid. */
    @Test
    void forgedBlocksAreRefused() throws GeneralSecurityException {
        for (int at : new int[] {4, 36, 420, 424, 808, 812, 1195}) {
            byte[] block = rsaBlock(padded);
            block[at] ^= 1;
            assertThat(Images.refused(signed(padded, sealed(block))).reason())
                    .isEqualTo(Fault.SIGNATURE_WRONG);
        }
        for (int at : new int[] {4, 37, 69, 101, 133}) {
            byte[] block = ecBlock(padded);
            block[at] ^= 1;
            assertThat(Images.refused(signed(padded, sealed(block))).reason())
                    .isEqualTo(Fault.SIGNATURE_WRONG);
        }
        byte[] other = new ImageWriter(Chip.ESP32C6).size(12_288).seed(9).bytes();
        assertThat(Images.refused(signed(other, rsaBlock(padded))).reason())
                .isEqualTo(Fault.SIGNATURE_WRONG);
        assertThat(Images.refused(signed(padded, rsaBlock(padded), rsaBlock(other))).en())
                .contains("Signature 2");
    }

    /** The chip's ROM supports only salts of 32 bytes. */
    @Test
    void otherSaltsAreRefused() throws GeneralSecurityException {
        for (int salt : new int[] {0, 20, 31, 33, 64}) {
            assertThat(Images.refused(signed(padded, rsaBlock(padded, salt))).reason())
                    .isEqualTo(Fault.SIGNATURE_WRONG);
        }
    }

    @Test
    void curvesThatCannotBeCheckedAreNamed() throws GeneralSecurityException {
        byte[] p192 = ecBlock(padded);
        p192[36] = 1;
        ImageRefusal refusal = Images.refused(signed(padded, sealed(p192)));
        assertThat(refusal.reason()).isEqualTo(Fault.SIGNATURE_SCHEME);
        byte[] p384 = ecBlock(padded);
        p384[2] = 1;
        p384[52] = 3;
        refusal = Images.refused(signed(padded, sealed(p384)));
        assertThat(refusal.reason()).isEqualTo(Fault.SIGNATURE_SCHEME);
        assertThat(refusal.en()).contains("curve 3");
    }

    @Test
    void zeroedKeysDoNotThrow() {
        byte[] block = sealed(block(2, padded));
        assertThat(Images.refused(signed(padded, block)).reason()).isEqualTo(Fault.SIGNATURE_WRONG);
        block = block(3, padded);
        block[36] = 2;
        assertThat(Images.refused(signed(padded, sealed(block))).reason())
                .isEqualTo(Fault.SIGNATURE_WRONG);
    }
}
