package io.slipway.bench.checkin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SystemCallsTest {

    private static final String TABLE =
            """
            % time     seconds  usecs/call     calls    errors syscall
            ------ ----------- ----------- --------- --------- ----------------
             61.90    1.234567          12       120        11 futex
             20.00    0.500000           5       200           read
             18.10    0.400000           5       180           write
            ------ ----------- ----------- --------- --------- ----------------
            100.00    2.134567          22       500        11 total
            """;

    @Test
    void theTableIsReadWithoutItsSum() {
        SystemCalls calls = SystemCalls.parse(TABLE, 100);
        assertThat(calls.counted()).isTrue();
        assertThat(calls.each()).isCloseTo(5, within(1e-9));
        assertThat(calls.calls().keySet()).containsExactly("read", "write", "futex");
    }

    @Test
    void nothingIsSaidToBeNothing() {
        assertThat(SystemCalls.parse("", 100).counted()).isFalse();
        assertThat(SystemCalls.parse(TABLE, 0).counted()).isFalse();
        assertThat(SystemCalls.none("no strace").missing()).isEqualTo("no strace");
    }
}
