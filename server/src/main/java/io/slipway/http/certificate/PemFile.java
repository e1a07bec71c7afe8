package io.slipway.http.certificate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text form of certificates and keys (RFC 7468). */
final class PemFile {

    /** Bytes. A chain of certificates has about 6 KB. */
    private static final int MOST = 256 * 1024;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

    /**
     * One block.
     *
     * @param label {@code CERTIFICATE}, {@code PRIVATE KEY} and others
     * @param text what is between the lines, in Base64
     */
    record PemBlock(String label, String text) {

        byte[] bytes() throws UnusableCertificate {
            try {
                return Base64.getMimeDecoder().decode(text);
            } catch (IllegalArgumentException e) {
                throw new UnusableCertificate(
                        "PEM 文件中的 " + label + " 已损坏", "a " + label + " in a PEM file is damaged");
            }
        }
    }

    private PemFile() {}

    /**
     * The bytes of a file.
     *
     * @throws UnusableCertificate if it can't be read or has more than 256 KiB
     */
    static byte[] read(Path file) throws UnusableCertificate {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST + 1);
            if (bytes.length > MOST) {
                throw new UnusableCertificate(file + " 过大", file + " is too large");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new UnusableCertificate("没有文件 " + file, "there is no file " + file);
        } catch (IOException e) {
            throw new UnusableCertificate(
                    "读不了 " + file + "（" + e.getMessage() + "）",
                    file + " can't be read (" + e.getMessage() + ")");
        }
    }

    /** The blocks of a file, in order; anything around them is a comment. */
    static List<PemBlock> blocks(byte[] file) {
        var blocks = new ArrayList<PemBlock>();
        Matcher block = BLOCK.matcher(new String(file, StandardCharsets.ISO_8859_1));
        while (block.find()) {
            blocks.add(new PemBlock(block.group(1), block.group(2)));
        }
        return blocks;
    }
}
