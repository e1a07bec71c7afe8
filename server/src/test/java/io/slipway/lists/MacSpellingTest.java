package io.slipway.lists;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.Mac;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MacSpellingTest {

    private static final Mac MAC = Mac.parse("a0:b1:c2:d3:e4:f5").orElseThrow();

    /** All of them are {@link #MAC}. */
    private static final List<String> SPELLINGS =
            List.of(
                    "a0:b1:c2:d3:e4:f5",
                    "A0:B1:C2:D3:E4:F5",
                    "A0:b1:C2:d3:E4:f5",
                    "a0-b1-c2-d3-e4-f5",
                    "A0-B1-C2-D3-E4-F5",
                    "a0b1c2d3e4f5",
                    "A0B1C2D3E4F5",
                    "0xA0B1C2D3E4F5",
                    "0XA0B1C2D3E4F5",
                    "a0b1.c2d3.e4f5",
                    "A0B1.C2D3.E4F5",
                    "a0b1-c2d3-e4f5",
                    "a0b1:c2d3:e4f5",
                    "a0b1 c2d3 e4f5",
                    "a0b1_c2d3_e4f5",
                    "a0b1c2-d3e4f5",
                    "a0b1c2:d3e4f5",
                    "a0b1c2 d3e4f5",
                    "a0_b1_c2_d3_e4_f5",
                    "a0.b1.c2.d3.e4.f5",
                    "a0 b1 c2 d3 e4 f5",
                    "a0/b1/c2/d3/e4/f5",
                    "a0 : b1 : c2 : d3 : e4 : f5",
                    "a0: b1: c2: d3: e4: f5",
                    "  a0:b1:c2:d3:e4:f5  ",
                    "\ta0:b1:c2:d3:e4:f5\t",
                    "\u00a0a0:b1:c2:d3:e4:f5\u00a0",
                    "\u3000a0b1c2d3e4f5\u3000",
                    "\u202fa0b1c2d3e4f5\u2009",
                    "\ufeffa0:b1:c2:d3:e4:f5",
                    "a0:b1:c2:d3:e4:f5\ufeff",
                    "\u200ba0:b1:c2:\u200bd3:e4:f5",
                    "\u2060a0b1c2\u2060d3e4f5",
                    "\u202aa0:b1:c2:d3:e4:f5\u202c",
                    "a0\u00adb1c2d3e4f5",
                    "a0b1c2d3e4f5\r",
                    "a0\u2011b1\u2011c2\u2011d3\u2011e4\u2011f5",
                    "a0\u2010b1\u2010c2\u2010d3\u2010e4\u2010f5",
                    "a0\u2013b1\u2013c2\u2013d3\u2013e4\u2013f5",
                    "a0\u2014b1\u2014c2\u2014d3\u2014e4\u2014f5",
                    "a0\u2212b1\u2212c2\u2212d3\u2212e4\u2212f5",
                    "a0\uff0db1\uff0dc2\uff0dd3\uff0de4\uff0df5",
                    "a0\u00a0b1\u00a0c2\u00a0d3\u00a0e4\u00a0f5",
                    "a0\uff1ab1\uff1ac2\uff1ad3\uff1ae4\uff1af5",
                    "\uff21\uff10\uff1a\uff22\uff11\uff1a\uff23\uff12\uff1a\uff24\uff13\uff1a\uff25\uff14\uff1a\uff26\uff15",
                    "\uff41\uff10\uff42\uff11\uff43\uff12\uff44\uff13\uff45\uff14\uff46\uff15",
                    "a0\u2236b1\u2236c2\u2236d3\u2236e4\u2236f5",
                    "a0\uff0eb1\uff0ec2\uff0ed3\uff0ee4\uff0ef5",
                    "a0\uff3fb1\uff3fc2\uff3fd3\uff3fe4\uff3ff5",
                    "=\"a0b1c2d3e4f5\"",
                    "=\"a0:b1:c2:d3:e4:f5\"",
                    "\"a0:b1:c2:d3:e4:f5\"",
                    "\u201ca0:b1:c2:d3:e4:f5\u201d",
                    "'a0b1c2d3e4f5",
                    "\u2019a0b1c2d3e4f5",
                    "'a0b1c2d3e4f5'",
                    "`a0:b1:c2:d3:e4:f5`",
                    "MAC:a0:b1:c2:d3:e4:f5",
                    "MAC: A0-B1-C2-D3-E4-F5",
                    "MAC\uff1aa0b1c2d3e4f5",
                    "mac=a0b1c2d3e4f5",
                    "MAC a0:b1:c2:d3:e4:f5",
                    "MAC\u5730\u5740\uff1aa0:b1:c2:d3:e4:f5",
                    "\u8bbe\u5907MAC: a0:b1:c2:d3:e4:f5",
                    "Mac Address: a0:b1:c2:d3:e4:f5",
                    "Device-Id: a0:b1:c2:d3:e4:f5",
                    "WIFI_MAC=a0b1.c2d3.e4f5",
                    "(a0:b1:c2:d3:e4:f5)",
                    "[a0:b1:c2:d3:e4:f5]",
                    "<a0:b1:c2:d3:e4:f5>",
                    "\u3010a0:b1:c2:d3:e4:f5\u3011",
                    "a0:b1:c2:d3:e4:f5,",
                    "a0:b1:c2:d3:e4:f5;",
                    "a0:b1:c2:d3:e4:f5\u3002",
                    "a0:b1:c2:d3:e4:f5.");

    private static final List<String> OTHERS =
            List.of(
                    "",
                    " ",
                    "a0:b1:c2:d3:e4",
                    "a0:b1:c2:d3:e4:f5:06",
                    "a0:b1:c2:d3:e4:f5:06:07",
                    "a0 b1 c2 d3 e4 f5 06 07",
                    "a0:b1:c2-d3-e4-f5",
                    "a0:b1c2d3e4f5",
                    "a0b1c2d3e4f",
                    "a0b1c2d3e4f56",
                    "a0b1c2d3e4g5",
                    "a:b1:c2:d3:e4:f5",
                    "xa0b1c2d3e4f5",
                    "SN-a0b1c2d3e4f5",
                    "0a1b2c3d-0000-4000-8000-a0b1c2d3e4f5",
                    "138 0013 8000",
                    "1380 0138 0000",
                    "138001-380000",
                    "1.23457E+11",
                    "2026-12-01 10:00",
                    "\u5ba2\u5385",
                    "a0:b1:c2:d3:e4:f5 a0:b1:c2:d3:e4:f6",
                    "\u5ba2\u5385 a0:b1:c2:d3:e4:f5",
                    // Digits of other scripts are none of a MAC.
                    "\u0661\u0662\u0663\u0664\u0665\u0666\u0661\u0662\u0663\u0664\u0665\u0666");

    @Test
    void aMacIsReadHoweverItIsWritten() {
        assertThat(SPELLINGS).hasSizeGreaterThanOrEqualTo(60).doesNotHaveDuplicates();
        for (String spelling : SPELLINGS) {
            assertThat(MacSpelling.parse(spelling)).as("<%s>", spelling).contains(MAC);
        }
    }

    @Test
    void whatIsNoSingleMacIsNone() {
        for (String other : OTHERS) {
            assertThat(MacSpelling.parse(other)).as("<%s>", other).isEmpty();
        }
    }

    @Test
    void whatIsOnlyDigitsMayBeAMacButIsSeldomOne() {
        assertThat(MacSpelling.parse("138001380012")).contains(new Mac(0x1380_0138_0012L));
        assertThat(MacSpelling.all("138001380012").getFirst().digits()).isTrue();
        assertThat(MacSpelling.all("13:80:01:38:00:12").getFirst().digits()).isFalse();
        assertThat(MacSpelling.all("0011-2233-4455").getFirst().separated()).isTrue();
        assertThat(MacSpelling.all("a0b1c2d3e4f5").getFirst().separated()).isFalse();
    }

    @Test
    void everyMacIsReadInEveryForm() {
        var random = new Random(7);
        String[] between = {":", "-", "_", ".", " ", "\u2011", "\uff1a", " : ", "/"};
        String[] before = {"", "'", "MAC:", "=\"", "\ufeff", "\u8bbe\u5907MAC\uff1a", "\u00a0"};
        for (int i = 0; i < 20_000; i++) {
            Mac mac = new Mac(random.nextLong() & 0xffff_ffff_ffffL);
            String separator = between[random.nextInt(between.length)];
            String written = mac.toString().replace(":", separator);
            if (random.nextInt(4) == 0) {
                written = mac.toString().replace(":", "");
            } else if (random.nextInt(4) == 0) {
                String digits = mac.toString().replace(":", "");
                written =
                        digits.substring(0, 4)
                                + "."
                                + digits.substring(4, 8)
                                + "."
                                + digits.substring(8);
            }
            written = random.nextBoolean() ? written.toUpperCase(Locale.ROOT) : written;
            String prefix = before[random.nextInt(before.length)];
            String text = prefix + written + (prefix.equals("=\"") ? "\"" : "");
            assertThat(MacSpelling.parse(text)).as("<%s>", text).contains(mac);
            assertThat(MacSpelling.all(ListText.cell("x " + text + " y"))).as(text).hasSize(1);
        }
    }

    @Test
    void anyTextIsReadWithoutAnException() {
        var random = new Random(11);
        String alphabet = "0aF:-._ =\"'MAC/,\ufeff\u2011\uff1a\u5ba2\t#\ud83d";
        for (int i = 0; i < 50_000; i++) {
            var text = new StringBuilder();
            for (int n = random.nextInt(40); n > 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String cell = ListText.cell(text.toString());
            assertThat(ListText.cell(cell)).isEqualTo(cell);
            MacSpelling.parse(text.toString())
                    .ifPresent(mac ->
                            assertThat(MacSpelling.all(cell))
                                    .extracting(MacSpelling.SpelledMac::mac)
                                    .contains(mac));
        }
    }
}
