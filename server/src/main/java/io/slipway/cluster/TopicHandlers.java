package io.slipway.cluster;

import io.slipway.work.Listeners;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The handlers of each topic of the {@link Bus} on this node. Thread-safe. */
final class TopicHandlers {

    /** Receives messages in text form. */
    record Handler(boolean othersOnly, Consumer<String> text) {

        /**
         * @param own whether this node sent it
         */
        void hear(String message, boolean own) {
            if (!own || !othersOnly) {
                text.accept(message);
            }
        }
    }

    private static final Listeners<Handler> NOBODY = new Listeners<>("bus");

    private final Map<String, Listeners<Handler>> byTopic = new ConcurrentHashMap<>();

    <T> void add(Topic<T> topic, boolean othersOnly, Consumer<? super T> handler) {
        Consumer<String> text = message -> topic.read().apply(message).ifPresent(handler);
        byTopic.computeIfAbsent(topic.name(), name -> new Listeners<>("bus: " + name))
                .add(new Handler(othersOnly, text));
    }

    Listeners<Handler> of(String topic) {
        return byTopic.getOrDefault(topic, NOBODY);
    }
}
