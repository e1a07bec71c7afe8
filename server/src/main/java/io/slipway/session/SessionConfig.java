package io.slipway.session;

import java.time.Duration;

/**
 * @param rebootRefused whether a device that is refused is restarted, where that helps
 * @param idle a session in which the server says nothing for so long ends; below 120 s, when a
 *     device takes its channel for dead
 * @param longest a session ends after this, whatever goes on
 * @param keepAlive a device that was not seen for so long must check in before it may talk
 * @param write a peer that takes nothing for so long is dead
 * @param most sessions on this node; more are told to try later
 * @param buffer bytes of speech kept in memory for one session
 */
public record SessionConfig(
        boolean rebootRefused,
        Duration idle,
        Duration longest,
        Duration keepAlive,
        Duration write,
        int most,
        int buffer) {}
