package io.slipway.session.conversation;

import io.slipway.simulator.talk.TalkMode;
import java.util.List;

/** A model of a backend that has said hello and reads nothing: nothing comes. */
final class StalledPartner implements Partner {

    private final ModelledConversation call;

    StalledPartner(ModelledConversation call) {
        this.call = call;
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
        packets.forEach(call.device::audio);
    }

    @Override
    public void sent(byte[] packet) {}

    @Override
    public void wake(List<byte[]> packets, String word) {
        call.device.wake(packets, word);
    }

    @Override
    public void listen(TalkMode mode) {
        call.device.listen(mode);
    }

    @Override
    public void stop() {
        call.device.stop();
    }

    @Override
    public void detected(int mark, String text) {}

    @Override
    public void abort(boolean wakeWord) {
        call.device.abort(wakeWord);
    }

    @Override
    public void hearOut() {}

    @Override
    public void settle() {}
}
