package dev.sluice.server.page;

import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.RequestHead;
import dev.sluice.server.http.Status;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// The pages of an embedding program. The pages above one, by their paths, are its breadcrumb.
public final class ProgramPages {
    private final Pages pages;
    private final TreeMap<String, ProgramPage> byPath;

    /// Each is put together when it is first asked for, because that would delay the start.
    private final Map<String, Templates> templates = new ConcurrentHashMap<>();

    /// @param byPath the pages by their paths
    /// @throws IllegalArgumentException if a page names a word that it does not have
    public ProgramPages(Pages pages, Map<String, ProgramPage> byPath) {
        this.pages = pages;
        this.byPath = new TreeMap<>(byPath);
        byPath.forEach((path, page) -> {
            try {
                pages.check(page);
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException("page " + path + ": " + wrong.getMessage(), wrong);
            }
        });
    }

    /// Answers with the page of this path.
    public void answer(Exchange exchange, String path) {
        ProgramPage page = byPath.get(path);
        if (page == null) throw new IllegalArgumentException("there is no page at " + path);
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
        byPath.headMap(path).forEach((above, page) -> {
            if (!above.endsWith("/") || !path.startsWith(above)) return;
            html.markup("<a href=\"")
                    .text(root + above.substring(1))
                    .markup("\">" + page.title().markup() + "</a>" + Breadcrumb.SLASH);
        });
        return html.toString();
    }
}
