package io.slipway.protocol.firmware;

/**
 * How an image is signed for secure boot. Whether the key is trusted only the chip's fuses know.
 */
public enum ImageSignature {
    NONE,
    /** Secure Boot V2, RSA-PSS with 3072 bits. */
    RSA_3072,
    /** Secure Boot V2, ECDSA on NIST P-256. */
    ECDSA_P256
}
