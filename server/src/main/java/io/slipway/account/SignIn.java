package io.slipway.account;

import io.slipway.http.Problem;

/**
 * How a caller was authenticated.
 *
 * @param id the login's hash or the API key's id
 */
record SignIn(Caller caller, SignInKind kind, String id) {

    enum SignInKind {
        LOGIN,
        API_KEY
    }

    /**
     * For actions on accounts themselves: a leaked key must not be able to lock its owner out or
     * outlive its own revocation.
     *
     * @throws Problem 403 for an API key
     */
    SignIn byPerson() {
        if (kind == SignInKind.API_KEY) {
            throw new Problem(403, "API Key 不能执行此操作，请登录", "Not possible with an API key: log in");
        }
        return this;
    }

    /**
     * @throws Problem 403 unless an administrator
     */
    SignIn byAdmin() {
        if (!caller.admin()) {
            throw new Problem(403, "需要管理员权限", "Administrators only");
        }
        return this;
    }
}
