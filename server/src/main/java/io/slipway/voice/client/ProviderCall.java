package io.slipway.voice.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.EventLoop;
import io.slipway.http.Json;
import io.slipway.http.Problem;
import io.slipway.http.stream.AnswerHead;
import io.slipway.http.stream.StreamingCall;
import io.slipway.http.stream.StreamingClient;
import io.slipway.http.stream.StreamingFault;
import io.slipway.http.stream.StreamingLimits;
import io.slipway.http.stream.StreamingListener;
import io.slipway.http.stream.StreamingRequest;
import io.slipway.text.Printable;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One request to a provider: tells failures apart, and leaves the meaning of answers to its
 * subclass.
 *
 * @param <T> the parts of the step's result
 */
abstract class ProviderCall<T> implements RunningStep {

    /** Bytes of an error's body that are read. */
    private static final int MOST_ERROR = 8 * 1024;

    /** How long an error's body is waited for: the status alone says enough. */
    private static final Duration ERROR_BODY = Duration.ofSeconds(1);

    /** For what follows the end of an answer. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,6}(?:\\.[0-9]{1,9})?");

    private final EventLoop loop;
    private final VoiceProvider provider;
    private final StepListener<T> listener;
    private final ByteArrayOutputStream errorBody = new ByteArrayOutputStream();
    private @Nullable AnswerHead error;
    private @Nullable StreamingCall call;
    private boolean over;

    ProviderCall(EventLoop loop, VoiceProvider provider, StepListener<T> listener) {
        this.loop = loop;
        this.provider = provider;
        this.listener = listener;
    }

    /**
     * A successful answer begins.
     *
     * @param type its media type; {@code ""} if it does not say
     */
    abstract void begins(String type) throws UnusableAnswer;

    abstract void piece(byte[] piece) throws UnusableAnswer;

    /** The answer is complete: must end in {@link #finish} or an exception. */
    abstract void ends() throws UnusableAnswer;

    final void start(
            StreamingClient client,
            String operation,
            String type,
            byte[] body,
            StreamingLimits limits) {
        var headers = new HashMap<>(provider.authorization());
        headers.put("Content-Type", type);
        headers.put("User-Agent", "Slipway");
        var request =
                new StreamingRequest(
                        provider.at(operation), provider.addresses(), headers, body, limits);
        call = client.send(loop, request, new Answer());
    }

    /** Whether nothing more is to be delivered, perhaps because the listener has cancelled. */
    final boolean over() {
        return over;
    }

    final void deliver(T part) {
        if (!over) {
            listener.received(part);
        }
    }

    /**
     * All is delivered. What may still come is read and dropped for a moment, to keep the
     * connection, but not for as long as the server likes: nobody counts it any more.
     */
    final void finish() {
        if (!over) {
            over = true;
            resume();
            StreamingCall running = call;
            if (running != null) {
                loop.after(LAST_WORDS, running::cancel);
            }
            listener.done();
        }
    }

    private void fail(VoiceFailure failure) {
        if (!over) {
            cancel();
            listener.failed(failure);
        }
    }

    private void fail(UnusableAnswer cause) {
        String detail = provider.withoutSecrets(cause.detail());
        fail(VoiceFailure.of(cause.fault(), provider.shown(), line(detail)));
    }

    @Override
    public final void cancel() {
        StreamingCall running = call;
        if (!over && running != null) {
            running.cancel();
        }
        over = true;
    }

    @Override
    public final void pause() {
        StreamingCall running = call;
        if (!over && running != null) {
            running.pause();
        }
    }

    @Override
    public final void resume() {
        StreamingCall running = call;
        if (running != null) {
            running.resume();
        }
    }

    private final class Answer implements StreamingListener {

        @Override
        public void head(AnswerHead head) {
            if (over) {
                return;
            }
            if (head.status() < 200 || head.status() > 299) {
                error = head;
                // No effect if it is over by then.
                loop.after(ERROR_BODY, () -> refused(head));
                return;
            }
            try {
                begins(head.type());
            } catch (UnusableAnswer e) {
                fail(e);
            }
        }

        @Override
        public void body(byte[] piece) {
            AnswerHead refusal = error;
            if (over) {
                return;
            }
            if (refusal != null) {
                errorBody.write(piece, 0, Math.min(piece.length, MOST_ERROR - errorBody.size()));
                if (errorBody.size() == MOST_ERROR) {
                    refused(refusal);
                }
                return;
            }
            try {
                piece(piece);
            } catch (UnusableAnswer e) {
                fail(e);
            }
        }

        @Override
        public void ended() {
            AnswerHead refusal = error;
            if (over) {
                return;
            }
            if (refusal != null) {
                refused(refusal);
                return;
            }
            try {
                ends();
            } catch (UnusableAnswer e) {
                fail(e);
            }
        }

        @Override
        public void failed(StreamingFault fault, String why) {
            AnswerHead refusal = error;
            if (refusal != null) {
                refused(refusal);
                return;
            }
            VoiceFault kind =
                    switch (fault) {
                        case UNREACHABLE -> VoiceFault.UNREACHABLE;
                        case PRIVATE_ADDRESS -> VoiceFault.PRIVATE_ADDRESS;
                        case SILENT -> VoiceFault.SILENT;
                        case CUT_OFF -> VoiceFault.CUT_OFF;
                        case TOO_LARGE -> VoiceFault.TOO_LARGE;
                        case UNREADABLE -> VoiceFault.UNREADABLE;
                    };
            fail(VoiceFailure.of(kind, provider.shown(), why));
        }
    }

    private void refused(AnswerHead head) {
        JsonNode body = tree(errorBody.toByteArray());
        VoiceFault fault = fault(head.status(), body.at("/error/code").asText());
        // Some repeat a part of the key in it.
        String said = fault == VoiceFault.REFUSED_KEY ? "" : message(body);
        fail(
                new VoiceFailure(
                        fault,
                        provider.shown(),
                        head.status(),
                        retryAfter(head.retryAfter()),
                        line(provider.withoutSecrets(said))));
    }

    static VoiceFault fault(int status, String code) {
        return switch (status) {
            case 401, 403 -> VoiceFault.REFUSED_KEY;
            case 402 -> VoiceFault.NO_CREDIT;
            case 429 ->
                    code.equals("insufficient_quota")
                            ? VoiceFault.NO_CREDIT
                            : VoiceFault.RATE_LIMITED;
            case 404 -> VoiceFault.UNKNOWN;
            default -> {
                if (status < 400 || code.equals("model_not_found")) {
                    yield VoiceFault.UNKNOWN;
                }
                yield status < 500 ? VoiceFault.REFUSED_REQUEST : VoiceFault.OVERLOADED;
            }
        };
    }

    // A date would need its server's clock: as if nothing was said.
    private static Duration retryAfter(String header) {
        return SECONDS.matcher(header).matches()
                ? Duration.ofMillis((long) (Double.parseDouble(header) * 1_000))
                : Duration.ZERO;
    }

    /** The JSON of an answer, or something empty. */
    static JsonNode tree(byte[] body) {
        try {
            return Json.read(body);
        } catch (Problem e) {
            return Json.object();
        }
    }

    /** What an error in JSON says, in one of the usual places; {@code ""} if it says nothing. */
    static String message(JsonNode body) {
        for (String place : new String[] {"/error/message", "/error", "/message", "/detail"}) {
            JsonNode said = body.at(place);
            if (said.isTextual()) {
                return said.asText();
            }
        }
        return "";
    }

    private static String line(String text) {
        String printable = Printable.spaced(text).strip();
        return printable.substring(0, Math.min(VoiceFailure.MAX_DETAIL, printable.length()));
    }
}
