package dev.sluice.server.page;

import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Log;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Host;
import dev.sluice.server.http.Request;
import dev.sluice.server.http.Route;
import dev.sluice.server.json.Timestamp;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The page of the hub: what it is, and its channels.
public final class IndexPage implements Route {
    /// As many as the script shows at first.
    private static final int CHANNELS = 200;

    private final Pages pages;
    private final Log log;
    private final String links;
    private final Templates templates;

    /// @param links other pages of this server
    public IndexPage(Pages pages, Log log, List<Link> links) {
        this.pages = pages;
        this.log = log;
        this.links = links(links);
        this.templates = pages.template("index.html");
    }

    @Override
    public void handle(Exchange exchange) {
        Request request = exchange.request();
        request.parameters().allow(Set.of());
        Language language = Language.of(request);
        List<ChannelState> channels = log.channels(null, CHANNELS);
        Html rows = new Html();
        for (ChannelState channel : channels) row(channel, language, rows);
        exchange.answer(Pages.page(templates
                .in(language)
                .fill(Map.of(
                        "language", language.tag(),
                        "rows", rows.toString(),
                        "links", links,
                        "empty", channels.isEmpty() ? "" : "hidden",
                        "address", Html.escape(address(request.host()))))));
    }

    /// As the browser calls the hub; whether over TLS, which some proxy may have ended, only the script knows.
    private static String address(@Nullable Host host) {
        if (host == null) return "http://localhost";
        return "http://" + host.name() + (host.port() < 0 ? "" : ":" + host.port());
    }

    /// In every language: the page shows one of them.
    private static String links(List<Link> links) {
        Html html = new Html();
        for (Link each : links) {
            html.markup("<p><a href=\"").text(each.path()).markup("\">");
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
                .text(pages.say(isEnded ? "status.ended" : "status.open", language))
                .markup("</td></tr>\n");
    }

    private static String link(String channel) {
        // A form's encoding but for blanks; and the slashes between segments stay.
        return "/channels/"
                + URLEncoder.encode(channel, StandardCharsets.UTF_8)
                        .replace("+", "%20")
                        .replace("%2F", "/");
    }
}
