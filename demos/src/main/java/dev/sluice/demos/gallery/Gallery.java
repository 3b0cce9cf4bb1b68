package dev.sluice.demos.gallery;

import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.demos.ClientPages;
import dev.sluice.demos.Demo;
import dev.sluice.demos.Use;
import dev.sluice.demos.page.Page;
import dev.sluice.demos.stage.Stages;
import dev.sluice.demos.typewriter.InvalidModel;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Serves the demos and a page about them on an existing hub. Nothing
/// runs while no page is open, and the hub's access rules apply.
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
            "stage.js",
            "tabs.js",
            "task.js",
            "uses.css",
            "views.js",
            "wall.js",
            "wireview.js");

    private Gallery() {}

    /// Adds the gallery at `/demos/` to a hub that has not been started.
    ///
    /// @throws InvalidModel if the environment names a model for the typewriter incorrectly
    public static void on(Sluice hub) {
        hub.link("/demos/", Map.of("en", "Demos", "zh", "演示"));
        List<Use> uses = Use.all();
        uses.forEach(use -> hub.rule(use.channel(), use.retention()));
        hub.mount("/demos", routes -> {
            routes.get(
                    "/", Page.html(Gallery.class, "gallery.html", page -> page.replace("{{uses}}", UseCard.cards())));
            for (String name : new String[] {"gallery.js", "highlight.js", "wire.js", "gallery.css"}) {
                routes.get("/" + name, Page.file(Gallery.class, name));
            }
            routes.get("/source/**", Sources::answer).sse("/wire/*", new Tap(hub)::show);
            routes.mount("/client", below -> ClientPages.on(hub, below));
            routes.mount("/stage", new Stages()::on);
            for (Use use : uses) routes.mount("/" + use.name(), below -> use.on(hub, below));
            for (UseCard card : UseCard.ALL) {
                routes.get("/" + card.name() + "/", Page.html(Demo.class, "uses/stage.html", card::in));
            }
            for (String name : FILES) routes.get("/uses/" + name, Page.file(Demo.class, "uses/" + name));
            for (Demo demo : Demo.all()) {
                routes.mount("/" + demo.name(), below -> {
                    demo.mount(below, hub);
                    protect(demo, below);
                });
            }
        });
    }

    /// Returns the retention of the demos' channels, by their names: for a log that is opened before [#on] is called.
    public static Map<String, Map<String, String>> retention() {
        return Use.all().stream().collect(Collectors.toMap(Use::channel, Use::retention));
    }

    /// Adds security headers to a demo's pages: here they share the hub's origin, unlike on their own port.
    private static void protect(Demo demo, Routes routes) {
        for (String page : demo.pages()) {
            String file = page.endsWith("/") ? "index.html" : page.substring(page.lastIndexOf('/') + 1);
            String resource = demo.name() + "/" + file;
            // Without a resource the program serves the page itself, with headers.
            if (Demo.class.getResource(resource) == null) continue;
            routes.get(page, Page.html(Demo.class, resource));
            if (page.endsWith("/")) routes.get(page + file, Page.html(Demo.class, resource));
        }
    }
}
