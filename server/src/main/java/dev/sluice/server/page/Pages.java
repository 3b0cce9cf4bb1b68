package dev.sluice.server.page;

import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.HeaderNames;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.RequestHead;
import dev.sluice.server.http.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Loads the files of the pages once at the start, and adds the headers common to all pages. As a route it serves
/// `/page/NAME`: style, scripts, icon.
public final class Pages implements Route {
    /// Allows only this hub's own files and connections, and no inline script or style: if a hostile name or event
    /// ever got into a page as markup, it would not be executed. Trusted Types stop the pages' own scripts from
    /// turning text into markup.
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            + "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types 'none'";

    /// The names of the files that browsers load.
    static final List<String> ASSETS = List.of(
            "announce.js",
            "channel/ansi.js",
            "channel/binary.js",
            "channel/channel.css",
            "channel/channel.js",
            "channel/columns.js",
            "channel/detail.js",
            "channel/diff.js",
            "channel/ending.js",
            "channel/figures.js",
            "channel/filter.js",
            "channel/heads.js",
            "channel/histogram.js",
            "channel/items.js",
            "channel/json.js",
            "channel/list.js",
            "channel/marks.js",
            "channel/older.js",
            "channel/publish.js",
            "channel/row.js",
            "channel/selection.js",
            "channel/wire.js",
            "client-state.js",
            "connections/connections.css",
            "connections/connections.js",
            "connections/detail.js",
            "connections/model.js",
            "connections/table.js",
            "design/bare.css",
            "design/base.css",
            "design/components.css",
            "design/shell.css",
            "design/tokens.css",
            "dom.js",
            "early.js",
            "error/error.css",
            "error/error.js",
            "error/nearest.js",
            "frame.js",
            "hub.js",
            "icon-off.svg",
            "icon.png",
            "icon.svg",
            "icons.svg",
            "login/login.css",
            "login/login.js",
            "messages.js",
            "operator-messages.js",
            "operator-words.js",
            "overview/channels.js",
            "overview/commands.js",
            "overview/figures.js",
            "overview/look.js",
            "overview/order.js",
            "overview/overview.css",
            "overview/overview.js",
            "overview/table.js",
            "overview/tail.js",
            "overview/tiles.js",
            "palette.js",
            "place.js",
            "preview.js",
            "reason.js",
            "requests.js",
            "settings/cards.js",
            "settings/model.js",
            "settings/settings.css",
            "settings/settings.js",
            "shortcuts.js",
            "spark.js",
            "state.js",
            "subscription.js",
            "tone.js",
            "transports.js",
            "vendor/preact.js",
            "words.js");

    private final Map<String, Asset> assets = new HashMap<>();
    private final Messages messages =
            Messages.parse(text("messages.js")).and(Messages.parse(text("operator-messages.js")));
    private final Frame frame = new Frame(text("frame.html"), messages);
    private final Asset favicon = Asset.of("image/png", bytes("icon.png"));
    private final List<Link> links;

    /// @param links further pages of this server, for the navigation
    public Pages(List<Link> links) {
        this.links = List.copyOf(links);
        for (String name : ASSETS) assets.put(name, Asset.of(contentType(name), bytes(name)));
    }

    @Override
    public void handle(Exchange exchange) {
        RequestHead request = exchange.request();
        request.parameters().allow(Set.of());
        Asset asset = assets.get(request.path().after(1));
        if (asset == null) {
            throw Problems.NOT_FOUND.refused(null, "The pages have no file of this name.");
        }
        exchange.answer(protect(asset.answer(request)));
    }

    /// Loads the template of a page.
    ///
    /// @param view the entry of the navigation that the page is
    Templates template(String name, String view) {
        return frame.template(name, view);
    }

    /// The page in the language of the request.
    ///
    /// @param title  of the tab
    /// @param crumbs the way to the page, as markup
    /// @param values the other placeholders of the template, as markup
    String fill(Templates templates, RequestHead request, String title, String crumbs, Map<String, String> values) {
        Language language = Language.of(request);
        Map<String, String> all = new HashMap<>(values);
        all.put("language", language.tag());
        all.put("root", root(request));
        all.put("title", Html.escape(title));
        all.put("crumbs", crumbs);
        all.put("links", links(language, root(request)));
        return templates.in(language).fill(all);
    }

    private String links(Language language, String root) {
        Html html = new Html();
        for (Link each : links) {
            html.markup("<a class=\"to\" href=\"")
                    .text(root + each.path().substring(1))
                    .markup("\"><svg class=\"icon\" aria-hidden=\"true\"><use href=\"" + root)
                    .markup("page/icons.svg#link\"/></svg><span class=\"word\">")
                    .text(each.text(language))
                    .markup("</span></a>");
        }
        return html.toString();
    }

    /// The icon at the address where browsers look for it when they show something else than a page.
    public void favicon(Exchange exchange) {
        exchange.answer(protect(favicon.answer(exchange.request())));
    }

    String message(String name, Language language) {
        return messages.text(name, language);
    }

    /// The way from a page to the hub's root. A page has relative links only: a proxy may serve the hub below
    /// a path that the hub does not know (`docs/decisions/0038-links-are-relative.md`).
    static String root(RequestHead request) {
        int depth = (int) request.path().raw().chars().filter(c -> c == '/').count() - 1;
        return depth == 0 ? "./" : "../".repeat(depth);
    }

    /// Browsers may keep a page for their "back", with its scroll position; shown anew, it is asked for again. It is
    /// compressed: it has no secret whose length could tell something (BREACH).
    static Answer page(RequestHead request, int status, String html) {
        byte[] bytes = html.getBytes(StandardCharsets.UTF_8);
        boolean takesZip = Asset.accepts(request, "gzip");
        Answer answer = Answer.of(status, "text/html; charset=utf-8", takesZip ? Asset.zip(bytes) : bytes)
                .with(HeaderNames.CACHE_CONTROL, "private, no-cache");
        return protect(takesZip ? answer.with(HeaderNames.CONTENT_ENCODING, "gzip") : answer);
    }

    private static Answer protect(Answer answer) {
        return answer.with(HeaderNames.CONTENT_SECURITY_POLICY, POLICY)
                .with("Referrer-Policy", "no-referrer")
                .with("Cross-Origin-Opener-Policy", "same-origin");
    }

    private static String contentType(String name) {
        return switch (name.substring(name.lastIndexOf('.'))) {
            case ".css" -> "text/css; charset=utf-8";
            case ".js" -> "text/javascript; charset=utf-8";
            case ".svg" -> "image/svg+xml";
            case ".png" -> "image/png";
            default -> throw new IllegalArgumentException("no media type for " + name);
        };
    }

    /// Reads a resource as text. Its name is relative to this package, or absolute with a leading slash.
    static String text(String name) {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    /// Reads a resource; see {@link #text}.
    static byte[] bytes(String name) {
        try (InputStream file = Pages.class.getResourceAsStream(name)) {
            if (file == null) throw new IllegalStateException("the server was built without its page " + name);
            return file.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
