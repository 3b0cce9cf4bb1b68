package dev.sluice.server.page;

import dev.sluice.core.access.Verb;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.log.ChannelState;
import dev.sluice.server.channels.ChannelSearch;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Host;
import dev.sluice.server.http.RequestHead;
import dev.sluice.server.http.Route;
import dev.sluice.server.json.Timestamp;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The page of the hub: lists its channels.
public final class IndexPage implements Route {
    /// The number of channels, the same as the script's at first.
    private static final int CHANNELS = 200;

    private final Pages pages;
    private final Hub hub;
    private final String links;
    private final Templates templates;

    /// @param links other pages of this server
    public IndexPage(Pages pages, Hub hub, List<Link> links) {
        this.pages = pages;
        this.hub = hub;
        this.links = links(links);
        this.templates = pages.template("index.html");
    }

    @Override
    public void handle(Exchange exchange) {
        RequestHead request = exchange.request();
        request.parameters().allow(Set.of());
        // The page itself is for everybody; its script explains why the list of channels is refused.
        if (!exchange.grant().permitsAny(Verb.LIST)) answer(exchange, List.of());
        else ChannelSearch.begin(exchange, hub, null, CHANNELS, channels -> answer(exchange, channels));
    }

    private void answer(Exchange exchange, List<ChannelState> channels) {
        Language language = Language.of(exchange.request());
        Html rows = new Html();
        for (ChannelState channel : channels) row(channel, language, rows);
        exchange.answer(Pages.page(templates
                .in(language)
                .fill(Map.of(
                        "language", language.tag(),
                        "root", Pages.root(exchange.request()),
                        "rows", rows.toString(),
                        "links", links,
                        "empty", channels.isEmpty() ? "" : "hidden",
                        "address", Html.escape(address(exchange.request().host()))))));
    }

    /// The hub's address as the browser uses it. Always `http`: only the script knows whether a proxy terminates TLS.
    private static String address(@Nullable Host host) {
        if (host == null) return "http://localhost";
        return "http://" + host.name() + (host.port() < 0 ? "" : ":" + host.port());
    }

    /// The links in every language; the page shows one of them.
    private static String links(List<Link> links) {
        Html html = new Html();
        for (Link each : links) {
            html.markup("<p><a href=\"").text("." + each.path()).markup("\">");
            for (Language language : Language.values()) {
                html.markup("<span lang=\"" + language.tag() + "\">")
                        .text(each.text(language))
                        .markup("</span>");
            }
            html.markup("</a></p>");
        }
        return html.toString();
    }

    private void row(ChannelState channel, Language language, Html html) {
        boolean isEnded = channel.end() != null;
        html.markup("<tr><th scope=\"row\"><a class=\"name\" href=\"")
                .text(link(channel.name().value()))
                .markup("\">")
                .text(channel.name().value())
                .markup("</a></th><td class=\"figure\">" + channel.events())
                .markup("</td><td class=\"figure\">" + channel.bytes() + " B")
                .markup("</td><td class=\"figure\">"
                        + Timestamp.of(channel.timeMs()).replace('T', ' '))
                .markup("</td><td>")
                .text(pages.message(isEnded ? "status.ended" : "status.open", language))
                .markup("</td></tr>\n");
    }

    private static String link(String channel) {
        // Form encoding, except that blanks become %20 and slashes between segments stay.
        return "./channels/"
                + URLEncoder.encode(channel, StandardCharsets.UTF_8)
                        .replace("+", "%20")
                        .replace("%2F", "/");
    }
}
