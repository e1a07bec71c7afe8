package io.slipway.account.captcha;

import cn.hutool.captcha.ShearCaptcha;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** Draws a text that people can read and simple programs can't. Thread-safe. */
public final class CaptchaImage {

    // Without characters that look alike.
    private static final String ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz";
    private static final int LENGTH = 5;
    private static final int WIDTH = 160;
    private static final int HEIGHT = 60;
    private static final int STROKE = 4;
    private static final int PALE = 150;
    private static final int WHITE = 250;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path folder;
    private @Nullable Font font;

    /**
     * @param folder where the font may be written
     */
    public CaptchaImage(Path folder) {
        this.folder = folder;
    }

    static String text() {
        var text = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    /** A PNG of 160 × 60 pixels. */
    byte[] draw(String text) {
        var captcha = new ShearCaptcha(WIDTH, HEIGHT, LENGTH, STROKE);
        captcha.setFont(font());
        captcha.setBackground(Color.WHITE);
        // The shear would push the last letter over the edge: leave some room.
        var image = (BufferedImage) captcha.createImage(text + " ");
        darken(image);
        var png = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return png.toByteArray();
    }

    // The library picks any colour, even pale yellow on white.
    private static void darken(BufferedImage image) {
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                Color color = new Color(image.getRGB(x, y));
                int light = (color.getRed() * 3 + color.getGreen() * 6 + color.getBlue()) / 10;
                if (light > PALE && light < WHITE) {
                    image.setRGB(x, y, color.darker().getRGB());
                }
            }
        }
    }

    private synchronized Font font() {
        Font known = font;
        if (known == null) {
            // Otherwise it would create a temporary file for each image.
            ImageIO.setUseCache(false);
            try {
                known = CaptchaFont.load(folder).deriveFont(Font.PLAIN, HEIGHT * 0.6f);
            } catch (IOException | FontFormatException e) {
                throw new IllegalStateException("captchas can't be drawn", e);
            }
            font = known;
        }
        return known;
    }
}
