package io.slipway.account.provider;

import io.slipway.settings.Settings;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * An OpenID Connect provider that people may sign in by.
 *
 * @param issuer its URL, exactly as it names itself
 * @param clientSecret {@code ""} for a public client
 * @param name on the button
 * @param create whether people without an account get one
 */
public record ProviderConfig(
        String issuer, String clientId, String clientSecret, String name, boolean create) {

    /** Reads them; null if there is no provider. Errors are reported to {@code s}. */
    public static @Nullable ProviderConfig read(Settings s) {
        String issuer =
                s.text(
                        "account.oidc.issuer",
                        "",
                        text -> text.isEmpty() || isIssuer(text),
                        "an https URL without a query",
                        "单点登录（OpenID Connect）的 issuer 地址；留空则不用",
                        "issuer URL of the OpenID Connect provider to sign in by; empty for none");
        String clientId =
                s.text(
                        "account.oidc.client-id",
                        "",
                        "在那里登记的 client id",
                        "client id registered there");
        String clientSecret =
                s.text(
                        "account.oidc.client-secret",
                        "",
                        "它的 client secret；公开客户端留空",
                        "its client secret; empty for a public client");
        String name =
                s.text(
                        "account.oidc.name",
                        "SSO",
                        text -> !text.isEmpty() && text.length() <= 40,
                        "1 to 40 characters",
                        "登录按钮上的名字",
                        "name on the sign-in button");
        boolean create =
                s.onOff(
                        "account.oidc.create",
                        false,
                        "on",
                        "off",
                        "没有账号的人用它登录时是否自动建账号",
                        "whether people without an account get one when they sign in by it");
        if (issuer.isEmpty()) {
            return null;
        }
        if (clientId.isEmpty()) {
            s.problem("account.oidc.client-id", "", "set together with account.oidc.issuer");
        }
        return new ProviderConfig(issuer, clientId, clientSecret, name, create);
    }

    // Plain HTTP only on this machine, where nobody listens in between.
    private static boolean isIssuer(String text) {
        try {
            URI uri = URI.create(text);
            String host = uri.getHost();
            boolean local = "localhost".equals(host) || "127.0.0.1".equals(host);
            return host != null
                    && uri.getQuery() == null
                    && uri.getFragment() == null
                    && uri.getUserInfo() == null
                    && ("https".equals(uri.getScheme())
                            || (local && "http".equals(uri.getScheme())));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "ProviderConfig[" + issuer + "]";
    }
}
