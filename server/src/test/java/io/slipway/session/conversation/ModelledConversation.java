package io.slipway.session.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.session.HostileBackendMessages;
import io.slipway.session.conversation.ModelledAgent.Kind;
import io.slipway.simulator.board.Pace;
import io.slipway.simulator.count.Finding;
import io.slipway.simulator.talk.TalkDoor;
import io.slipway.simulator.talk.TalkLog;
import io.slipway.simulator.talk.TalkMoment;
import io.slipway.simulator.talk.TalkingDevice;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/** One conversation of a device, from the handshake to its end, with its invariants. */
final class ModelledConversation {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** More than a complete notice takes. */
    private static final Duration TELLING = Duration.ofSeconds(40);

    enum State {
        /** Connected to a backend. */
        TALKING,
        /** It gets a notice, and then ends. */
        TOLD,
        OVER
    }

    final ModelledDevice modelledDevice;
    final ReceivedLog received = new ReceivedLog();
    final TalkingDevice device;
    final ExpectedHistory expected;

    /** The kind of backend, null if it only gets a notice. */
    final Kind kind;

    /** Which binding of its MAC it belongs to. */
    final int epoch;

    State state = State.OVER;
    String session = "";
    Partner partner;

    /** When the server last sent something, by the server's clock. */
    long sentAt;

    /** How many {@code config_updated} messages it must get. */
    int updates;

    /** Its device has vanished, unnoticed by the server. */
    boolean ghost;

    private final TalkLog log = new TalkLog();
    private ExpectedAdmission told;
    private int toldMark;
    private boolean mayRestart;

    ModelledConversation(
            ModelledDevice modelledDevice, TalkDoor door, ModelledAgent agent, int epoch) {
        this.modelledDevice = modelledDevice;
        this.epoch = epoch;
        this.kind = agent == null ? null : agent.kind;
        this.expected = new ExpectedHistory(received, agent);
        this.device = new TalkingDevice(modelledDevice.profile, door, Pace.REAL, log, received);
    }

    void await(String what, Predicate<TalkMoment> until) {
        await(PATIENCE, what, until);
    }

    private void await(Duration limit, String what, Predicate<TalkMoment> until) {
        try {
            if (!device.await(limit, until)) {
                throw new AssertionError(what + ": did not come");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean talks() {
        return state == State.TALKING;
    }

    /** Only the handshake. */
    void connect() {
        try {
            device.connect();
        } catch (IOException e) {
            throw new AssertionError("a genuine token was refused", e);
        }
    }

    /** The device's hello and the server's. */
    void greet(String hello) {
        try {
            device.greet(hello);
        } catch (IOException e) {
            throw new AssertionError("no hello", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        assertThat(received.after("hello", 0)).as("the hello comes first").isEqualTo(1);
        session = device.moment().connection().session();
        assertThat(session).isNotEmpty();
    }

    void begin(long now, int frameMs) {
        state = State.TALKING;
        sentAt = now;
        partner =
                switch (kind) {
                    case ECHO -> new EchoPartner(this, frameMs);
                    case ANSWERS -> new RelayPartner(this, false);
                    case RUDE -> new RelayPartner(this, true);
                    case STALLS -> new StalledPartner(this);
                    case SILENT, NOBODY -> throw new IllegalStateException("it sends no hello");
                };
        if (kind == Kind.RUDE) {
            await("what was sent before the hello", m -> received.count("stt", 0) > 0);
            assertThat(received.text("stt", 0, 0).path("text").asText())
                    .isEqualTo(HostileBackendMessages.EARLY);
        }
    }

    /** Speaks until the backend, which reads nothing, is considered dead. */
    void flood() {
        int mark = received.mark();
        byte[] packet = new byte[30_000];
        Thread speaker =
                Thread.startVirtualThread(() -> {
                    while (received.count("alert", mark) == 0
                            && device.moment().connection().open()) {
                        device.audio(packet);
                    }
                });
        told(ExpectedAdmission.LOST, mark);
        try {
            speaker.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its wake word and nothing else; {@code heard} is null if unknown. */
    void detect(String word, String heard) {
        int mark = received.mark();
        device.wake(List.of(), word);
        partner.detected(mark, heard);
    }

    /**
     * Waits until the device has received a notice.
     *
     * @param mark what had been received before
     * @return the message on its screen
     */
    String told(ExpectedAdmission admission, int mark) {
        state = State.TOLD;
        told = admission;
        mayRestart |= admission.restarts();
        await(admission + " by an alert", m -> received.count("alert", mark) > 0);
        var alert = received.text("alert", 0, mark);
        expected.end(received.after("alert", mark) - 1);
        String status = alert.path("status").asText();
        if (modelledDevice.languageKnown()) {
            assertThat(status).isEqualTo(admission.status(modelledDevice.profile.language()));
        } else {
            assertThat(status).isIn(admission.statuses());
        }
        int behind = received.after("alert", mark);
        await(admission + " aloud", m -> received.count("tts sentence_start", behind) > 0);
        assertThat(received.text("tts", 0, behind).path("state").asText()).isEqualTo("start");
        toldMark = received.after("tts sentence_start", behind);
        return alert.path("message").asText();
    }

    /**
     * Most notices are not heard to the end.
     *
     * @return whether the device must now restart
     */
    boolean leave(Random random) {
        int drawn = random.nextInt(100);
        if (drawn < 3) {
            return false;
        }
        if (drawn < 13) {
            if (drawn < 7) {
                lose();
            } else if (drawn < 11) {
                hangUp();
            } else {
                vanish(false);
            }
            return false;
        }
        if (drawn < 40) {
            MalformedInput.noise(random).forEach(device::say);
            Speech.frames(random, 3, 0).forEach(device::audio);
        }
        if (random.nextInt(200) == 0) {
            await(TELLING, told + " to the end", m -> stopped());
        } else {
            device.abort(random.nextBoolean());
        }
        return toldOff(random.nextInt(4) > 0);
    }

    /** Interrupts a notice. */
    boolean cutShort() {
        device.abort(false);
        return toldOff(true);
    }

    private boolean stopped() {
        return received.count("tts stop", toldMark) > 0;
    }

    private boolean toldOff(boolean atOnce) {
        await(told + ": the end of it", m -> stopped());
        if (told.restarts()) {
            await(told + ": a restart", TalkMoment::rebootAsked);
            if (atOnce) {
                hangUp();
                return true;
            }
        }
        closed();
        return told.restarts();
    }

    /** A requested restart. */
    void restarts(boolean atOnce) {
        mayRestart = true;
        await("a restart", TalkMoment::rebootAsked);
        if (atOnce) {
            hangUp();
        } else {
            closed();
        }
    }

    /** The server must close it now, or has. */
    void closed() {
        await("a Close frame", m -> m.connection().closedByServer());
        over();
    }

    /**
     * The server must close it; if the stream is no longer a valid WebSocket, its Close frame may
     * get lost.
     */
    void cut() {
        await("the end", m -> m.connection().closedByServer() || !m.connection().open());
        over();
        assertThat(received.count("alert", 0)).as("got a notice").isZero();
    }

    /** The server must close it without a notice. */
    void closedQuietly() {
        int mark = received.mark();
        int alerts = received.count("alert", 0);
        closed();
        assertThat(received.count("alert", 0)).as("got a notice").isEqualTo(alerts);
        assertThat(received.count("system", mark)).isZero();
    }

    /** Another conversation of the same pair has begun. */
    void replaced() {
        if (state != State.OVER) {
            expected.certain &= !talks() || partner.quiet();
            if (talks()) {
                closedQuietly();
            } else {
                closed();
            }
        }
        ghost = false;
    }

    void hangUp() {
        ends();
        device.close();
    }

    void lose() {
        ends();
        device.lose();
    }

    /**
     * @param alive whether the server keeps it
     */
    void vanish(boolean alive) {
        ends();
        ghost = alive;
        device.vanish();
        received.stop();
    }

    // Closed by the device: what was on its way to it is unknown.
    private void ends() {
        expected.certain &= !talks() || partner.quiet();
        over();
    }

    private void over() {
        state = State.OVER;
        expected.end(received.mark());
        TalkMoment now = device.moment();
        assertThat(now.rebootAsked() && !mayRestart).as("an unexpected restart").isFalse();
        sane();
    }

    /** Invariants at every moment. */
    void sane() {
        assertThat(log.report().findings().broken()).as("rules broken").isEmpty();
        if (!throughBackend()) {
            assertThat(received.disorder()).isEmpty();
        }
    }

    /** After its turn: everything expected has arrived. */
    void settle(long now) {
        partner.settle();
        if (kind != Kind.STALLS) {
            sentAt = now;
        }
        checkUpdates();
        sane();
    }

    /** The server itself has sent something. */
    void sent(long now) {
        sentAt = now;
    }

    void checkUpdates() {
        if (updates > 0) {
            await("config_updated", m -> received.count("notify", 0) >= updates);
        }
        assertThat(received.count("notify", 0)).as("config_updated").isEqualTo(updates);
    }

    private boolean throughBackend() {
        return kind != null && kind.relayed();
    }

    /** Long after its end. */
    void checkLog() {
        var report = log.report();
        assertThat(report.findings().broken()).isEmpty();
        List<String> warnings = report.findings().warnings().stream().map(Finding::rule).toList();
        for (String rule : warnings) {
            // A busy machine reads separate messages all at once.
            boolean late = rule.equals("§7.3 gap") || rule.equals("§7.3 overflow");
            boolean backends = throughBackend() && rule.startsWith("§7.3");
            assertThat(late || backends).as(report.findings().warnings().toString()).isTrue();
        }
    }

    @Override
    public String toString() {
        return (kind == null ? "refused" : kind.toString())
                + " "
                + state
                + (ghost ? " (ghost) " : " ")
                + device.moment()
                + "\n    "
                + log.report()
                + "\n    heard: "
                + received;
    }
}
