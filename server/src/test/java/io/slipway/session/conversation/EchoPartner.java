package io.slipway.session.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.simulator.talk.TalkMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A model of the echo: speech comes back, and nothing else does. */
final class EchoPartner implements Partner {

    /** Opus encodes silence in packets of at most this size. */
    private static final int SILENCE = 10;

    private static final int SPEECH_MS = 180;

    private final ModelledConversation call;
    private final int frameMs;
    private List<byte[]> heard = new ArrayList<>();
    private int voiced;
    private boolean listening;
    private boolean manual;
    private List<byte[]> answer;
    private int answerMark;
    private int starts;
    private int stops;

    EchoPartner(ModelledConversation call, int frameMs) {
        this.call = call;
        this.frameMs = frameMs;
    }

    @Override
    public int enough() {
        return (SPEECH_MS + frameMs - 1) / frameMs;
    }

    @Override
    public boolean quiet() {
        return answer == null;
    }

    @Override
    public void speak(List<byte[]> packets) {
        hearOut();
        int mark = call.received.mark();
        for (byte[] packet : packets) {
            call.device.audio(packet);
            keep(packet);
        }
        if (listening && !manual && voiced >= enough()) {
            answered(mark);
        }
    }

    @Override
    public void sent(byte[] packet) {
        keep(packet);
        if (listening && !manual && voiced > 0) {
            // May be too short for an answer, so none is awaited.
            call.detect("再来", "再来");
        }
    }

    @Override
    public void wake(List<byte[]> packets, String word) {
        if (answer != null) {
            abort(true);
        }
        int mark = call.received.mark();
        call.device.wake(packets, word);
        detected(mark, word);
    }

    private void keep(byte[] packet) {
        boolean voice = packet.length > SILENCE;
        // Pressing a button starts speech at once; otherwise it starts with a sound.
        boolean begun = voiced > 0 || voice || manual;
        if (answer != null || !begun || packet.length == 0) {
            return;
        }
        heard.add(packet);
        voiced += voice ? 1 : 0;
    }

    @Override
    public void listen(TalkMode mode) {
        forget();
        listening = true;
        manual = mode == TalkMode.MANUAL;
        call.device.listen(mode);
    }

    @Override
    public void stop() {
        hearOut();
        int mark = call.received.mark();
        call.device.stop();
        listening = false;
        if (voiced >= enough()) {
            answered(mark);
        } else {
            forget();
            if (manual) {
                answered(mark);
            }
        }
    }

    private void forget() {
        heard = new ArrayList<>();
        voiced = 0;
    }

    // The answer has begun, or will by itself.
    private void answered(int mark) {
        call.await("tts start", m -> m.received().starts() > starts);
        starts++;
        if (!heard.isEmpty()) {
            double seconds = heard.size() * frameMs / 1000.0;
            assertThat(call.received.text("stt", 0, mark).path("text").asText())
                    .contains(String.format(Locale.ROOT, "%.1f", seconds));
        }
        assertThat(call.received.text("llm", 0, mark).path("emotion").asText()).isNotEmpty();
        answer = heard;
        answerMark = mark;
        forget();
    }

    @Override
    public void hearOut() {
        if (answer != null) {
            call.await("tts stop", m -> m.received().stops() > stops);
            stops++;
            assertThat(call.received.packets(answerMark)).containsExactlyElementsOf(answer);
            answer = null;
        }
    }

    @Override
    public void detected(int mark, String text) {
        forget();
        if (text != null && !text.isEmpty()) {
            call.await("stt", m -> call.received.count("stt", mark) > 0);
            assertThat(call.received.text("stt", 0, mark).path("text").asText()).isEqualTo(text);
        }
    }

    @Override
    public void abort(boolean wakeWord) {
        call.device.abort(wakeWord);
        if (answer != null) {
            call.await("tts stop after an abort", m -> m.received().stops() > stops);
            stops++;
            List<byte[]> played = call.received.packets(answerMark);
            assertThat(played.size()).isLessThanOrEqualTo(answer.size());
            assertThat(played).containsExactlyElementsOf(answer.subList(0, played.size()));
            answer = null;
        }
    }

    @Override
    public void settle() {
        hearOut();
        call.detect("到此为止", "到此为止");
        var now = call.device.moment();
        assertThat(now.received().starts()).as("answers without a question").isEqualTo(starts);
        assertThat(now.received().stops()).as("ends without an answer").isEqualTo(stops);
    }
}
