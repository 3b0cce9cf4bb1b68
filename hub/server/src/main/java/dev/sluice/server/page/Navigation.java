package dev.sluice.server.page;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.AccessCheck;
import dev.sluice.core.delivery.metrics.HubMetrics;
import dev.sluice.core.log.HubChannels;
import dev.sluice.server.auth.BearerToken;
import dev.sluice.server.auth.hook.Cookie;
import dev.sluice.server.health.Version;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.RequestHead;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The parts of the navigation that depend on the visitor, the same on every page: the pages they may see,
/// their name, and the state of the hub.
final class Navigation {
    private static final Pattern ALL = Pattern.of("**");
    private static final Selection STATISTICS = Selection.of(HubChannels.STATS);
    private static final String HIDDEN = "hidden";

    private final @Nullable Supplier<HubMetrics> hub;
    private final LongSupplier nowNs;
    private final long startedNs;
    private final AccessFilter access;

    /// @param hub   the figures of the hub; null if unknown
    /// @param nowNs a clock that does not go back
    Navigation(@Nullable Supplier<HubMetrics> hub, LongSupplier nowNs, AccessFilter access) {
        this.hub = hub;
        this.nowNs = nowNs;
        this.startedNs = nowNs.getAsLong();
        this.access = access;
    }

    boolean hasLogins() {
        return access.hasLogins();
    }

    /// Authenticates the visitor of a public page. An invalid credential does not refuse the page.
    ///
    /// @param page takes the visitor's grant; null if unknown
    void visit(Exchange exchange, Consumer<@Nullable Grant> page) {
        if (exchange.hasGrant()) {
            page.accept(
                    exchange.grant()); // The filter has authenticated the request, and removed a credential from the
            // address.
            return;
        }
        Route visited = new Route() {
            @Override
            public void handle(Exchange known) {
                page.accept(known.grant());
            }

            @Override
            public void refuse(Exchange unknown, Problem problem) {
                page.accept(null);
            }
        };
        try {
            access.filter(exchange, visited);
        } catch (ProblemException malformed) { // By the credential; a problem of the page itself is thrown again.
            page.accept(null);
        }
    }

    /// Returns the values of the navigation's placeholders.
    ///
    /// @param grant null if the visitor is unknown: all links are offered, no figures are shown
    Map<String, String> values(Pages pages, RequestHead request, @Nullable Grant grant) {
        if (grant == null || hub == null)
            return Map.of(
                    "channelcount",
                    "",
                    "connectioncount",
                    "",
                    "all",
                    "",
                    "operator",
                    "",
                    "facts",
                    "",
                    "person",
                    "",
                    "version",
                    Version.TEXT);
        HubMetrics now = hub.get();
        Language language = Language.of(request);
        Numbers numbers = new Numbers(language);
        boolean mayOperate = grant.permits(Verb.ADMIN, ALL);
        return Map.of(
                "channelcount",
                        grant.permits(Verb.LIST, ALL) ? numbers.whole(now.log().channels()) : "",
                "connectioncount", mayOperate ? numbers.whole(now.connections()) : "",
                "all", grant.permits(Verb.SUBSCRIBE, ALL) ? "" : HIDDEN,
                "operator", mayOperate ? "" : HIDDEN,
                "facts", AccessCheck.permits(grant, STATISTICS) ? facts(pages, language) : "Sluice " + Version.TEXT,
                "person", person(pages, request, grant),
                "version", Version.TEXT);
    }

    private String facts(Pages pages, Language language) {
        Runtime runtime = Runtime.getRuntime();
        return pages.message(
                "hub.facts",
                language,
                Map.of(
                        "version", Version.TEXT,
                        "memory", new Numbers(language).bytes(runtime.totalMemory() - runtime.freeMemory()),
                        "age", age(pages, language, TimeUnit.NANOSECONDS.toMillis(nowNs.getAsLong() - startedNs))));
    }

    /// Formats a duration like `age` in `words.js`.
    private static String age(Pages pages, Language language, long ms) {
        long seconds = Math.max(1, ms / 1_000);
        if (seconds < 60) return age(pages, language, "seconds", seconds);
        if (seconds < 3_600) return age(pages, language, "minutes", seconds / 60);
        if (seconds < 48 * 3_600) return age(pages, language, "hours", seconds / 3_600);
        return age(pages, language, "days", seconds / 86_400);
    }

    private static String age(Pages pages, Language language, String unit, long count) {
        return pages.message("age." + unit, language, Map.of("n", Long.toString(count)));
    }

    private String person(Pages pages, RequestHead request, Grant grant) {
        Language language = Language.of(request);
        Html html = new Html();
        if (grant.principal().isAnonymous()) {
            if (!hasLogins()) return "";
            return html.markup("<a href=\"" + Pages.root(request) + "login\" data-t=\"login\">")
                    .text(pages.message("login", language))
                    .markup("</a>")
                    .toString();
        }
        html.markup("<bdi class=\"who\">").text(grant.principal().name()).markup("</bdi>");
        // Only a login by a cookie can be ended: one by a certificate or a token in a header can't.
        if (Cookie.of(request).stream().anyMatch(each -> each.name().equals(BearerToken.COOKIE)))
            html.markup(" <button type=\"button\" id=\"logout\" data-t=\"logout\">")
                    .text(pages.message("logout", language))
                    .markup("</button>");
        return html.toString();
    }
}
