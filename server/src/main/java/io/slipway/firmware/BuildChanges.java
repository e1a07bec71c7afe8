package io.slipway.firmware;

import io.slipway.protocol.FirmwareVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A person's changes to a build; null leaves a field unchanged.
 *
 * @param boards at most {@link Build#MAX_BOARDS}
 * @param scheme null at the upload lets the image decide
 * @param floors at most {@link Build#MAX_FLOORS}
 * @param notes at most {@link Build#MAX_NOTES} characters
 * @param channel see {@link Build.Details#channel}
 * @param needsPsram see {@link Build.Details#needsPsram}
 */
public record BuildChanges(
        @Nullable List<Board> boards,
        @Nullable Scheme scheme,
        @Nullable List<FirmwareVersion> floors,
        @Nullable String notes,
        @Nullable String channel,
        @Nullable Boolean needsPsram) {

    /** Leaves the need for PSRAM unchanged. */
    public BuildChanges(
            @Nullable List<Board> boards,
            @Nullable Scheme scheme,
            @Nullable List<FirmwareVersion> floors,
            @Nullable String notes,
            @Nullable String channel) {
        this(boards, scheme, floors, notes, channel, null);
    }

    /** No changes. */
    public static final BuildChanges NONE = new BuildChanges(null, null, null, null, null);

    public BuildChanges {
        boards = boards == null ? null : List.copyOf(boards);
        floors = floors == null ? null : List.copyOf(floors);
    }

    /** Whether this changes which devices may have the build. */
    boolean affectDevices() {
        return boards != null || scheme != null || floors != null || needsPsram != null;
    }

    /** The names of the changed fields, for the audit. */
    String names() {
        var names = new java.util.ArrayList<String>();
        if (boards != null) {
            names.add("boards");
        }
        if (scheme != null) {
            names.add("scheme");
        }
        if (floors != null) {
            names.add("floors");
        }
        if (notes != null) {
            names.add("notes");
        }
        if (channel != null) {
            names.add("channel");
        }
        if (needsPsram != null) {
            names.add("needsPsram");
        }
        return String.join(", ", names);
    }
}
