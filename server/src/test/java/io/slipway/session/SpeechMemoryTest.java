package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpeechMemoryTest {

    @Test
    void itIsFullAboveItsLimitUntilEnoughIsGivenBack() {
        var memory = new SpeechMemory(100);
        memory.changed(60);
        memory.changed(40);
        assertThat(memory.full()).isFalse();
        memory.changed(1);
        assertThat(memory.full()).isTrue();
        memory.changed(-1);
        assertThat(memory.full()).isFalse();
    }
}
