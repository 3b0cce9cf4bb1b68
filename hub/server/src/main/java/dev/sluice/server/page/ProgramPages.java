package dev.sluice.server.page;

import dev.sluice.core.access.Grant;
import dev.sluice.core.encoding.LogField;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Status;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The pages of an embedding program. The pages above one, by their paths, are its breadcrumb.
public final class ProgramPages {
    private static final System.Logger LOG = System.getLogger(ProgramPages.class.getName());

    private final Pages pages;
    private final Map<String, Supplier<ProgramPage>> later;
    private final Map<String, ProgramPage> made = new ConcurrentHashMap<>();
    private final NavigableSet<String> paths = new TreeSet<>();
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    /// Each page is assembled on its first request, or by [#makeAll]: assembling all of them would delay the
    /// start.
    private final Map<String, Templates> templates = new ConcurrentHashMap<>();

    /// @param made  pages by their paths
    /// @param later pages that [#makeAll] makes, or an earlier request
    /// @throws IllegalArgumentException if one of the pages in `made` names a message that it does not have
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

    /// Creates the remaining pages before they are requested. Call it on a separate thread.
    public void makeAll() {
        for (String path : paths) {
            try {
                make(path);
            } catch (RuntimeException | Error failed) { // The other pages are still made.
                report(path, failed);
            }
        }
    }

    /// Logs the failure of each page only once, because any client can request that page repeatedly.
    private void report(String path, Throwable failed) {
        if (reported.add(path)) LOG.log(Level.WARNING, "a page cannot be shown, path=" + LogField.quoted(path), failed);
    }

    /// The paths of all pages.
    public Set<String> paths() {
        return paths;
    }

    /// Makes a page and the pages above it, unless they exist. Two threads may make the same page, because
    /// neither waits for the other.
    private void make(String path) {
        if (templates.containsKey(path)) return;
        ProgramPage page = page(path);
        above(path).forEach(this::page);
        templates.putIfAbsent(path, pages.template(page));
    }

    private ProgramPage page(String path) {
        ProgramPage known = made.get(path);
        if (known != null) return known;
        Supplier<ProgramPage> page = later.get(path);
        if (page == null) throw new IllegalArgumentException("there is no page at " + path);
        made.putIfAbsent(path, checked(path, page.get()));
        return Objects.requireNonNull(made.get(path), "just made");
    }

    /// Answers with the page of this path. The page is created on a separate thread, because that runs code of
    /// the program and may take long.
    public void answer(Exchange exchange, String path) {
        answer(exchange, path, Status.OK);
    }

    /// Answers like [#answer(Exchange, String)], with another status.
    public void answer(Exchange exchange, String path, int status) {
        Templates template = templates.get(path);
        if (template == null) {
            Thread.ofVirtual().name("sluice-page").start(() -> makeAndAnswer(exchange, path, status));
        } else {
            answer(exchange, path, status, template);
        }
    }

    private void makeAndAnswer(Exchange exchange, String path, int status) {
        try {
            make(path);
            Templates template = Objects.requireNonNull(templates.get(path), "just made");
            exchange.run(() -> answer(exchange, path, status, template));
        } catch (RuntimeException | Error failed) {
            report(path, failed);
            exchange.run(
                    () -> exchange.refuse(Problems.FAILED.of("The page cannot be shown; the server's log says why.")));
        }
    }

    private void answer(Exchange exchange, String path, int status, Templates template) {
        pages.navigation().visit(exchange, grant -> answer(exchange, grant, path, status, template));
    }

    private void answer(Exchange exchange, @Nullable Grant grant, String path, int status, Templates template) {
        RequestHead request = exchange.request();
        Translation title = page(path).title();
        exchange.answer(Pages.programPage(
                request,
                status,
                pages.fill(
                        template,
                        request,
                        grant,
                        title.in(Language.of(request)),
                        crumbs(path, Pages.root(request)) + "<span>" + title.markup() + "</span>",
                        Map.of())));
    }

    private String crumbs(String path, String root) {
        Html html = new Html();
        for (String above : above(path)) {
            html.markup("<a href=\"")
                    .text(root + above.substring(1))
                    .markup("\">" + page(above).title().markup() + "</a>" + Breadcrumb.SLASH);
        }
        return html.toString();
    }

    /// The paths of the pages above one, the highest first.
    private List<String> above(String path) {
        return paths.headSet(path).stream()
                .filter(each -> each.endsWith("/") && path.startsWith(each))
                .toList();
    }
}
