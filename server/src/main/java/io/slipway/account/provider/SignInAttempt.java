package io.slipway.account.provider;

import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.Nonce;

/**
 * The secrets of one way to the provider and back, each of at least 256 random bits.
 *
 * @param state returns with the browser
 * @param nonce returns inside the token
 * @param verifier proves to the provider who redeems the code (PKCE)
 */
public record SignInAttempt(String state, String nonce, String verifier) {

    public static SignInAttempt random() {
        return new SignInAttempt(
                new State(32).getValue(), new Nonce(32).getValue(), new CodeVerifier().getValue());
    }

    @Override
    public String toString() {
        return "SignInAttempt";
    }
}
