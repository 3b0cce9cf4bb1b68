package dev.sluice.demos.gallery;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.demos.Demo;
import dev.sluice.demos.page.Page;
import java.util.regex.Pattern;

/// The demos' own sources, as the build put them beside the classes: what one reads is what runs.
final class Sources {
    /// Names of files below the demos' package, and nothing that leads out of it.
    private static final Pattern NAME = Pattern.compile("(?:[a-z]+/)?[A-Za-z]+\\.(java|html|js|css|txt)");

    private Sources() {}

    /// Answers `/source/Clock.java`, `/source/clock/sse.html`.
    static Response answer(Request request) {
        String name = request.stars().getFirst();
        if (!NAME.matcher(name).matches()) return missing();
        // Java sources have a folder of their own: no compiler is to find them beside the classes.
        String resource = name.endsWith(".java") ? "gallery/source/" + name : name;
        if (Demo.class.getResource(resource) == null) return missing();
        return Page.protect(Response.text(Page.text(Demo.class, resource)));
    }

    private static Response missing() {
        return Response.text("There is no such source.\n").status(404);
    }
}
