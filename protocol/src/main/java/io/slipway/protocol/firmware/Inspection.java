package io.slipway.protocol.firmware;

/** The result of reading a file: an image, or the reason of the refusal. */
public sealed interface Inspection {

    /** A well-formed application image. */
    record AcceptedImage(AppImage image) implements Inspection {}

    /** A file that no device may get. */
    record RefusedFile(ImageRefusal refusal) implements Inspection {}
}
