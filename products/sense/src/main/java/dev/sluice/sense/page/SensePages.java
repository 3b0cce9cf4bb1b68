package dev.sluice.sense.page;

import dev.sluice.Page;
import dev.sluice.Request;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.live.LiveFeed;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Predicate;

/// The wall, and the pages for a check, a server, an incident, all incidents, notifiers, maintenance, and for
/// adding or editing a check.
public final class SensePages {
    private static final String PULSE = "M3 12h4l3-7 4 14 3-7h4";
    private static final Map<String, String> SENSE = Map.of("en", "Sense", "zh", "Sense");
    private static final Map<String, String> WALL = Map.of("en", "Wall screen", "zh", "大屏");
    private static final Map<String, String> CHECK = Map.of("en", "Check", "zh", "检查");
    private static final Map<String, String> NEW_CHECK = Map.of("en", "New check", "zh", "新建检查");
    private static final Map<String, String> EDIT = Map.of("en", "Edit a check", "zh", "编辑检查");
    private static final Map<String, String> SERVER = Map.of("en", "Server", "zh", "服务器");
    private static final Map<String, String> INCIDENTS = Map.of("en", "Incidents", "zh", "事故");
    private static final Map<String, String> INCIDENT = Map.of("en", "Incident", "zh", "事故详情");
    private static final Map<String, String> MAINTENANCE = Map.of("en", "Maintenance", "zh", "维护");

    private static final Map<String, String> NOTIFIERS = Map.of("en", "Notifiers", "zh", "通知渠道");

    private static final Map<String, Map<String, String>> WORDS = words();

    /// The status line at the top of pages that show live data.
    private static final String HEAD = markup("head");

    private SensePages() {}

    private static String markup(String name) {
        return Page.of(SensePages.class, name + ".html", SENSE).markup();
    }

    /// Returns the texts of all pages; those of outcomes are phrases.
    private static Map<String, Map<String, String>> words() {
        Map<String, Map<String, String>> all = new HashMap<>(Phrase.words());
        all.putAll(Page.of(SensePages.class, "wall.html", SENSE)
                .words(SensePages.class, "words.json")
                .words());
        return all;
    }

    /// Adds the pages at `/sense/`. They contain no secrets: all data comes from the guarded API and the
    /// channels.
    ///
    /// @param known the objects for which there are pages
    /// @param down  the number of checks that are down, for the navigation
    public static void on(Sluice hub, Known known, IntSupplier down) {
        hub.link("/sense/", PULSE, SENSE, LiveFeed.CHANNELS, down);
        hub.mount("/sense", routes -> add(routes, known));
    }

    /// Return true if a check, a server or an incident with this name or id exists.
    public record Known(Predicate<String> check, Predicate<String> server, Predicate<String> incident) {}

    private static void add(Routes routes, Known known) {
        routes.resources("/page/", SensePages.class, "files")
                .page("/", page("wall", SENSE, ""))
                .page("/wall", screen(page("wall", WALL, "")))
                .page("/new", page("edit", NEW_CHECK, ""))
                .page("/incidents/", page("incidents", INCIDENTS, "../"))
                .page("/notifiers", page("notifiers", NOTIFIERS, ""))
                .page("/maintenance", page("maintenance", MAINTENANCE, ""));
        // A caller without the right to read must not learn from the status which names exist.
        routes.forReaders(LiveFeed.CHANNELS, guarded -> {
            guarded.page("/checks/*", page("check", CHECK, "../"), has(known.check), missing(CHECK, "../"));
            guarded.page("/checks/*/edit", page("edit", EDIT, "../../"), has(known.check), missing(CHECK, "../../"));
            guarded.page("/servers/*", page("server", SERVER, "../"), has(known.server), missing(SERVER, "../"));
            guarded.page(
                    "/incidents/*", page("incident", INCIDENT, "../"), has(known.incident), missing(INCIDENT, "../"));
        });
    }

    /// Returns the wall for a large screen. It has its size from the first paint.
    private static Page screen(Page wall) {
        String large = wall.markup().replace("<div class=\"sense\"", "<div class=\"sense sense-wall\"");
        return new Page(large, wall.title(), wall.styles(), wall.scripts(), wall.words());
    }

    private static Predicate<Request> has(Predicate<String> known) {
        return request -> known.test(request.stars().getFirst());
    }

    private static Page missing(Map<String, String> title, String up) {
        return page("missing", title, up);
    }

    /// @param up the relative path from the page to `/sense/`
    private static Page page(String name, Map<String, String> title, String up) {
        PageModules modules = PageModules.of(name);
        String markup = markup(name).replace("{{head}}", HEAD);
        return Page.of(modules.links(up) + markup, title)
                .words(modules.shown(WORDS, markup))
                .style(up + "page/sense.css")
                .script(up + "page/" + name + ".js");
    }
}
