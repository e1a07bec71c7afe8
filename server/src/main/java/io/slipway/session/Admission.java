package io.slipway.session;

import io.slipway.agent.Agent;

/** What is to become of a session. */
sealed interface Admission {

    /** The last {@code Accept-Language} of the device, {@code ""} when it never sent one. */
    String language();

    /** The firmware's version, {@code ""} when it is not known. */
    String version();

    /** Carried to its agent. */
    record Admitted(long deviceId, Agent agent, String language, String version)
            implements Admission {}

    /**
     * Told why not.
     *
     * @param code the activation code, {@code ""} for none
     */
    record Refused(Notice notice, String code, String language, String version)
            implements Admission {}
}
