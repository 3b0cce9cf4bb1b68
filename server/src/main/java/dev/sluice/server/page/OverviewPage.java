package dev.sluice.server.page;

import dev.sluice.core.access.Verb;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.log.ChannelState;
import dev.sluice.server.channels.ChannelSearch;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Host;
import dev.sluice.server.http.RequestHead;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Status;
import dev.sluice.server.json.Timestamp;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The page of the hub: its figures and its channels; and the page of the channels alone.
public final class OverviewPage implements Route {
    /// The number of channels, the same as the script's at first.
    private static final int CHANNELS = 200;

    private final Pages pages;
    private final Hub hub;
    private final View view;

    /// The parts of the page that are shown.
    public enum View {
        ALL("overview", ""),
        CHANNELS("channels", "list");

        private final String entry;
        private final String className;

        /// @param entry     of the navigation, and the message that is its title
        /// @param className of the element with all parts
        View(String entry, String className) {
            this.entry = entry;
            this.className = className;
        }
    }

    public OverviewPage(Pages pages, Hub hub, View view) {
        this.pages = pages;
        this.hub = hub;
        this.view = view;
    }

    @Override
    public void handle(Exchange exchange) {
        RequestHead request = exchange.request();
        request.parameters().allow(Set.of("as"));
        // The page itself is for everybody; its script explains why the list of channels is refused.
        if (!exchange.grant().permitsAny(Verb.LIST)) answer(exchange, List.of(), true);
        else ChannelSearch.begin(exchange, hub, null, CHANNELS, channels -> answer(exchange, channels, false));
    }

    private void answer(Exchange exchange, List<ChannelState> channels, boolean isRefused) {
        RequestHead request = exchange.request();
        Language language = Language.of(request);
        Html rows = new Html();
        for (ChannelState channel : channels) row(channel, language, rows);
        exchange.answer(Pages.page(
                request,
                Status.OK,
                pages.fill(
                        pages.template("overview", view.entry),
                        request,
                        pages.message(view.entry, language),
                        Html.escape(pages.message(view.entry, language)),
                        Map.of(
                                "view",
                                view.className,
                                "rows",
                                rows.toString(),
                                "empty",
                                channels.isEmpty() && !isRefused ? "" : "hidden",
                                "refused",
                                isRefused ? "" : "hidden",
                                "login", // A hub without keys has no such page.
                                isRefused ? "href=\"" + Pages.root(request) + "login\"" : "",
                                "address",
                                Html.escape(address(request.host()))))));
    }

    /// The hub's address as the browser uses it. Always `http`: only the script knows whether a proxy terminates TLS.
    private static String address(@Nullable Host host) {
        if (host == null) return "http://localhost";
        return "http://" + host.name() + (host.port() < 0 ? "" : ":" + host.port());
    }

    private void row(ChannelState channel, Language language, Html html) {
        html.markup("<tr><th scope=\"row\"><span class=\"leaf\"></span> <a class=\"name\" href=\"")
                .text(link(channel.name().value()))
                .markup("\">")
                .text(channel.name().value())
                .markup("</a>");
        if (channel.end() != null) {
            html.markup(" <span class=\"status quiet\">")
                    .text(pages.message("status.ended", language))
                    .markup("</span>");
        }
        html.markup("</th><td class=\"curve\"></td><td class=\"figure\"></td><td class=\"figure\"></td>")
                .markup("<td class=\"figure\">" + channel.events())
                .markup("</td><td class=\"figure\">" + channel.bytes() + " B")
                .markup("</td><td class=\"figure\">"
                        + Timestamp.of(channel.timeMs()).replace('T', ' '))
                .markup("</td></tr>\n");
    }

    private static String link(String channel) {
        return "./channels/"
                + Arrays.stream(channel.split("/", -1)).map(Breadcrumb::encoded).collect(Collectors.joining("/"));
    }
}
