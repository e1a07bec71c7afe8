package io.slipway.reach;

import io.slipway.http.Cidr;
import io.slipway.text.Sentence;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Compares the addresses of a request with the settings. Pure. */
final class Findings {

    private static final Sentence COPY =
            new Sentence("或照下面的配置改代理", "or change the proxy as in the configurations below");

    // Names for which no public authority issues certificates.
    private static final Pattern PRIVATE_NAME =
            Pattern.compile("[^.]+|.*\\.(local|lan|internal|home|home\\.arpa|localhost)");

    private Findings() {}

    /** What is wrong, the most important first. */
    static List<Finding> of(Arrival arrival, ReachConfig config) {
        String set = config.http().publicUrl();
        var found = new ArrayList<Finding>();
        if (set.isEmpty()) {
            followed(arrival).ifPresent(found::add);
        } else {
            // A program does not report what it called.
            String used = arrival.used().isEmpty() ? arrival.called() : arrival.used();
            if (!used.isEmpty() && !Arrival.same(set, used)) {
                found.add(elsewhere(set, used));
            }
        }
        String given = set.isEmpty() ? arrival.called() : set;
        unreachable(given, !set.isEmpty()).ifPresent(found::add);
        proxy(arrival, config).ifPresent(found::add);
        return found;
    }

    /** Those that depend on nothing but the settings. */
    static List<Finding> ofSettings(ReachConfig config) {
        String set = config.http().publicUrl();
        return set.isEmpty() ? List.of() : unreachable(set, true).stream().toList();
    }

    // ------------------------------------------------------------ public.url

    private static Finding elsewhere(String set, String used) {
        return Finding.broken(
                "public-url",
                new Sentence(
                        "您用 " + used + " 打开了控制台，而 public.url 是 " + set + "：若后者不可达，设备将无法升级和对话",
                        "You opened the console at "
                                + used
                                + ", but public.url is "
                                + set
                                + ": if the latter can't be reached, devices can neither update"
                                + " nor talk"),
                new Sentence(
                        "设备应当用哪个地址，就把 public.url 设成哪个；或从那个地址打开控制台",
                        "Set public.url to the address that devices should use, or open the"
                                + " console there"));
    }

    // ------------------------------------------------------------ the address that was called

    private static Optional<Finding> followed(Arrival arrival) {
        String used = arrival.used();
        if (arrival.called().isEmpty()) {
            return Optional.of(
                    Finding.broken(
                            "unusable",
                            new Sentence(
                                    "设备不能使用您所访问的地址（Host："
                                            + shown(arrival.host())
                                            + "）：设备只认域名和 IPv4 地址",
                                    "Devices can't use the address that you called (Host: "
                                            + shown(arrival.host())
                                            + "): they understand only names and IPv4 addresses"),
                            new Sentence(
                                    "让设备用域名或 IPv4 地址访问，或设置 public.url",
                                    "Let devices use a name or an IPv4 address, or set"
                                            + " public.url")));
        }
        if (used.isEmpty() || Arrival.same(used, arrival.called())) {
            return Optional.empty();
        }
        var text =
                new Sentence(
                        "您用 " + used + " 打开了控制台，而用同一地址的设备会得到 " + arrival.called() + "：设备将无法升级和对话",
                        "You opened the console at "
                                + used
                                + ", but a device that uses the same address is given "
                                + arrival.called()
                                + ": it can neither update nor talk");
        return Optional.of(Finding.broken("address", text, remedy(arrival)));
    }

    private static Sentence remedy(Arrival arrival) {
        String used = arrival.used();
        String set = "public.url=" + used;
        if (!arrival.named() && Arrival.same(used, arrival.reported())) {
            // The proxy has told all; it only has to be believed.
            return new Sentence(
                    "设置 http.trusted-proxies=" + arrival.proxy(),
                    "Set http.trusted-proxies=" + arrival.proxy());
        }
        boolean scheme = !scheme(used).equals(scheme(arrival.reported()));
        boolean host = !host(used).equals(host(arrival.reported()));
        Sentence lost =
                host
                        ? new Sentence("代理改写了 Host", "The proxy rewrites Host")
                        : scheme
                                ? new Sentence(
                                        "代理没有用 X-Forwarded-Proto 报告协议",
                                        "The proxy does not report the scheme in"
                                                + " X-Forwarded-Proto")
                                : new Sentence(
                                        "Host 里丢了端口，代理也没有用 X-Forwarded-Port 报告",
                                        "Host has lost its port, and the proxy does not report it"
                                                + " in X-Forwarded-Port");
        return new Sentence(
                lost.zh() + "：设置 " + set + "，" + COPY.zh(),
                lost.en() + ": set " + set + ", " + COPY.en());
    }

    // ------------------------------------------------------------ addresses that can't work

    private static Optional<Finding> unreachable(String given, boolean set) {
        if (given.isEmpty()) {
            return Optional.empty();
        }
        String host = host(given);
        Optional<InetAddress> address = Cidr.address(host);
        if (host.equals("localhost")
                || address.filter(InetAddress::isLoopbackAddress).isPresent()) {
            var text =
                    new Sentence(
                            given + " 是这台机器自己：别的设备到不了",
                            given + " is this very machine: no device can reach it");
            return Optional.of(
                    set
                            ? Finding.broken(
                                    "local",
                                    text,
                                    new Sentence("改掉 public.url", "Change public.url"))
                            : Finding.note(
                                    "local",
                                    text,
                                    new Sentence(
                                            "让设备用下面的局域网地址",
                                            "Let devices use an address on the local network,"
                                                    + " below")));
        }
        boolean uncertified =
                address.isPresent()
                        ? Cidr.isPrivate(address.get())
                        : PRIVATE_NAME.matcher(host).matches();
        if (!given.startsWith("https:") || !uncertified) {
            return Optional.empty();
        }
        return Optional.of(
                Finding.broken(
                        "certificate",
                        new Sentence(
                                "公共 CA 不会为 " + host + " 签发证书，Wi-Fi 设备验证证书，连不上",
                                "No public authority issues a certificate for "
                                        + host
                                        + "; Wi-Fi devices verify certificates and can't connect"),
                        new Sentence(
                                "让设备用公共域名，或用 http 访问服务端口",
                                "Let devices use a public name, or the server's own port by plain"
                                        + " HTTP")));
    }

    // ------------------------------------------------------------ the proxy

    private static Optional<Finding> proxy(Arrival arrival, ReachConfig config) {
        if (arrival.headers().isEmpty()) {
            return Optional.empty();
        }
        if (!arrival.named()) {
            return Optional.of(
                    Finding.note(
                            "proxy-unnamed",
                            new Sentence(
                                    "请求经过 "
                                            + arrival.proxy()
                                            + " 的代理，而 http.trusted-proxies 里没有它：它报告的内容无效",
                                    "The request came through a proxy at "
                                            + arrival.proxy()
                                            + " that http.trusted-proxies does not name: what it"
                                            + " reports does not count"),
                            new Sentence(
                                    "如果是您的代理，设置 http.trusted-proxies=" + arrival.proxy(),
                                    "If it is yours, set http.trusted-proxies="
                                            + arrival.proxy())));
        }
        if (!arrival.proxy().isEmpty()) {
            return Optional.of(
                    Finding.note(
                            "client-unreported",
                            new Sentence(
                                    arrival.proxy() + " 的代理没有报告客户端的地址：所有设备和用户共用一份限额",
                                    "The proxy at "
                                            + arrival.proxy()
                                            + " does not report its clients' addresses: all"
                                            + " devices and people share one set of limits"),
                            new Sentence("让代理发送 X-Forwarded-For", "Let it send X-Forwarded-For")));
        }
        if (!config.behindProxy()) {
            return Optional.of(
                    Finding.note(
                            "behind-proxy",
                            new Sentence(
                                    "如果设备也经过这个代理下载固件，就看不出设备收到了多少",
                                    "If devices download firmware through this proxy, too, it can't"
                                            + " be known how much a device has received"),
                            new Sentence(
                                    "设置 firmware.behind-proxy=true",
                                    "Then set firmware.behind-proxy=true")));
        }
        return Optional.empty();
    }

    // ------------------------------------------------------------ parts of an address

    private static String shown(String host) {
        return host.isEmpty() ? "–" : host;
    }

    private static String scheme(String url) {
        return url.substring(0, Math.max(0, url.indexOf(':')));
    }

    /** Its host in lower case, without port and brackets; {@code ""} if there is none. */
    static String host(String url) {
        try {
            String host = URI.create(url).getHost();
            return host == null ? "" : host.toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]", "");
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
