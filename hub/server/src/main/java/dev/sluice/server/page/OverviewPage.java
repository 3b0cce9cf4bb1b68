package dev.sluice.server.page;

import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.AccessCheck;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.HubChannels;
import dev.sluice.server.channels.ChannelSearch;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.head.Host;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.stats.ChannelFigures;
import dev.sluice.server.stats.Statistics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The page of the hub, with its figures and its channels at the time of the response; and the page of the
/// channels alone.
public final class OverviewPage implements Route {
    private static final Selection STATISTICS = Selection.of(HubChannels.STATS);
    private static final Pattern ALL = Pattern.of("**");

    /// The channel of the first event that the page of an empty hub offers to publish.
    private static final ChannelName FIRST = new ChannelName("news");

    /// The number of channels in the page, which is also the number that the script requests at first.
    private static final int CHANNELS = 500;

    private final Pages pages;
    private final Hub hub;
    private final Statistics statistics;
    private final View view;

    /// The parts of the page that are shown.
    public enum View {
        ALL("overview", ""),
        CHANNELS("channels", "list");

        private final String entry;
        private final String className;

        /// @param entry     the page's entry in the navigation, and the message with its title
        /// @param className of the element with all parts
        View(String entry, String className) {
            this.entry = entry;
            this.className = className;
        }
    }

    public OverviewPage(Pages pages, Hub hub, Statistics statistics, View view) {
        this.pages = pages;
        this.hub = hub;
        this.statistics = statistics;
        this.view = view;
    }

    @Override
    public void handle(Exchange exchange) {
        RequestHead request = exchange.request();
        request.parameters().allow(Set.of("as"));
        // Every visitor gets the page itself; its script explains why the list of channels is refused.
        if (!exchange.grant().permitsAny(Verb.LIST)) answer(exchange, ChannelRows.none(), true);
        else ChannelSearch.begin(exchange, hub, null, CHANNELS, channels -> count(exchange, channels));
    }

    /// Counts the readers of the channels, on all event loops, then answers.
    private void count(Exchange exchange, List<ChannelState> channels) {
        boolean maySeeFigures = maySeeFigures(exchange);
        ChannelFigures figures = maySeeFigures ? statistics.ofChannels() : ChannelFigures.NONE;
        // Only visitors who may list all channels see sums over all channels.
        boolean maySeeAll = exchange.grant().permits(Verb.LIST, ALL);
        ChannelRows rows = ChannelRows.of(channels, figures, maySeeAll);
        if (!maySeeFigures) {
            answer(exchange, rows, false);
            return;
        }
        hub.readersOf(rows.names())
                .thenAccept(readers -> exchange.run(() -> answer(exchange, rows.with(readers), false)));
    }

    private static boolean maySeeFigures(Exchange exchange) {
        return AccessCheck.permits(exchange.grant(), STATISTICS);
    }

    private void answer(Exchange exchange, ChannelRows rows, boolean isRefused) {
        RequestHead request = exchange.request();
        Language language = Language.of(request);
        var figures = maySeeFigures(exchange) ? statistics.ofHub() : null;
        exchange.answer(Pages.page(
                request,
                Status.OK,
                pages.fill(
                        pages.template("overview", view.entry),
                        request,
                        exchange.grant(),
                        pages.message(view.entry, language),
                        Html.escape(pages.message(view.entry, language)),
                        Map.of(
                                "view",
                                view.className,
                                "tiles",
                                new Tiles(pages, language, figures).markup(),
                                "rows",
                                rows.markup(pages, language),
                                "known",
                                rows.json(),
                                "figures",
                                maySeeFigures(exchange) ? "" : "hidden",
                                "publish",
                                exchange.grant().permits(Verb.PUBLISH, FIRST) ? "" : "hidden",
                                "empty",
                                rows.isEmpty() && !isRefused ? "" : "hidden",
                                "refused",
                                isRefused ? "" : "hidden",
                                "login", // A hub without keys has no such page.
                                isRefused ? "href=\"" + Pages.root(request) + "login\"" : "",
                                "address",
                                Html.escape(address(request.host()))))));
    }

    /// The hub's address as the browser uses it. Always `http`: only the script knows whether a proxy terminates
    /// TLS.
    private static String address(@Nullable Host host) {
        if (host == null) return "http://localhost";
        return "http://" + host.name() + (host.port() < 0 ? "" : ":" + host.port());
    }
}
