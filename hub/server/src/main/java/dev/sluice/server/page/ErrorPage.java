package dev.sluice.server.page;

import dev.sluice.core.access.Grant;
import dev.sluice.server.http.ProblemPage;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.MediaType;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A refusal as a page for people: what happened, what to do next, and the way to a channel. A 401 page contains
/// the login form. Programs get the problem as JSON, because they do not accept `text/html` by name.
public final class ErrorPage implements ProblemPage {
    /// The status codes with specific texts; the others have the texts of their class.
    private static final Set<Integer> NAMED = Set.of(400, 401, 403, 404, 410, 429);

    private final Pages pages;

    public ErrorPage(Pages pages) {
        this.pages = pages;
    }

    @Override
    public Optional<ServerResponse> of(RequestHead request, @Nullable Grant grant, Problem problem) {
        if (!isPerson(request)) return Optional.empty();
        boolean asksForLogin = problem.status() == 401 && pages.navigation().hasLogins();
        Language language = Language.of(request);
        String said = pages.message("error." + name(problem.status()), language);
        String html = pages.fill(
                pages.template(asksForLogin ? "login" : "error", ""),
                request,
                grant,
                said,
                Html.escape(said),
                asksForLogin ? form(problem, language) : values(grant, problem, said, language));
        ServerResponse answer = Pages.page(request, problem.status(), html);
        problem.headers().forEach(answer::with);
        // A refusal must not be shown again from a cache.
        return Optional.of(answer.with(HeaderNames.CACHE_CONTROL, "no-store"));
    }

    private Map<String, String> form(Problem problem, Language language) {
        boolean isFirst = problem.type().equals(Problems.UNAUTHORIZED.type());
        return Map.of("why", Html.escape(pages.message(isFirst ? "login.needed" : "login.over", language)));
    }

    private Map<String, String> values(@Nullable Grant grant, Problem problem, String said, Language language) {
        String lacks = lacks(grant, problem, language);
        return Map.of(
                "status", Integer.toString(problem.status()),
                "said", Html.escape(said),
                "detail", Html.escape(lacks == null ? problem.detail() : lacks),
                "detaillanguage", lacks == null ? "en" : language.tag(), // Programs and people get the same detail.
                // Opening the same channel again would not help.
                "channel", problem.status() == 401 || problem.status() == 403 ? "hidden" : "");
    }

    /// Names the missing permission in the visitor's language; null if the problem is not about a permission.
    private @Nullable String lacks(@Nullable Grant grant, Problem problem, Language language) {
        Object verb = problem.members().get("verb");
        if (grant == null || verb == null) return null;
        return pages.message(
                grant.principal().isAnonymous() ? "error.lacks" : "error.lacks.of",
                language,
                Map.of(
                        "name", grant.principal().name(),
                        "verb", verb.toString(),
                        "channels", String.valueOf(problem.members().get("channels"))));
    }

    private static String name(int status) {
        if (NAMED.contains(status)) return Integer.toString(status);
        return status < 500 ? "400" : "500";
    }

    /// Returns true for the navigation of a browser: scripts and other programs do not name the type of pages.
    static boolean isPerson(RequestHead request) {
        return request.method().equals(Method.GET)
                && request.headers(HeaderNames.ACCEPT).stream()
                        .flatMap(header -> MediaType.split(header, ',').stream())
                        .anyMatch(range -> range.toLowerCase(Locale.ROOT).startsWith("text/html"));
    }
}
