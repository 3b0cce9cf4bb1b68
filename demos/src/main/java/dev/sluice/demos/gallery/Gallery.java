package dev.sluice.demos.gallery;

import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.demos.ClientPages;
import dev.sluice.demos.Demo;
import dev.sluice.demos.page.Page;
import dev.sluice.demos.typewriter.InvalidModel;
import java.util.Map;

/// Shows the demos, live, on a hub of somebody else's. Nothing of it runs while nobody looks, and who may look
/// is the hub's to say.
public final class Gallery {
    private Gallery() {}

    /// Puts the gallery at `/demos/` of a hub that is not started yet.
    ///
    /// @throws InvalidModel if the environment names a model for the typewriter, but not as it should
    public static void on(Sluice hub) {
        hub.link("/demos/", Map.of("en", "Demos, live and explained", "zh", "演示：实时运行并附讲解"));
        hub.mount("/demos", routes -> {
            routes.get("/", Page.html(Gallery.class, "gallery.html"));
            for (String name : new String[] {"gallery.js", "highlight.js", "wire.js", "gallery.css"}) {
                routes.get("/" + name, Page.file(Gallery.class, name));
            }
            routes.get("/source/**", Sources::answer).sse("/wire/*", new Tap(hub)::show);
            routes.mount("/client", below -> ClientPages.on(hub, below));
            for (Demo demo : Demo.all()) {
                routes.mount("/" + demo.name(), below -> {
                    demo.mount(below, hub);
                    protect(demo, below);
                });
            }
        });
    }

    /// On its own port a demo is alone; here its pages are on the hub's origin, and what they may do is said.
    private static void protect(Demo demo, Routes routes) {
        for (String page : demo.pages()) {
            String file = page.endsWith("/") ? "index.html" : page.substring(page.lastIndexOf('/') + 1);
            String resource = demo.name() + "/" + file;
            if (Demo.class.getResource(resource) == null) continue; // It says so itself.
            routes.get(page, Page.html(Demo.class, resource));
            if (page.endsWith("/")) routes.get(page + file, Page.html(Demo.class, resource));
        }
    }
}
