package io.slipway;

import io.slipway.http.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * One entry of the log, as text or as a JSON object: time, level, logger, message, and the fields
 * that say what it is about ({@code request}, {@code device}). Thread-safe.
 */
final class LogFormat extends Formatter {

    private static final DateTimeFormatter TEXT_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

    private final boolean json;

    LogFormat(boolean json) {
        this.json = json;
    }

    @Override
    public String format(LogRecord entry) {
        // On the thread that logs, which is why its fields are these.
        Map<String, String> found = MDC.getCopyOfContextMap();
        Map<String, String> fields = found == null ? Map.of() : new TreeMap<>(found);
        return json ? object(entry, fields) : line(entry, fields);
    }

    private String line(LogRecord entry, Map<String, String> fields) {
        var text = new StringBuilder(160);
        text.append(TEXT_TIME.format(entry.getInstant()))
                .append(' ')
                .append(entry.getLevel().getName())
                .append(' ')
                .append(entry.getLoggerName())
                .append(": ")
                .append(oneLine(formatMessage(entry)));
        fields.forEach(
                (name, value) -> text.append(' ').append(name).append('=').append(oneLine(value)));
        text.append(System.lineSeparator());
        String trace = trace(entry.getThrown());
        return trace == null ? text.toString() : text.append(trace).toString();
    }

    // What a client has sent must not look like an entry of its own.
    private static String oneLine(String text) {
        return text.indexOf('\n') < 0 && text.indexOf('\r') < 0
                ? text
                : text.replace("\r", "\\r").replace("\n", "\\n");
    }

    private String object(LogRecord entry, Map<String, String> fields) {
        var object = Json.object();
        object.put("time", entry.getInstant().toString());
        object.put("level", entry.getLevel().getName());
        object.put("logger", entry.getLoggerName());
        object.put("message", formatMessage(entry));
        fields.forEach(object::put);
        String trace = trace(entry.getThrown());
        if (trace != null) {
            object.put("trace", trace);
        }
        return object + "\n";
    }

    private static @Nullable String trace(@Nullable Throwable thrown) {
        if (thrown == null) {
            return null;
        }
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
