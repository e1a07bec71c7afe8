package io.slipway.live;

import io.slipway.account.Accounts;
import io.slipway.account.Caller;
import io.slipway.activation.Neighbourhood;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.RouteScope;
import io.slipway.http.console.EventFeed;
import io.slipway.http.edge.Edge;
import io.slipway.sql.StoreException;

/** The stream of live updates for open pages. */
final class LiveRoutes {

    private final Accounts accounts;
    private final Viewers viewers;

    LiveRoutes(Accounts accounts, Viewers viewers) {
        this.accounts = accounts;
        this.viewers = viewers;
    }

    void install(Edge edge) {
        edge.events(RouteScope.READ, "/v1/live", this::open);
    }

    private EventFeed open(Request request) {
        Caller caller = accounts.authenticate(request);
        String network = Neighbourhood.of(request.peer()).map(Neighbourhood::network).orElse("");
        Viewer viewer =
                viewers.add(
                        new Viewer(
                                caller.accountId(),
                                caller.admin(),
                                network,
                                Viewer.ViewerPace.USUAL));
        return new EventFeed(
                viewer::await, () -> entitled(request, caller), () -> viewers.remove(viewer));
    }

    // A changed role also restarts the page: it may see more now, or less.
    private boolean entitled(Request request, Caller before) {
        try {
            return accounts.authenticate(request).admin() == before.admin();
        } catch (Problem signedOut) {
            return false;
        } catch (StoreException e) {
            // There are no updates while the database is unavailable.
            return true;
        }
    }
}
