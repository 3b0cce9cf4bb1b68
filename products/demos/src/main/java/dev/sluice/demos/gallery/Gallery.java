package dev.sluice.demos.gallery;

import dev.sluice.Page;
import dev.sluice.Sluice;
import dev.sluice.demos.ClientPages;
import dev.sluice.demos.Demo;
import dev.sluice.demos.Use;
import dev.sluice.demos.page.PageFile;
import dev.sluice.demos.stage.DemoRelays;
import dev.sluice.demos.stage.Stages;
import dev.sluice.demos.typewriter.InvalidModelException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Serves the demos and a page about them on an existing hub. Nothing runs while no page is open. The hub's
/// access rules apply.
public final class Gallery {
    private static final List<String> FILES = List.of(
            "board.js",
            "byhand.js",
            "code.js",
            "draw.js",
            "front.js",
            "lane.js",
            "logs.js",
            "news.js",
            "pair.js",
            "quotes.js",
            "race.js",
            "stage.js",
            "tabs.js",
            "task.js",
            "uses.css",
            "views.js",
            "wall.js",
            "wireview.js");

    private static final String PLAY = "M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0M10 8.5v7l6-3.5z";
    private static final Map<String, String> TITLE = Map.of("en", "Demos", "zh", "演示");

    private Gallery() {}

    /// Adds the gallery at `/demos/` to a hub that has not been started.
    ///
    /// @throws InvalidModelException if the environment names a model for the typewriter incorrectly
    public static void on(Sluice hub) {
        hub.link("/demos/", PLAY, TITLE);
        List<Use> uses = Use.all();
        uses.forEach(use -> hub.rule(use.channel(), use.retention()));
        hub.keepOpen("demos/**"); // One visitor must not end a demo's channel for all others.
        hub.mount("/demos", routes -> {
            routes.page("/", Gallery::front);
            for (String name : new String[] {"gallery.js", "highlight.js", "relay.js", "gallery.css"}) {
                routes.get("/" + name, PageFile.file(Gallery.class, name));
            }
            routes.get("/source/**", Sources::answer);
            routes.mount("/wire", new DemoRelays(hub)::on);
            routes.mount("/client", below -> ClientPages.on(hub, below));
            routes.mount("/stage", new Stages()::on);
            for (Use use : uses) routes.mount("/" + use.name(), below -> use.on(hub, below));
            for (UseCard card : UseCard.ALL) {
                routes.page("/" + card.name() + "/", () -> stage(card));
            }
            for (String name : FILES) routes.get("/uses/" + name, PageFile.file(Demo.class, "uses/" + name));
            for (Demo demo : Demo.all()) {
                routes.mount("/" + demo.name(), below -> demo.mount(below, hub));
            }
        });
    }

    private static Page front() {
        String markup = PageFile.text(Gallery.class, "gallery.html").replace("{{uses}}", UseCard.cards());
        return Page.of(markup, TITLE)
                .style("gallery.css")
                .style("uses/uses.css")
                .script("gallery.js")
                .script("uses/front.js")
                .words(Demo.class, "gallery/gallery.json")
                .words(Demo.class, "uses/stage.json");
    }

    private static Page stage(UseCard card) {
        return Page.of(
                        card.in(PageFile.text(Demo.class, "uses/stage.html")),
                        card.title().byLanguage())
                .style("../gallery.css")
                .style("../uses/uses.css")
                .script("../uses/stage.js")
                .words(Demo.class, "uses/stage.json");
    }

    /// Returns the retention of the demos' channels by name, for a log that is opened before [#on] is called.
    public static Map<String, Map<String, String>> retention() {
        return Use.all().stream().collect(Collectors.toMap(Use::channel, Use::retention));
    }
}
