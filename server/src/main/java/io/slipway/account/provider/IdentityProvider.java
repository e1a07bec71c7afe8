package io.slipway.account.provider;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An OpenID Connect provider: authorization code flow with PKCE. Its document and its keys are read
 * anew each time, so that a key it has withdrawn is never accepted. Thread-safe; calls block, each
 * request for {@link #PATIENCE} at most.
 */
public final class IdentityProvider implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The maximum bytes of a response; documents and key sets have some kilobytes. */
    static final long MOST_BODY = 256 * 1024;

    private static final int MAX_SUBJECT = 255;

    private final ProviderConfig config;
    private final URI redirect;
    private final Issuer issuer;
    private final ClientID client;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .connectTimeout(PATIENCE)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    /**
     * @param redirect where the provider sends the browser afterwards, as registered there
     */
    public IdentityProvider(ProviderConfig config, URI redirect) {
        this.config = config;
        this.redirect = redirect;
        issuer = new Issuer(config.issuer());
        client = new ClientID(config.clientId());
    }

    public ProviderConfig config() {
        return config;
    }

    /** Where to send the browser. */
    public URI authorization(SignInAttempt attempt) throws ProviderFailure {
        return new AuthenticationRequest.Builder(
                        new ResponseType(ResponseType.Value.CODE),
                        new Scope("openid", "profile", "email"),
                        client,
                        redirect)
                .endpointURI(metadata().getAuthorizationEndpointURI())
                .state(new State(attempt.state()))
                .nonce(new Nonce(attempt.nonce()))
                .codeChallenge(new CodeVerifier(attempt.verifier()), CodeChallengeMethod.S256)
                .build()
                .toURI();
    }

    /** Exchanges the code that came back for a token, and verifies that. */
    public ProvenIdentity redeem(SignInAttempt attempt, String code) throws ProviderFailure {
        OIDCProviderMetadata metadata = metadata();
        JWT token = token(metadata, attempt, code);
        JWSAlgorithm algorithm = JWSAlgorithm.parse(token.getHeader().getAlgorithm().getName());
        // Anybody can sign with a public key as if it were a shared secret, or not at all.
        if (!JWSAlgorithm.Family.SIGNATURE.contains(algorithm)) {
            throw new ProviderFailure("a token signed by " + algorithm);
        }
        IDTokenClaimsSet claims;
        try {
            JWKSet keys = JWKSet.parse(get(metadata.getJWKSetURI()));
            claims =
                    new IDTokenValidator(issuer, client, algorithm, keys)
                            .validate(token, new Nonce(attempt.nonce()));
        } catch (java.text.ParseException | BadJOSEException | JOSEException e) {
            throw new ProviderFailure("a token that can't be verified", e);
        }
        String subject = claims.getSubject().getValue();
        if (subject.length() > MAX_SUBJECT) {
            throw new ProviderFailure("a subject of " + subject.length() + " characters");
        }
        return new ProvenIdentity(config.issuer(), subject, name(claims));
    }

    private static String name(IDTokenClaimsSet claims) {
        String preferred = claims.getStringClaim("preferred_username");
        if (preferred != null && !preferred.isBlank()) {
            return preferred;
        }
        String email = claims.getStringClaim("email");
        return email == null ? "" : email.replaceFirst("@.*", "");
    }

    private OIDCProviderMetadata metadata() throws ProviderFailure {
        try {
            URI document = OIDCProviderMetadata.resolveURL(issuer).toURI();
            OIDCProviderMetadata metadata = OIDCProviderMetadata.parse(get(document));
            if (!metadata.getIssuer().equals(issuer)) {
                throw new ProviderFailure("the issuer calls itself " + metadata.getIssuer());
            }
            return metadata;
        } catch (Exception e) {
            if (e instanceof ProviderFailure known) {
                throw known;
            }
            throw new ProviderFailure("its document can't be used", e);
        }
    }

    private JWT token(OIDCProviderMetadata metadata, SignInAttempt attempt, String code)
            throws ProviderFailure {
        var grant =
                new AuthorizationCodeGrant(
                        new AuthorizationCode(code),
                        redirect,
                        new CodeVerifier(attempt.verifier()));
        URI endpoint = metadata.getTokenEndpointURI();
        ClientAuthentication proof = authentication(metadata);
        TokenRequest request =
                proof == null
                        ? new TokenRequest.Builder(endpoint, client, grant).build()
                        : new TokenRequest.Builder(endpoint, proof, grant).build();
        try {
            TokenResponse response =
                    OIDCTokenResponseParser.parse(request.toHTTPRequest().send(this::send));
            if (!(response instanceof OIDCTokenResponse tokens)) {
                throw new ProviderFailure(
                        "it refused the code: "
                                + response.toErrorResponse().getErrorObject().getCode());
            }
            return tokens.getOIDCTokens().getIDToken();
        } catch (ParseException | IOException e) {
            throw new ProviderFailure("the code could not be redeemed", e);
        }
    }

    private @Nullable ClientAuthentication authentication(OIDCProviderMetadata metadata) {
        if (config.clientSecret().isEmpty()) {
            return null;
        }
        var secret = new Secret(config.clientSecret());
        List<ClientAuthenticationMethod> methods = metadata.getTokenEndpointAuthMethods();
        boolean basic =
                methods == null
                        || methods.isEmpty()
                        || methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
        return basic ? new ClientSecretBasic(client, secret) : new ClientSecretPost(client, secret);
    }

    // ------------------------------------------------------------ HTTP

    private String get(URI uri) throws ProviderFailure {
        try {
            HTTPResponse response = new HTTPRequest(HTTPRequest.Method.GET, uri).send(this::send);
            String body = response.getBody();
            if (response.getStatusCode() != 200 || body == null) {
                throw new ProviderFailure(uri + " answered " + response.getStatusCode());
            }
            return body;
        } catch (IOException e) {
            throw new ProviderFailure(uri + " can't be read", e);
        }
    }

    private HTTPResponse send(ReadOnlyHTTPRequest request) throws IOException {
        URI uri = request.getURI();
        var plain = HttpRequest.newBuilder(uri).timeout(PATIENCE);
        request.getHeaderMap()
                .forEach((name, values) -> values.forEach(value -> plain.header(name, value)));
        String body = request.getBody();
        plain.method(
                request.getMethod().name(),
                body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body));
        HttpResponse<byte[]> answer = await(plain.build());
        var response = new HTTPResponse(answer.statusCode());
        for (Map.Entry<String, List<String>> header : answer.headers().map().entrySet()) {
            response.setHeader(header.getKey(), header.getValue().toArray(String[]::new));
        }
        response.setBody(new String(answer.body(), StandardCharsets.UTF_8));
        return response;
    }

    // The client's own time-out ends with the headers.
    private HttpResponse<byte[]> await(HttpRequest request) throws IOException {
        var answer =
                http.sendAsync(
                        request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BODY));
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("no complete answer within " + PATIENCE.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
