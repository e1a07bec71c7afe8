package io.slipway.account;

import io.slipway.http.Problem;

/**
 * How a caller was authenticated.
 *
 * @param id the login's hash or the API key's id
 */
record SignIn(Caller caller, String id) {

    /**
     * @throws Problem 403 unless an administrator
     */
    SignIn byAdmin() {
        if (!caller.admin()) {
            throw Problem.administratorsOnly();
        }
        return this;
    }
}
