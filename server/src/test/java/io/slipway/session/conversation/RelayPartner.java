package io.slipway.session.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.session.HostileBackendMessages;
import io.slipway.session.TestBackend;
import io.slipway.simulator.talk.TalkMode;
import java.util.ArrayList;
import java.util.List;

/** A model of a backend behind the relay that repeats every frame and answers some texts. */
final class RelayPartner implements Partner {

    private final ModelledConversation call;
    private final boolean rude;
    private final List<byte[]> due = new ArrayList<>();
    private int stops;
    private int strange;

    RelayPartner(ModelledConversation call, boolean rude) {
        this.call = call;
        this.rude = rude;
    }

    @Override
    public int enough() {
        return 1;
    }

    @Override
    public boolean quiet() {
        return true;
    }

    @Override
    public void speak(List<byte[]> packets) {
        packets.forEach(packet -> {
            call.device.audio(packet);
            sent(packet);
        });
        call.await("every frame", m -> m.received().packets() >= due.size());
    }

    @Override
    public void sent(byte[] packet) {
        due.add(packet);
    }

    @Override
    public void wake(List<byte[]> packets, String word) {
        int mark = call.received.mark();
        call.device.wake(packets, word);
        due.addAll(packets);
        detected(mark, word);
    }

    @Override
    public void listen(TalkMode mode) {
        call.device.listen(mode);
    }

    @Override
    public void stop() {
        int mark = call.received.mark();
        call.device.stop();
        stopped();
        assertThat(call.received.text("tts", 1, mark).path("text").asText())
                .isEqualTo(TestBackend.ANSWER);
    }

    private void stopped() {
        call.await("tts stop", m -> m.received().stops() > stops);
        stops++;
    }

    @Override
    public void detected(int mark, String text) {
        if (text == null) {
            // The backend can't parse what the device has concatenated.
            return;
        }
        int before = rude ? 1 : 0;
        call.await("stt", m -> call.received.count("stt", mark) > before);
        if (rude) {
            strange++;
            assertThat(heard(mark, 0)).isEqualTo(HostileBackendMessages.LONG);
        }
        assertThat(heard(mark, before)).isEqualTo(text);
    }

    private String heard(int mark, int index) {
        var stt = call.received.text("stt", index, mark);
        if (stt.has("session_id")) {
            assertThat(stt.path("session_id").asText()).isEqualTo(call.session);
        }
        return stt.path("text").asText();
    }

    @Override
    public void abort(boolean wakeWord) {
        call.device.abort(wakeWord);
        stopped();
    }

    @Override
    public void hearOut() {}

    @Override
    public void settle() {
        call.detect("到此为止", "到此为止");
        assertThat(call.received.packets(0)).containsExactlyElementsOf(due);
        assertThat(call.device.moment().received().stops()).isEqualTo(stops);
        assertThat(call.received.count("weather", 0)).isEqualTo(strange);
    }
}
