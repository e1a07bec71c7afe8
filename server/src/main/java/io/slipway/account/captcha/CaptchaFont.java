package io.slipway.account.captcha;

import io.slipway.files.PrivateFiles;
import java.awt.Font;
import java.awt.FontFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A font for a JDK that may have none: drawing any text makes it ask fontconfig for the system's
 * fonts, and it throws if there are none. Providing a font table, which the JDK on Linux prefers if
 * its files exist, avoids that.
 */
final class CaptchaFont {

    private static final String TABLE = "sun.awt.fontconfig";
    private static final String RESOURCE = "/com/formdev/flatlaf/fonts/roboto/Roboto-Medium.ttf";
    private static final String NAME = "-slipway-roboto-medium-r-normal--*-%d-*-*-p-*-iso8859-1";

    private CaptchaFont() {}

    /** Writes the font to {@code folder} and reads it; must run before anything else draws text. */
    static Font load(Path folder) throws IOException, FontFormatException {
        Path file = folder.resolve("captcha.ttf").toAbsolutePath();
        PrivateFiles.folder(folder);
        try (InputStream font = CaptchaFont.class.getResourceAsStream(RESOURCE)) {
            if (font == null) {
                throw new IOException("the captcha's font is missing from the class path");
            }
            replace(file, font.readAllBytes());
        }
        if (System.getProperty("os.name", "").startsWith("Linux")
                && System.getProperty(TABLE) == null) {
            Path table = file.resolveSibling("captcha-fonts.properties");
            replace(table, table(file).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
            System.setProperty(TABLE, table.toString());
        }
        // From the file: given a stream, the JDK would copy it to a temporary folder that may not
        // exist.
        return Font.createFont(Font.TRUETYPE_FONT, file.toFile());
    }

    private static String table(Path font) {
        var table = new StringBuilder("version=1\nsequence.allfonts=latin-1\n");
        for (String face : List.of("serif", "sansserif", "monospaced", "dialog", "dialoginput")) {
            for (String style : List.of("plain", "bold", "italic", "bolditalic")) {
                table.append(face).append('.').append(style).append(".latin-1=").append(NAME);
                table.append('\n');
            }
        }
        return table.append("filename.").append(NAME).append('=').append(escaped(font)) + "\n";
    }

    // Properties files are Latin-1 with backslash escapes.
    private static String escaped(Path path) {
        var text = new StringBuilder();
        for (char c : path.toString().toCharArray()) {
            if (c == '\\' || c > '~') {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    // Atomic: another process may be reading it.
    private static void replace(Path file, byte[] content) throws IOException {
        Path fresh = Files.createTempFile(file.getParent(), "captcha", ".new");
        Files.write(fresh, content);
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
