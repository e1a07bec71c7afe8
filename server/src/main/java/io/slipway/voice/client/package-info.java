/**
 * Clients of voice services: recognition, language models and synthesis, by the public APIs that
 * most of them speak. They know nothing of devices and sessions; a dialogue joins them.
 *
 * <p>All of it lives on the event loop that the caller names: methods are called there, and so are
 * listeners. Nothing blocks, everything has a time-out, and a step that is cancelled calls nobody
 * any more.
 */
@NullMarked
package io.slipway.voice.client;

import org.jspecify.annotations.NullMarked;
