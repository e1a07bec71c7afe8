package io.slipway.event;

import io.slipway.account.Caller;
import io.slipway.http.Fields;
import io.slipway.http.Problem;
import io.slipway.http.ServerAddresses;
import io.slipway.http.ServerUrl;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A body's fields as a change to a webhook: absent or null fields are left unchanged. */
final class WebhookFields implements UnaryOperator<Webhook> {

    private static final int MAX_TYPES = 100;
    private static final int MAX_ID = 64;

    private final List<String> names = new ArrayList<>();
    private final @Nullable String url;
    private final @Nullable Set<EventType> types;
    private final @Nullable String rolloutId;
    private final @Nullable Boolean everyAccount;
    private final @Nullable Boolean active;

    private WebhookFields(Fields fields, Caller caller, ServerAddresses addresses) {
        for (String name : List.of("url", "types", "rolloutId", "everyAccount", "active")) {
            if (fields.has(name)) {
                names.add(name);
            }
        }
        url =
                fields.has("url")
                        ? checked(fields.required("url", Webhook.MAX_URL), addresses)
                        : null;
        types = fields.has("types") ? types(fields) : null;
        rolloutId = fields.optional("rolloutId", MAX_ID);
        everyAccount = fields.flag("everyAccount");
        active = fields.flag("active");
        if (Boolean.TRUE.equals(everyAccount) && !caller.admin()) {
            throw new Problem(
                    403,
                    "只有管理员可以接收所有账号的事件",
                    "Only administrators may receive events of all accounts");
        }
    }

    /**
     * @throws Problem 400 that names the invalid field, 403 for what only administrators may do
     */
    static WebhookFields created(Fields fields, Caller caller, ServerAddresses addresses) {
        fields.required("url", Webhook.MAX_URL);
        return new WebhookFields(fields, caller, addresses);
    }

    /** Like {@link #created}; every field may be absent. */
    static WebhookFields changed(Fields fields, Caller caller, ServerAddresses addresses) {
        return new WebhookFields(fields, caller, addresses);
    }

    // The path may contain a secret: an error never repeats the URL.
    private static String checked(String url, ServerAddresses addresses) {
        ServerUrl parsed =
                ServerUrl.parse(url, "http", Webhook.MAX_URL)
                        .orElseThrow(() ->
                                Problem.field(
                                        "url",
                                        "应为 http:// 或 https:// 地址，不含用户名和 #",
                                        "must be an http:// or https:// URL without user info or"
                                                + " fragment"));
        if (addresses.refuses(parsed.host())) {
            throw Problem.field(
                    "url",
                    "不能指向内网地址；管理员可设置 webhooks.private=on",
                    "must not point into a private network, unless webhooks.private=on is set");
        }
        return url;
    }

    private static Set<EventType> types(Fields fields) {
        var types = EnumSet.noneOf(EventType.class);
        for (String name : fields.texts("types", MAX_TYPES, MAX_ID)) {
            types.add(EventRoutes.type("types", name.strip()));
        }
        return types;
    }

    /** The names of the given fields, for the audit. */
    String given() {
        return String.join(", ", names);
    }

    @Override
    public Webhook apply(Webhook before) {
        Webhook.WantedEvents wanted = before.wanted();
        return new Webhook(
                before.id(),
                before.accountId(),
                url == null ? before.url() : url,
                new Webhook.WantedEvents(
                        types == null ? wanted.types() : types,
                        rolloutId == null ? wanted.rolloutId() : rolloutId.strip(),
                        everyAccount == null ? wanted.everyAccount() : everyAccount),
                active == null ? before.active() : active,
                before.offReason(),
                before.createdAt(),
                before.updatedAt());
    }
}
