package io.slipway.cluster;

import java.util.Optional;

/**
 * A message to one node, with the id of something there.
 *
 * @param node its name
 */
record NodeMessage(String node, String id) {

    static Topic<NodeMessage> topic(String name) {
        return new Topic<>(name, message -> message.node + " " + message.id, NodeMessage::read);
    }

    private static Optional<NodeMessage> read(String text) {
        String[] parts = text.split(" ", 2);
        return parts.length == 2
                ? Optional.of(new NodeMessage(parts[0], parts[1]))
                : Optional.empty();
    }
}
