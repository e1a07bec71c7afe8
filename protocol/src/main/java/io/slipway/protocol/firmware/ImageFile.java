package io.slipway.protocol.firmware;

/**
 * The bytes of an application image.
 *
 * @param size in bytes, including a signature
 * @param sha256 64 lower-case hex digits
 * @param hashAppended whether the image contains a hash of itself. Without one, only the checksum
 *     over the segments protects it: a changed byte in a header may go unnoticed.
 */
public record ImageFile(long size, String sha256, boolean hashAppended, ImageSignature signature) {}
