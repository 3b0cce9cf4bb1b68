package dev.sluice.server.page;

import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Gzip;
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
import java.util.concurrent.ConcurrentHashMap;

/// Loads the files of the pages, each when it is first asked for, and adds the headers common to all pages. As
/// a route it serves `/page/NAME`: style, scripts, icon.
public final class Pages implements Route {
    /// Allows only this hub's own files and connections, and no inline script or style: if a hostile name or event
    /// ever got into a page as markup, it would not be executed. Trusted Types stop the pages' own scripts from
    /// turning text into markup.
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            + "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types 'none'";

    /// A program may also show pages of this server within its own.
    private static final String PROGRAM_POLICY =
            POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'; frame-src 'self'");

    /// The names of the files that browsers load.
    static final List<String> ASSETS = List.of(
            "announce.js",
            "base64.js",
            "channel-messages.js",
            "channel-words.js",
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
            "channel/hub-search.js",
            "channel/items.js",
            "channel/json.js",
            "channel/list.js",
            "channel/marks.js",
            "channel/older.js",
            "channel/publish.js",
            "channel/row.js",
            "channel/search.js",
            "channel/selection.js",
            "channel/templates.js",
            "channel/timeline.js",
            "channel/trace.js",
            "channel/wire.js",
            "chart/card.js",
            "chart/chart.css",
            "chart/chart.js",
            "chart/crosshair.js",
            "chart/scale.js",
            "client-state.js",
            "connections/connections.css",
            "connections/connections.js",
            "connections/detail.js",
            "connections/history.js",
            "connections/model.js",
            "connections/table.js",
            "design/base.css",
            "design/components.css",
            "design/shell.css",
            "design/tokens.css",
            "doctor/arrival.js",
            "doctor/doctor-messages.js",
            "doctor/doctor-words.js",
            "doctor/doctor.css",
            "doctor/doctor.js",
            "doctor/findings.en.json",
            "doctor/findings.zh.json",
            "doctor/probes.js",
            "doctor/upload.js",
            "doctor/way.js",
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
            "overview-messages.js",
            "overview-words.js",
            "overview/channels.js",
            "overview/charts.js",
            "overview/commands.js",
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
            "program.js",
            "reason.js",
            "requests.js",
            "settings/cards.js",
            "settings/model.js",
            "settings/settings.css",
            "settings/settings.js",
            "shortcuts.js",
            "spark.js",
            "state.js",
            "stats-messages.js",
            "stats-words.js",
            "stats/figures.js",
            "stats/history.js",
            "stats/live.js",
            "stats/metrics.js",
            "subscription.js",
            "tabs.js",
            "tone.js",
            "transports.js",
            "vendor/preact.js",
            "vendor/uplot.css",
            "vendor/uplot.js",
            "words.js");

    private static final Set<String> NAMES = Set.copyOf(ASSETS);

    /// The files that a browser has asked for, of all servers of the process: to compress all of them takes longer
    /// than the rest of a start.
    private static final Map<String, Asset> LOADED = new ConcurrentHashMap<>();

    private final List<Link> links;
    private final boolean areServed;

    /// @param links further pages of this server, for the navigation
    public Pages(List<Link> links) {
        this(links, true);
    }

    /// The pages of a server that serves none of them, not even those of refusals.
    public static Pages unserved() {
        return new Pages(List.of(), false);
    }

    private Pages(List<Link> links, boolean areServed) {
        this.links = List.copyOf(links);
        this.areServed = areServed;
    }

    public boolean areServed() {
        return areServed;
    }

    @Override
    public void handle(Exchange exchange) {
        RequestHead request = exchange.request();
        request.parameters().allow(Set.of());
        String name = request.path().after(1);
        if (!NAMES.contains(name)) {
            throw Problems.NOT_FOUND.refused(null, "The pages have no file of this name.");
        }
        exchange.answer(protect(asset(name).answer(request)));
    }

    private static Asset asset(String name) {
        return LOADED.computeIfAbsent(name, _ -> Asset.of(contentType(name), bytes(name)));
    }

    /// The template of a page.
    ///
    /// @param view the entry of the navigation that the page is
    Templates template(String name, String view) {
        return Shell.shared().template(name, view);
    }

    /// Checks a page without the work of putting it together.
    ///
    /// @throws IllegalArgumentException if it names an unknown message or placeholder
    void check(ProgramPage page) {
        Shell.shared().check(page);
    }

    Templates template(ProgramPage page) {
        return Shell.shared().template(page);
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
        all.put("links", links(request));
        return templates.in(language).fill(all);
    }

    private String links(RequestHead request) {
        String root = root(request);
        String path = request.path().decoded();
        Html html = new Html();
        for (Link each : links) {
            html.markup("<a class=\"to\" href=\"")
                    .text(root + each.path().substring(1))
                    .markup(path.startsWith(each.path()) ? "\" aria-current=\"page" : "")
                    .markup("\"><svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"")
                    .text(each.icon())
                    .markup("\"/></svg><span class=\"word\">" + each.text().markup() + "</span></a>");
        }
        return html.toString();
    }

    /// The icon at the address where browsers look for it when they show something else than a page.
    public void favicon(Exchange exchange) {
        exchange.answer(protect(asset("icon.png").answer(exchange.request())));
    }

    String message(String name, Language language) {
        return Shell.shared().messages().text(name, language);
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
        return protect(unprotected(request, status, html), POLICY);
    }

    /// A page of a program is not kept for "back", because its scripts may have connections, which would stay open.
    static Answer programPage(RequestHead request, int status, String html) {
        return protect(unprotected(request, status, html), PROGRAM_POLICY)
                .with(HeaderNames.CACHE_CONTROL, "private, no-store");
    }

    private static Answer unprotected(RequestHead request, int status, String html) {
        byte[] bytes = html.getBytes(StandardCharsets.UTF_8);
        boolean takesZip = Gzip.isAccepted(request);
        Answer answer = Answer.of(status, "text/html; charset=utf-8", takesZip ? Gzip.best(bytes) : bytes)
                .with(HeaderNames.CACHE_CONTROL, "private, no-cache");
        return takesZip ? answer.with(HeaderNames.CONTENT_ENCODING, "gzip") : answer;
    }

    private static Answer protect(Answer answer) {
        return protect(answer, POLICY);
    }

    private static Answer protect(Answer answer, String policy) {
        return answer.with(HeaderNames.CONTENT_SECURITY_POLICY, policy)
                .with("Referrer-Policy", "no-referrer")
                .with("Cross-Origin-Opener-Policy", "same-origin");
    }

    private static String contentType(String name) {
        return switch (name.substring(name.lastIndexOf('.'))) {
            case ".css" -> "text/css; charset=utf-8";
            case ".js" -> "text/javascript; charset=utf-8";
            case ".json" -> "application/json";
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
