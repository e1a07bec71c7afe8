package io.slipway.protocol.firmware;

/** What came of reading a file: an image, or the reason why it is none. */
public sealed interface Inspection {

    /** A well-formed application image. */
    record AcceptedImage(AppImage image) implements Inspection {}

    /** A file that no device may get. */
    record RefusedFile(ImageRefusal refusal) implements Inspection {}
}
