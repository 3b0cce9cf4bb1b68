package dev.sluice.server.page;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.metrics.HubMetrics;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.exchange.Gzip;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Fills the templates of pages, and adds the headers common to all pages. As a route it serves `/page/NAME`:
/// style, scripts, icon.
public final class Pages implements Route {
    /// Allows only this hub's own files and connections, and no inline script or style: if a hostile name or
    /// event ever got into a page as markup, it would not be executed. Trusted Types prevent the pages' own
    /// scripts from turning text into markup.
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            + "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types 'none'";

    /// A program may also show pages of this server within its own.
    private static final String PROGRAM_POLICY =
            POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'; frame-src 'self'");

    /// No page is deeper: the longest name of a channel has fewer segments. Each link of a page begins with the
    /// path to the root, so that a refusal of a path of slashes would be megabytes long.
    private static final int DEPTH_MAX = ChannelName.BYTES_MAX;

    private static final Pattern VALUE = Pattern.compile("\\{(\\w+)(?:\\|([^|}]*)\\|([^}]*))?}");

    private final List<Link> links;
    private final boolean areServed;
    private volatile boolean hasNodes;
    private volatile Navigation navigation = new Navigation(null, () -> 0, AccessFilter.OPEN);

    /// @param links further pages of this server, for the navigation
    public Pages(List<Link> links) {
        this(links, true);
    }

    /// Returns the pages of a server that serves no pages, not even for refusals.
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

    /// Adds the page of the nodes to the navigation. Call it before the first request.
    public void showNodes() {
        hasNodes = true;
    }

    /// Makes the navigation show the hub's figures. Call it before the first request.
    ///
    /// @param nowNs  a clock that does not go back
    /// @param access decides what visitors may see
    public void tell(Supplier<HubMetrics> hub, LongSupplier nowNs, AccessFilter access) {
        navigation = new Navigation(hub, nowNs, access);
    }

    /// Refuses a request that no filter has authenticated. In a browser, the visitor gets a page with their
    /// name.
    @Override
    public void refuse(Exchange exchange, Problem problem) {
        if (areServed && ErrorPage.isPerson(exchange.request()))
            navigation.visit(exchange, _ -> exchange.refuse(problem));
        else exchange.refuse(problem);
    }

    Navigation navigation() {
        return navigation;
    }

    @Override
    public void handle(Exchange exchange) {
        RequestHead request = exchange.request();
        request.parameters().allow(Set.of());
        Asset asset = Assets.named(request.path().after(1))
                .orElseThrow(() -> Problems.NOT_FOUND.refused(null, "The pages have no file of this name."));
        exchange.answer(protect(asset.answer(request)));
    }

    /// The template of a page.
    ///
    /// @param view the page's entry in the navigation
    Templates template(String name, String view) {
        return Shell.shared().template(name, view, hasNodes);
    }

    /// Checks a page without assembling it.
    ///
    /// @throws IllegalArgumentException if it names an unknown message or placeholder
    void check(ProgramPage page) {
        Shell.shared().check(page);
    }

    Templates template(ProgramPage page) {
        return Shell.shared().template(page, hasNodes);
    }

    /// Returns the page in the language of the request.
    ///
    /// @param grant  of the visitor; null if unknown
    /// @param title  the title of the tab
    /// @param crumbs the breadcrumb of the page, as markup
    /// @param values the other placeholders of the template, as markup
    String fill(
            Templates templates,
            RequestHead request,
            @Nullable Grant grant,
            String title,
            String crumbs,
            Map<String, String> values) {
        Language language = Language.of(request);
        Map<String, String> all = new HashMap<>(values);
        all.putAll(navigation.values(this, request, grant));
        all.put("language", language.tag());
        all.put("root", root(request));
        all.put("title", Html.escape(title));
        all.put("crumbs", crumbs);
        all.put("links", links(request, language, grant));
        return templates.in(language).fill(all);
    }

    private String links(RequestHead request, Language language, @Nullable Grant grant) {
        String root = root(request);
        String path = request.path().decoded();
        Html html = new Html();
        for (Link each : links) {
            html.markup("<a class=\"to\" href=\"")
                    .text(root + each.path().substring(1))
                    .markup(path.startsWith(each.path()) ? "\" aria-current=\"page" : "")
                    .markup("\"><svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"")
                    .text(each.icon())
                    .markup("\"/></svg><span class=\"word\">" + each.text().markup() + "</span><span class=\"count\">"
                            + alarms(each, language, grant) + "</span></a>");
        }
        return html.toString();
    }

    private String alarms(Link link, Language language, @Nullable Grant grant) {
        boolean mayRead = grant != null && grant.permits(Verb.SUBSCRIBE, link.readers());
        int count = mayRead ? link.alarms().getAsInt() : 0;
        return count == 0 ? "" : message("look.down.short", language, Map.of("n", new Numbers(language).whole(count)));
    }

    /// Serves the icon at the address from which browsers request it when they show something other than a page.
    public void favicon(Exchange exchange) {
        exchange.answer(protect(Assets.icon().answer(exchange.request())));
    }

    String message(String name, Language language) {
        return Shell.shared().messages().text(name, language);
    }

    /// A message with its values, as `words.js` fills them in: `{n|channel|channels}` is the word for one and for
    /// others.
    String message(String name, Language language, Map<String, String> values) {
        return VALUE.matcher(message(name, language)).replaceAll(found -> {
            String value = values.getOrDefault(found.group(1), "");
            String one = found.group(2);
            return Matcher.quoteReplacement(one == null ? value : value.equals("1") ? one : found.group(3));
        });
    }

    /// The relative path from a page to the hub's root. A page has relative links only: a proxy may serve the
    /// hub below a path that the hub does not know (`docs/decisions/0018-how-a-hub-works-behind-a-proxy.md`).
    static String root(RequestHead request) {
        int depth = (int) request.path().raw().chars().filter(c -> c == '/').count() - 1;
        if (depth > DEPTH_MAX) return "/"; // Behind a proxy's path this is not the hub's root.
        return depth == 0 ? "./" : "../".repeat(depth);
    }

    /// Browsers may keep a page for their "back" button, with its scroll position; any other visit requests it
    /// again.
    static ServerResponse page(RequestHead request, int status, String html) {
        return protect(unprotected(request, status, html), POLICY);
    }

    /// A page of a program is not kept for "back", because its scripts may have connections, which would stay open.
    static ServerResponse programPage(RequestHead request, int status, String html) {
        return protect(unprotected(request, status, html), PROGRAM_POLICY)
                .with(HeaderNames.CACHE_CONTROL, "private, no-store");
    }

    private static ServerResponse unprotected(RequestHead request, int status, String html) {
        byte[] bytes = html.getBytes(StandardCharsets.UTF_8);
        boolean takesZip = Gzip.isSafe(request); // A page contains the name of its visitor.
        ServerResponse answer = ServerResponse.of(
                        status, "text/html; charset=utf-8", takesZip ? Gzip.best(bytes) : bytes)
                .with(HeaderNames.CACHE_CONTROL, "private, no-cache");
        return takesZip ? answer.with(HeaderNames.CONTENT_ENCODING, "gzip") : answer;
    }

    private static ServerResponse protect(ServerResponse answer) {
        return protect(answer, POLICY);
    }

    private static ServerResponse protect(ServerResponse answer, String policy) {
        return answer.with(HeaderNames.CONTENT_SECURITY_POLICY, policy)
                .with("Referrer-Policy", "no-referrer")
                .with("Cross-Origin-Opener-Policy", "same-origin");
    }
}
