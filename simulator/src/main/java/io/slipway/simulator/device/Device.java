package io.slipway.simulator.device;

import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Nvs;
import io.slipway.simulator.board.Reported;
import io.slipway.simulator.fleet.Boot;
import io.slipway.simulator.strict.CJson;
import io.slipway.simulator.strict.OtaAnswer;
import io.slipway.simulator.strict.Response;
import io.slipway.simulator.strict.RuleBroken;
import io.slipway.simulator.strict.StrictAnswer;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One device, step by step. {@link Boot} combines these steps as firmware does after power-on. Not
 * thread-safe: a device does one thing at a time.
 */
public final class Device implements Caller {

    private final DeviceProfile profile;
    private final Wire wire;
    private final InstantSource clock;
    private final Nvs nvs;
    private final Reported reported;
    private final Set<String> warnings = new TreeSet<>();
    private final List<RuleBroken> afterwards = new ArrayList<>();

    // RAM: gone after a reboot.
    private @Nullable OtaAnswer last;
    private boolean justActivated;

    public Device(DeviceProfile profile, Wire wire) {
        this(profile, wire, InstantSource.system());
    }

    /**
     * @param clock the true time, to check the server's
     */
    public Device(DeviceProfile profile, Wire wire, InstantSource clock) {
        this(profile, wire, clock, Reported.by(profile.variant()), new Nvs());
    }

    public Device(
            DeviceProfile profile, Wire wire, InstantSource clock, Reported reported, Nvs nvs) {
        this.profile = profile;
        this.wire = wire;
        this.clock = clock;
        this.reported = reported;
        this.nvs = nvs;
    }

    @Override
    public DeviceProfile profile() {
        return profile;
    }

    @Override
    public Nvs nvs() {
        return nvs;
    }

    /** The last understood reply since power-on, null before the first. */
    public @Nullable OtaAnswer lastAnswer() {
        return last;
    }

    /** Anything that was close to breaking a device, since it was created. */
    @Override
    public Set<String> warnings() {
        return warnings;
    }

    @Override
    public List<RuleBroken> brokenAfterwards() {
        List<RuleBroken> found = List.copyOf(afterwards);
        afterwards.clear();
        return found;
    }

    // device-contract R16: it would take the error for success.
    private void read(Response response) {
        warnings.addAll(response.warnings());
        RuleBroken broken = response.afterwards();
        if (broken != null) {
            afterwards.add(broken);
        }
        boolean good = response.status() == 200 || response.status() == 202;
        if (!good && profile.takesAnyJson() && CJson.begins(response.body())) {
            throw new RuleBroken(
                    "R16", "an error with status " + response.status() + " that begins like JSON");
        }
    }

    /** Forgets everything that is not in flash. */
    public void reboot() {
        last = null;
        justActivated = false;
    }

    /** Asks {@code /ota} and ignores the reply. */
    public Response post() throws IOException {
        return wire.checkIn(profile, reported);
    }

    /**
     * Asks {@code /ota}.
     *
     * @throws RuleBroken if the reply would break a device
     */
    @Override
    public CheckInResult checkIn() {
        Response response;
        try {
            response = post();
        } catch (IOException e) {
            return new CheckInResult.CheckInFailed(trouble(e));
        }
        read(response);
        if (response.status() != 200) {
            return new CheckInResult.CheckInFailed("HTTP " + response.status());
        }
        OtaAnswer answer = StrictAnswer.read(response.body(), profile, clock.millis());
        boolean afterActivation = justActivated;
        justActivated = false;
        if (afterActivation && answer.needsActivation()) {
            throw new RuleBroken("R9", "activation in the answer after a 200 from /activate");
        }
        OtaAnswer before = last;
        last = answer;
        nvs.store("websocket", answer.websocket());
        nvs.store("mqtt", answer.mqtt());
        if (before != null) {
            stable(before, answer);
        }
        return waits(answer) ? new CheckInResult.Pending(answer) : new CheckInResult.Ready(answer);
    }

    private boolean waits(OtaAnswer answer) {
        return switch (profile.variant().flow()) {
            case NONE -> false;
            case ASK_AGAIN -> answer.code() != null;
            case ACTIVATE, DESKTOP -> answer.needsActivation();
        };
    }

    private static void stable(OtaAnswer before, OtaAnswer now) {
        same("§4", "activation.code", before.code(), now.code());
        same("§4", "activation.challenge", before.challenge(), now.challenge());
        for (String key : new String[] {"url", "token"}) {
            String was = before.websocket().get(key);
            same("§11.7", "websocket." + key, was, now.websocket().get(key));
        }
    }

    // Appearing or disappearing is no change: a code may be refused under load, and ends with the
    // bind.
    private static void same(
            String rule, String what, @Nullable String before, @Nullable String now) {
        if (before != null && now != null && !before.equals(now)) {
            throw new RuleBroken(rule, what + " changed between two checks");
        }
    }

    /**
     * Asks {@code /activate}.
     *
     * @throws RuleBroken if the reply would break a device
     */
    @Override
    public ActivateResult activate() {
        String challenge = last == null ? null : last.challenge();
        if (challenge == null) {
            // Firmware gives up before it opens a connection (ota.cc:459-462).
            return new ActivateResult.Refused("no challenge");
        }
        Response response;
        try {
            response = wire.activate(profile, challenge);
        } catch (IOException e) {
            return new ActivateResult.Refused(trouble(e));
        }
        read(response);
        return switch (response.status()) {
            case 200 -> {
                justActivated = true;
                yield new ActivateResult.Activated();
            }
            case 202 -> new ActivateResult.Waiting();
            default -> new ActivateResult.Refused("HTTP " + response.status());
        };
    }

    private static String trouble(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
