package io.slipway.reach;

import io.slipway.http.Request;
import io.slipway.text.Sentence;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** Compares what devices are given with the address that works. Thread-safe. */
public final class AddressCheck {

    static final String OTA = "/v1/ota/";

    private final Supplier<ReachConfig> current;
    private final IntSupplier port;

    /**
     * @param port on which the server listens
     */
    AddressCheck(Supplier<ReachConfig> current, IntSupplier port) {
        this.current = current;
        this.port = port;
    }

    /**
     * Why a device that uses the same address as this request is given one that does not work;
     * empty if it is given the right one.
     *
     * @param request with the browser's address in the query's {@code address}, if known
     */
    public List<Sentence> wrong(Request request) {
        ReachConfig config = current.get();
        return Findings.of(Arrival.of(request, config), config).stream()
                .filter(Finding::broken)
                .map(Finding::text)
                .toList();
    }

    ReachView of(Request request) {
        ReachConfig config = current.get();
        Arrival arrival = Arrival.of(request, config);
        int listening = port.getAsInt();
        List<ReachView.LocalAddressView> lan =
                LocalAddresses.of(config.http()).stream()
                        .map(each ->
                                new ReachView.LocalAddressView(
                                        each.network(), each.address(), each.base(listening) + OTA))
                        .toList();
        return new ReachView(
                ReachView.CalledView.of(arrival),
                config.http().publicUrl(),
                ReachView.DeviceUrlsView.of(request.peer().base(), config),
                lan.isEmpty() ? null : lan,
                Findings.of(arrival, config).stream().map(ReachView.FindingView::of).toList());
    }
}
