package io.slipway.rollout.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.http.Problem;
import io.slipway.protocol.Mac;
import io.slipway.rollout.rules.plan.NamedDevices;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MacFileTest {

    @Test
    void listsAreReadAsPeopleKeepThem() {
        MacFile file =
                read(
                        """
                        \ufeffMAC,Name
                        aa:bb:cc:00:11:22,客厅

                        # the lab
                        AA-BB-CC-00-11-23  # desk 3
                        "aabbcc001124";x
                        aa:bb:cc:00:11:22
                        \
                        """);
        assertThat(file.devices().stream().map(DeviceNameText::of))
                .containsExactly("aa:bb:cc:00:11:22", "aa:bb:cc:00:11:23", "aa:bb:cc:00:11:24");
        assertThat(file.repeated()).isEqualTo(1);
        assertThat(file.wrong()).isZero();
    }

    @Test
    void whatIsNoMacIsNamedByItsLine() {
        MacFile file = read("aa:bb:cc:00:11:22\r\nmac\r\n" + "x".repeat(100) + "\r\n,\r\n12\r\n");
        assertThat(file.wrong()).isEqualTo(3);
        assertThat(file.invalid())
                .containsExactly(
                        new MacFile.InvalidLine(2, "mac"),
                        new MacFile.InvalidLine(3, "x".repeat(64) + "…"),
                        new MacFile.InvalidLine(5, "12"));
        MacFile junk = read("junk\n".repeat(5_000));
        assertThat(junk.wrong()).isEqualTo(5_000);
        assertThat(junk.invalid()).hasSize(MacFile.SHOWN);
    }

    @Test
    void accountsAreDistinguishedAndAmbiguousMacsAreNot() {
        MacFile file =
                read(
                        """
                        aa:bb:cc:00:11:22
                        张三/AA:BB:CC:00:11:22
                        张三/aabbcc001122
                        00:00:00:00:00:00
                        ff:ff:ff:ff:ff:ff
                        /aa:bb:cc:00:11:22
                        张三/
                        \
                        """);
        assertThat(file.devices().stream().map(DeviceNameText::of))
                .containsExactly("aa:bb:cc:00:11:22", "张三/aa:bb:cc:00:11:22");
        assertThat(file.repeated()).isEqualTo(1);
        assertThat(file.wrong()).isEqualTo(4);
    }

    @Test
    void tooManyAndNoTextAreRefused() {
        var lines = new StringBuilder();
        for (int i = 1; i <= NamedDevices.MOST; i++) {
            lines.append(new Mac(i)).append('\n');
        }
        assertThat(read(lines.toString()).devices()).hasSize(NamedDevices.MOST);
        lines.append("fe:ff:ff:ff:ff:ff");
        assertThatThrownBy(() -> read(lines.toString())).isInstanceOf(Problem.class);
        assertThatThrownBy(() -> MacFile.read(new byte[] {(byte) 0xff, 'P', 'K'}))
                .isInstanceOf(Problem.class);
    }

    private static MacFile read(String text) {
        return MacFile.read(text.getBytes(StandardCharsets.UTF_8));
    }
}
