package io.slipway.account.provider;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.slipway.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An OpenID Connect provider on a real socket: it signs with its own RSA keys, checks the client's
 * secret, the redirect address and PKCE, and redeems each code once. Written without the library
 * that the server uses. A test can bend the token as an attacker would.
 */
public final class FaithfulProvider implements AutoCloseable {

    public static final String CLIENT = "slipway";
    public static final String SECRET = "a secret of the client";

    /** A code that was handed out, and what it was asked for. */
    private record Issued(Map<String, String> query, String subject) {}

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final HttpServer http;
    private final KeyPair keys = rsa();
    private final Map<String, Issued> codes = new ConcurrentHashMap<>();
    private volatile String subject = "person-1";
    private volatile String name = "ada";
    private volatile UnaryOperator<Map<String, Object>> claims = UnaryOperator.identity();
    private volatile KeyPair signer = keys;
    private volatile String algorithm = "RS256";
    private volatile byte @Nullable [] document;
    private volatile String page;

    public FaithfulProvider() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 16);
        http.createContext(
                "/.well-known/openid-configuration", each -> answer(each, 200, document()));
        http.createContext("/keys", each -> answer(each, 200, keySet()));
        http.createContext("/token", this::token);
        http.createContext("/authorize", this::page);
        page = issuer();
        http.start();
    }

    public String issuer() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /**
     * Browsers reach its page under another name from now on: it is then another site for them, as
     * real providers are.
     *
     * @return the URL that the page is below
     */
    public String seenAt(String host) {
        page = "http://" + host + ":" + http.getAddress().getPort();
        return page;
    }

    /** Who signs in from now on. */
    public void signsIn(String who, String called) {
        subject = who;
        name = called;
    }

    /** Changes the claims of tokens. */
    public void claims(UnaryOperator<Map<String, Object>> changed) {
        claims = changed;
    }

    /** Signs with a key that is not in its key set. */
    public void signsWithAnotherKey() {
        signer = rsa();
    }

    /** Names another algorithm in the token. */
    public void algorithm(String named) {
        algorithm = named;
    }

    /** Answers this instead of its document. */
    public void document(byte[] other) {
        document = other;
    }

    /** What a person does in the browser: signs in and is sent back; the address to go to. */
    public URI authorize(URI asked) {
        Map<String, String> query = form(asked.getRawQuery());
        require("code".equals(query.get("response_type")), "response_type");
        require(CLIENT.equals(query.get("client_id")), "client_id");
        require("S256".equals(query.get("code_challenge_method")), "PKCE");
        require(Arrays.asList(query.get("scope").split(" ")).contains("openid"), "scope");
        String code = UUID.randomUUID().toString();
        codes.put(code, new Issued(query, subject));
        return URI.create(
                query.get("redirect_uri")
                        + "?code="
                        + code
                        + "&state="
                        + URLEncoder.encode(query.get("state"), StandardCharsets.UTF_8));
    }

    // The person has a session there, and is not asked.
    private void page(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders()
                    .set("Location", authorize(exchange.getRequestURI()).toString());
            exchange.sendResponseHeaders(302, -1);
        }
    }

    private static void require(boolean met, String what) {
        if (!met) {
            throw new IllegalArgumentException(what);
        }
    }

    private byte[] document() {
        byte @Nullable [] other = document;
        return other != null
                ? other
                : Json.write(
                        Map.of(
                                "issuer",
                                issuer(),
                                "authorization_endpoint",
                                page + "/authorize",
                                "token_endpoint",
                                issuer() + "/token",
                                "jwks_uri",
                                issuer() + "/keys",
                                "response_types_supported",
                                new String[] {"code"},
                                "subject_types_supported",
                                new String[] {"public"},
                                "id_token_signing_alg_values_supported",
                                new String[] {"RS256"}));
    }

    private byte[] keySet() {
        var key = (RSAPublicKey) keys.getPublic();
        var jwk =
                Map.of(
                        "kty",
                        "RSA",
                        "use",
                        "sig",
                        "alg",
                        "RS256",
                        "kid",
                        "one",
                        "n",
                        BASE64.encodeToString(unsigned(key.getModulus().toByteArray())),
                        "e",
                        BASE64.encodeToString(key.getPublicExponent().toByteArray()));
        return Json.write(Map.of("keys", new Object[] {jwk}));
    }

    private static byte[] unsigned(byte[] number) {
        return number[0] == 0 ? Arrays.copyOfRange(number, 1, number.length) : number;
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> form =
                form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        Issued issued = codes.remove(form.getOrDefault("code", ""));
        String basic =
                Base64.getEncoder()
                        .encodeToString(
                                (CLIENT + ":" + URLEncoder.encode(SECRET, StandardCharsets.UTF_8))
                                        .getBytes(StandardCharsets.UTF_8));
        boolean client =
                ("Basic " + basic).equals(exchange.getRequestHeaders().getFirst("Authorization"));
        if (issued == null
                || !client
                || !"authorization_code".equals(form.get("grant_type"))
                || !issued.query().get("redirect_uri").equals(form.get("redirect_uri"))
                || !issued.query()
                        .get("code_challenge")
                        .equals(challenge(form.getOrDefault("code_verifier", "")))) {
            answer(exchange, 400, Json.write(Map.of("error", "invalid_grant")));
            return;
        }
        answer(
                exchange,
                200,
                Json.write(
                        Map.of(
                                "access_token",
                                UUID.randomUUID().toString(),
                                "token_type",
                                "Bearer",
                                "id_token",
                                idToken(issued))));
    }

    private String idToken(Issued issued) {
        var all = new LinkedHashMap<String, Object>();
        long now = Instant.now().getEpochSecond();
        all.put("iss", issuer());
        all.put("sub", issued.subject());
        all.put("aud", CLIENT);
        all.put("iat", now);
        all.put("exp", now + 300);
        all.put("nonce", issued.query().get("nonce"));
        all.put("preferred_username", name);
        String head = BASE64.encodeToString(Json.write(Map.of("alg", algorithm, "kid", "one")));
        String signed = head + "." + BASE64.encodeToString(Json.write(claims.apply(all)));
        if (algorithm.equals("none")) {
            return signed + ".";
        }
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(signer.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String challenge(String verifier) {
        try {
            return BASE64.encodeToString(
                    MessageDigest.getInstance("SHA-256")
                            .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> form(String text) {
        var form = new LinkedHashMap<String, String>();
        for (String pair : text.split("&")) {
            String[] parts = pair.split("=", 2);
            form.put(
                    URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                    parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return form;
    }

    private static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
