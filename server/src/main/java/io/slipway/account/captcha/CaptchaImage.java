package io.slipway.account.captcha;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.awt.geom.QuadCurve2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * Draws a text that people can read and simple programs can't: nothing crosses the letters; they
 * are turned, slanted, of different sizes and unevenly spaced, on a background of pale letters and
 * curves. Thread-safe.
 */
public final class CaptchaImage {

    // Only one of those that look alike when turned: no 9, q and g; no s and 5; no 2 and z; no 6
    // and b; no 0 and o; no 1, l, i and j; no c beside e, f beside t, v beside y; no m and r, which
    // look like
    // neighbours do.
    private static final String ALPHABET = "adehknptuwxy3478";
    private static final int LENGTH = 5;
    private static final int WIDTH = 160;
    private static final int HEIGHT = 60;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Radians; more would make a u of an n. */
    private static final double MAX_TURN = 0.38;

    private static final double MAX_SLANT = 0.22;

    /** Pixels between letters, and around them. */
    private static final double MIN_GAP = 3;

    private static final double MARGIN = 4;
    private static final int PALE_LETTERS = 14;
    private static final int PALE_CURVES = 7;

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
            text.append(letter());
        }
        return text.toString();
    }

    private static char letter() {
        return ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length()));
    }

    /** A PNG of 160 × 60 pixels. */
    byte[] draw(String text) {
        var image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        try {
            canvas.setRenderingHint(
                    RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            canvas.setColor(new Color(between(240, 255), between(240, 255), between(240, 255)));
            canvas.fillRect(0, 0, WIDTH, HEIGHT);
            drawBackground(canvas);
            drawText(canvas, text);
        } finally {
            canvas.dispose();
        }
        var png = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return png.toByteArray();
    }

    private void drawBackground(Graphics2D canvas) {
        for (int i = 0; i < PALE_CURVES; i++) {
            canvas.setColor(pale());
            canvas.setStroke(new BasicStroke((float) between(1.0, 3.0)));
            canvas.draw(
                    new QuadCurve2D.Double(
                            between(0, WIDTH),
                            between(0, HEIGHT),
                            between(0, WIDTH),
                            between(0, HEIGHT),
                            between(0, WIDTH),
                            between(0, HEIGHT)));
        }
        for (int i = 0; i < PALE_LETTERS; i++) {
            canvas.setColor(pale());
            var place = AffineTransform.getTranslateInstance(between(0, WIDTH), between(0, HEIGHT));
            place.rotate(between(0, 2 * Math.PI));
            canvas.fill(place.createTransformedShape(outline(letter(), between(14.0, 26.0))));
        }
    }

    private void drawText(Graphics2D canvas, String text) {
        List<Shape> letters = text.chars().mapToObj(c -> turned((char) c)).toList();
        double width = letters.stream().mapToDouble(each -> each.getBounds2D().getWidth()).sum();
        double free = WIDTH - 2 * MARGIN - width - (letters.size() - 1) * MIN_GAP;
        double fits = Math.min(1, (WIDTH - 2 * MARGIN - (letters.size() - 1) * MIN_GAP) / width);
        double x = MARGIN;
        for (Shape letter : letters) {
            double gap = free > 0 ? between(0, free / 2) : 0;
            free -= gap;
            Rectangle2D bounds = letter.getBounds2D();
            double height = bounds.getHeight() * fits;
            double y = between(MARGIN, Math.max(MARGIN, HEIGHT - MARGIN - height));
            var place = AffineTransform.getTranslateInstance(x + gap, y);
            place.scale(fits, fits);
            place.translate(-bounds.getX(), -bounds.getY());
            canvas.setColor(dark());
            canvas.fill(place.createTransformedShape(letter));
            x += gap + bounds.getWidth() * fits + MIN_GAP;
        }
    }

    private Shape turned(char letter) {
        var turned = AffineTransform.getRotateInstance(between(-MAX_TURN, MAX_TURN));
        turned.shear(between(-MAX_SLANT, MAX_SLANT), 0);
        return turned.createTransformedShape(outline(letter, between(36.0, 44.0)));
    }

    /** Centred around the origin. */
    private Shape outline(char letter, double size) {
        Font sized = font().deriveFont((float) size);
        // Measured without a canvas' settings, the same everywhere.
        var context = new FontRenderContext(null, true, true);
        Shape shape = sized.createGlyphVector(context, new char[] {letter}).getOutline();
        Rectangle2D bounds = shape.getBounds2D();
        return AffineTransform.getTranslateInstance(-bounds.getCenterX(), -bounds.getCenterY())
                .createTransformedShape(shape);
    }

    private static Color pale() {
        return new Color(between(200, 235), between(200, 235), between(200, 235));
    }

    private static Color dark() {
        return Color.getHSBColor(
                RANDOM.nextFloat(), (float) between(0.5, 1.0), (float) between(0.25, 0.5));
    }

    private static int between(int from, int to) {
        return RANDOM.nextInt(from, to + 1);
    }

    private static double between(double from, double to) {
        return RANDOM.nextDouble(from, Math.nextUp(to));
    }

    private synchronized Font font() {
        Font known = font;
        if (known == null) {
            // Otherwise it would create a temporary file for each image.
            ImageIO.setUseCache(false);
            try {
                known = CaptchaFont.load(folder);
            } catch (IOException | FontFormatException e) {
                throw new IllegalStateException("captchas can't be drawn", e);
            }
            font = known;
        }
        return known;
    }
}
