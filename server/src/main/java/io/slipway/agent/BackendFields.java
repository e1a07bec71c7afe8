package io.slipway.agent;

import io.slipway.http.Fields;
import io.slipway.http.Problem;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The {@code backend} of console-api rows 7 and 8 as a change to an agent's backend. Absent fields
 * of a relay are left unchanged, but a token is sent to no other host than the one it was entered
 * for.
 */
final class BackendFields implements UnaryOperator<Backend> {

    private final boolean relay;
    private final @Nullable String url;
    private final @Nullable String token;
    private final @Nullable Long version;
    private final @Nullable Boolean reboots;

    private BackendFields(
            boolean relay,
            @Nullable String url,
            @Nullable String token,
            @Nullable Long version,
            @Nullable Boolean reboots) {
        this.relay = relay;
        this.url = url;
        this.token = token;
        this.version = version;
        this.reboots = reboots;
    }

    /**
     * @param fields have a {@code backend}
     * @throws Problem 400 that names the invalid field; never contains the token
     */
    static BackendFields of(Fields fields, BackendAddresses addresses) {
        Fields backend = fields.object("backend");
        if (backend == null) {
            throw Problem.field("backend", "必填", "is required");
        }
        return switch (backend.text("type", 16, "")) {
            case "echo" -> new BackendFields(false, null, null, null, null);
            case "relay" -> relay(backend, addresses);
            default ->
                    throw Problem.field("backend.type", "应为 echo 或 relay", "must be echo or relay");
        };
    }

    private static BackendFields relay(Fields backend, BackendAddresses addresses) {
        String url = backend.optional("url", BackendUrl.MAX_LENGTH);
        if (url != null) {
            url = url.strip();
            addresses.check(url);
        }
        String token = backend.optional("token", Backend.Relay.MAX_TOKEN);
        if (token != null) {
            token = token.strip();
            if (!token.chars().allMatch(c -> c >= ' ' && c <= '~')) {
                throw Problem.field("backend.token", "只能包含可见的 ASCII 字符", "must be printable ASCII");
            }
        }
        return new BackendFields(
                true, url, token, backend.number("version", 0, 3), backend.flag("reboot"));
    }

    @Override
    public Backend apply(Backend before) {
        if (!relay) {
            return new Backend.Echo();
        }
        return switch (before) {
            case Backend.Echo echo -> changed(null);
            case Backend.Relay known -> changed(known);
        };
    }

    private Backend changed(Backend.@Nullable Relay known) {
        String to = url != null ? url : known != null ? known.url() : null;
        if (to == null) {
            throw Problem.field("backend.url", "必填", "is required");
        }
        int knownVersion = known == null ? 0 : known.version();
        var relay =
                new Backend.Relay(
                        to,
                        token == null ? "" : token,
                        version == null ? knownVersion : version.intValue(),
                        reboots == null ? known != null && known.reboots() : reboots);
        boolean sameHost = known != null && known.target().origin().equals(relay.target().origin());
        return token == null && known != null && sameHost
                ? new Backend.Relay(to, known.token(), relay.version(), relay.reboots())
                : relay;
    }
}
