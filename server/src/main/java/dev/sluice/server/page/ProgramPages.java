package dev.sluice.server.page;

import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.RequestHead;
import dev.sluice.server.http.Status;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// The pages of an embedding program. The pages above one, by their paths, are its breadcrumb.
public final class ProgramPages {
    private final Pages pages;
    private final Map<String, Supplier<ProgramPage>> later;
    private final Map<String, ProgramPage> made = new ConcurrentHashMap<>();
    private final NavigableSet<String> paths = new TreeSet<>();

    /// Each is put together when it is first asked for, because that would delay the start.
    private final Map<String, Templates> templates = new ConcurrentHashMap<>();

    /// @param made  pages by their paths
    /// @param later pages to be made when they are asked for
    /// @throws IllegalArgumentException if a page that is made names a word that it does not have
    public ProgramPages(Pages pages, Map<String, ProgramPage> made, Map<String, Supplier<ProgramPage>> later) {
        this.pages = pages;
        this.later = Map.copyOf(later);
        made.forEach((path, page) -> this.made.put(path, checked(path, page)));
        paths.addAll(made.keySet());
        paths.addAll(later.keySet());
    }

    private ProgramPage checked(String path, ProgramPage page) {
        try {
            pages.check(page);
            return page;
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("page " + path + ": " + wrong.getMessage(), wrong);
        }
    }

    /// The paths of all pages.
    public Set<String> paths() {
        return paths;
    }

    private ProgramPage page(String path) {
        return made.computeIfAbsent(path, _ -> {
            Supplier<ProgramPage> page = later.get(path);
            if (page == null) throw new IllegalArgumentException("there is no page at " + path);
            return checked(path, page.get());
        });
    }

    /// Answers with the page of this path.
    public void answer(Exchange exchange, String path) {
        ProgramPage page = page(path);
        RequestHead request = exchange.request();
        Translation title = page.title();
        exchange.answer(Pages.programPage(
                request,
                Status.OK,
                pages.fill(
                        templates.computeIfAbsent(path, _ -> pages.template(page)),
                        request,
                        title.in(Language.of(request)),
                        above(path, Pages.root(request)) + title.markup(),
                        Map.of())));
    }

    private String above(String path, String root) {
        Html html = new Html();
        for (String above : paths.headSet(path)) {
            if (!above.endsWith("/") || !path.startsWith(above)) continue;
            html.markup("<a href=\"")
                    .text(root + above.substring(1))
                    .markup("\">" + page(above).title().markup() + "</a>" + Breadcrumb.SLASH);
        }
        return html.toString();
    }
}
