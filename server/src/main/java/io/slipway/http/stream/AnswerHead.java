package io.slipway.http.stream;

/**
 * What is known of an answer before its body.
 *
 * @param status 200 to 599
 * @param type its media type in lower case, without parameters; {@code ""} if it has none
 * @param retryAfter the header of that name as it was sent; {@code ""} if there is none
 */
public record AnswerHead(int status, String type, String retryAfter) {}
