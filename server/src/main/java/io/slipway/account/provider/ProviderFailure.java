package io.slipway.account.provider;

/** The provider can't be reached, refuses, or says something that must not be trusted. */
public final class ProviderFailure extends Exception {

    ProviderFailure(String why) {
        super(why);
    }

    ProviderFailure(String why, Throwable cause) {
        super(why + ": " + cause.getMessage(), cause);
    }
}
