package io.slipway.voice.client;

/**
 * A call of a tool that a language model wants.
 *
 * @param id never empty; the result is sent with it
 * @param name as the model wrote it: it may be one of no tool
 * @param arguments as the model wrote them: usually a JSON object, but not checked; never empty
 */
public record ModelCall(String id, String name, String arguments) {}
