/**
 * From what a language model writes to what a device says: {@link
 * io.slipway.session.dialogue.Sentences} cuts a stream of text into sentences, {@link
 * io.slipway.session.dialogue.Spoken} is what is said of one, and {@link
 * io.slipway.session.dialogue.Emotion} what its emoji mean. Pure.
 */
@NullMarked
package io.slipway.session.dialogue;

import org.jspecify.annotations.NullMarked;
