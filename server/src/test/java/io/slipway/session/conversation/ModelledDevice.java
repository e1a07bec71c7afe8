package io.slipway.session.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.session.conversation.ModelledAgent.Kind;
import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Pace;
import io.slipway.simulator.board.Variant;
import io.slipway.simulator.device.CheckInResult;
import io.slipway.simulator.device.Device;
import io.slipway.simulator.device.Wire;
import io.slipway.simulator.strict.OtaAnswer;
import io.slipway.simulator.talk.TalkDoor;
import io.slipway.simulator.talk.TalkLog;
import io.slipway.simulator.talk.TalkUrl;
import io.slipway.simulator.talk.TalkingDevice;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One pair of MAC and Client-Id: its flash, its screen, and its conversations. */
final class ModelledDevice {

    /** A code lives this long after the last request (decisions D2); then it may change. */
    private static final Duration CODE = Duration.ofMinutes(10);

    final ModelledServer model;
    final ModelledMac mac;
    final DeviceProfile profile;
    final int layout;
    final List<ModelledConversation> calls = new ArrayList<>();

    private final Device device;
    private final boolean asks;
    private final int frameMs;
    private String token = "";
    private int tokenKey = -1;
    private String code = "";
    private long codeAskedAt;
    private boolean wasBound;
    private boolean saidLanguage;
    private ModelledConversation call;

    /**
     * @param asks whether it subscribes to {@code config_updated} in its hello
     * @param frameMs of the packets that it sends
     */
    ModelledDevice(ModelledMac mac, DeviceProfile profile, int layout, boolean asks, int frameMs) {
        this.mac = mac;
        this.model = mac.model;
        this.profile = profile;
        this.layout = layout;
        this.asks = asks;
        this.frameMs = frameMs;
        String url = model.server.base() + "/v1/ota/";
        this.device = new Device(profile, new Wire(url), model.server.clock);
    }

    /** The server deletes a pair that was never bound, including its language, with its code. */
    boolean languageKnown() {
        return wasBound || (saidLanguage && codeLives());
    }

    private boolean codeLives() {
        return !code.isEmpty() && model.now() - codeAskedAt < CODE.toMillis();
    }

    void wasBound() {
        wasBound = true;
        code = "";
    }

    /** Firmware before 1.6.6 has no tools. */
    boolean hasTools() {
        return profile.variant() != Variant.V1_5;
    }

    boolean bound() {
        return mac.pinned == this;
    }

    /** The current conversation, as far as the device knows; null for none. */
    ModelledConversation call() {
        return call != null && call.state != ModelledConversation.State.OVER ? call : null;
    }

    /** The session that is connected to a backend. */
    ModelledConversation talk() {
        return call != null && call.talks() ? call : null;
    }

    String name() {
        return profile.variant().label() + " " + profile.version() + " v" + layout;
    }

    /** Power on: it checks in and stores the reply. */
    void boot() {
        long now = model.now();
        device.reboot();
        CheckInResult result = device.checkIn();
        OtaAnswer answer =
                switch (result) {
                    case CheckInResult.Ready(OtaAnswer ready) -> ready;
                    case CheckInResult.Pending(OtaAnswer pending) -> pending;
                    case CheckInResult.CheckInFailed(String why) -> throw new AssertionError(why);
                };
        assertThat(answer.needsActivation()).as("asked to activate").isEqualTo(!bound());
        if (bound()) {
            mac.seenAt = now;
        } else {
            shows(answer.code());
            saidLanguage = true;
        }
        String given = device.nvs().get("websocket/token");
        if (tokenKey == model.key()) {
            assertThat(given).as("a token changes only with the keys").isEqualTo(token);
        }
        token = given;
        tokenKey = model.key();
    }

    int tokenKey() {
        return tokenKey;
    }

    private void shows(String shown) {
        long now = model.now();
        if (codeLives()) {
            assertThat(shown).as("the code of a pair that keeps asking").isEqualTo(code);
        }
        assertThat(shown).matches("[0-9]{6}");
        code = shown;
        codeAskedAt = now;
    }

    /** The code on its screen; it is power-cycled if that may be too old. */
    String code() {
        if (!codeLives()) {
            boot();
        }
        return code;
    }

    private TalkDoor door(String with) {
        return new TalkDoor(TalkUrl.parse(device.nvs().get("websocket/url")), with, layout, null);
    }

    private String hello(ModelledConversation made) {
        String hello = made.device.hello();
        if (asks) {
            hello =
                    hello.replace(
                            "\"features\":{",
                            "\"features\":{\"notify\":{\"config_updated\":true},");
        }
        return hello.replace("\"frame_duration\":60", "\"frame_duration\":" + frameMs);
    }

    boolean asks() {
        return asks;
    }

    /** Its token, modified. */
    void openWithAForgedToken(Random random) {
        int at = random.nextInt(token.length());
        char other = token.charAt(at) == 'A' ? 'B' : 'A';
        // The last character of 22 has two unused bits.
        at = Math.min(at, token.length() - 2);
        String forged = token.substring(0, at) + other + token.substring(at + 1);
        if (forged.equals(token)) {
            return;
        }
        try (var stranger = new TalkingDevice(profile, door(forged), Pace.REAL, new TalkLog())) {
            stranger.connect();
            throw new AssertionError("admitted with a forged token");
        } catch (IOException e) {
            assertThat(e).hasMessage("HTTP 401");
        }
    }

    /** Opens a session, in addition to an existing one. */
    void open(Random random) {
        if (token.isEmpty()) {
            boot();
        }
        ExpectedAdmission admission = model.verdict(this);
        boolean admitted = admission == ExpectedAdmission.TALKS;
        ModelledConversation before = call;
        var made =
                new ModelledConversation(this, door(token), admitted ? mac.agent : null, mac.epoch);
        mac.note("opens: " + admission + (admitted ? " " + mac.agent : ""));
        made.connect();
        call = made;
        calls.add(made);
        mac.opened(made);
        if (before != null) {
            before.replaced();
        }
        if (random.nextInt(4) == 0) {
            MalformedInput.noise(random).forEach(made.device::say);
            Speech.frames(random, 3, 1).forEach(made.device::audio);
            made.device.say("{\"type\":\"listen\",\"state\":\"detect\",\"text\":\"zu früh\"}");
        }
        if (!admitted) {
            made.greet(hello(made));
            String message = made.told(admission, 0);
            if (admission == ExpectedAdmission.UNBOUND) {
                saidLanguage &= codeLives();
                shows(message.replaceAll("[^0-9]", ""));
            }
            leave(made, random);
            return;
        }
        mac.seenAt = model.now();
        if (made.kind == Kind.SILENT) {
            silence(made, random);
        } else {
            made.greet(hello(made));
            if (made.kind == Kind.NOBODY) {
                made.told(ExpectedAdmission.UNREACHABLE, 0);
                leave(made, random);
            } else {
                made.begin(model.now(), frameMs);
            }
        }
    }

    // Few people wait for 8 seconds.
    private void silence(ModelledConversation made, Random random) {
        if (random.nextInt(20) == 0) {
            made.greet(hello(made));
            made.told(ExpectedAdmission.UNREACHABLE, 0);
            leave(made, random);
            return;
        }
        made.device.say(hello(made));
        switch (random.nextInt(3)) {
            case 0 -> made.hangUp();
            case 1 -> made.lose();
            default -> made.vanish(false);
        }
    }

    private void leave(ModelledConversation told, Random random) {
        if (told.leave(random)) {
            restarted(random);
        }
    }

    /** A device that was told to restart checks in; whoever sees a code may enter it. */
    void restarted(Random random) {
        boot();
        if (!bound() && random.nextBoolean()) {
            mac.bind(this, random);
        }
    }

    /** Its conversation with a backend, opened if necessary; null if refused. */
    ModelledConversation talking(Random random) {
        if (talk() == null) {
            open(random);
        }
        return talk();
    }

    /** The end of its turn. */
    void settle(Random random) {
        if (call() != null) {
            if (call.talks()) {
                call.settle(model.now());
            } else if (call.cutShort()) {
                restarted(random);
            }
        }
    }
}
