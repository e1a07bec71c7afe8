package io.slipway.reach;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.http.schema.Omitted;
import io.slipway.text.Sentence;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How devices reach this server, as seen from one request. */
record ReachView(
        @Inlined CalledView called,
        @Described("public.url；没有则为空 · public.url; empty if not set") String publicUrl,
        @Described("设备访问同一地址时得到的 · what a device that calls the same address is given")
                DeviceUrlsView devices,
        @Described(
                        value = "没有则省略 · omitted if there are none",
                        items = "本机在局域网的一个地址 · an address of this machine on a local network")
                @Omitted
                @Nullable List<LocalAddressView> lan,
        @Described(items = "最要紧的在前 · the most important first") List<FindingView> findings) {

    /** What this request was sent to. */
    record CalledView(
            @Described("浏览器里的地址；未知则为 null · the browser's address; null if unknown")
                    @Nullable String used,
            String host,
            @Described(items = "代理写的请求头 · a header that a proxy has written")
                    List<HeaderView> headers,
            @Described(
                            "没有报告客户端，或不在 http.trusted-proxies 里的代理 · the proxy, if it does not report its"
                                    + " client or is not named in http.trusted-proxies")
                    @Nullable String proxy,
            @Described("代理报告的内容是否有效 · whether what the proxy reports counts") boolean trusted,
            @Described(
                            "服务器理解的地址；设备不能用则为 null · the address as the server understands it; null if devices can't use it")
                    @Nullable String called) {

        static CalledView of(Arrival arrival) {
            return new CalledView(
                    blank(arrival.used()),
                    arrival.host(),
                    arrival.headers().stream()
                            .map(each -> new HeaderView(each.name(), each.value()))
                            .toList(),
                    blank(arrival.proxy()),
                    arrival.named(),
                    blank(arrival.called()));
        }
    }

    /** A header of the request. */
    record HeaderView(String name, String value) {}

    /** The exact URLs; null where a device is given none. */
    record DeviceUrlsView(
            @Nullable String ota,
            @Nullable String activate,
            @Nullable String websocket,
            @Described("MQTT 网关，代替 WebSocket · the MQTT gateway, in place of the WebSocket")
                    @Nullable String mqtt,
            @Described("下载地址的开头 · how the URL of a download begins") @Nullable String firmware) {

        /**
         * @param base {@code scheme://host[:port]} that devices are given; empty if they can't use
         *     it
         */
        static DeviceUrlsView of(String base, ReachConfig config) {
            boolean none = base.isEmpty();
            String socket = config.mqtt().isEmpty() ? config.websocketUrl().apply(base) : "";
            return new DeviceUrlsView(
                    none ? null : base + AddressCheck.OTA,
                    none ? null : base + AddressCheck.OTA + "activate",
                    blank(socket),
                    blank(config.mqtt()),
                    none ? null : config.firmwareUrl().apply(base));
        }
    }

    /** An address of this machine. */
    record LocalAddressView(
            @Described("网卡 · the network interface") String network, String address, String ota) {}

    /** Something to know, or to change. */
    record FindingView(
            @Described("未知的按提示处理 · treat unknown ones as notes") String kind,
            @Described("设备得到的地址不能用 · what devices are given does not work") boolean broken,
            Sentence text,
            @Described("怎么办 · what to do") Sentence todo) {

        static FindingView of(Finding finding) {
            return new FindingView(
                    finding.kind(), finding.broken(), finding.text(), finding.todo());
        }
    }

    private static @Nullable String blank(String text) {
        return text.isEmpty() ? null : text;
    }
}
