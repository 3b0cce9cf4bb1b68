package dev.sluice.demos.gallery;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.demos.Demo;
import dev.sluice.demos.page.PageFile;
import java.util.regex.Pattern;

/// Serves the demos' sources, which the build copies beside the classes.
final class Sources {
    /// Names of files below the demos' package; excludes paths that lead out of it.
    private static final Pattern NAME = Pattern.compile("(?:[a-z]+/)?[A-Za-z]+\\.(java|html|js|css|txt)");

    private Sources() {}

    /// Responds to `/source/Clock.java`, `/source/clock/sse.html`.
    static Response answer(Request request) {
        String name = request.stars().getFirst();
        if (!NAME.matcher(name).matches()) return missing();
        // Java sources are in a separate folder, so that no compiler finds them beside the classes.
        String resource = name.endsWith(".java") ? "gallery/source/" + name : name;
        if (Demo.class.getResource(resource) == null) return missing();
        return PageFile.protect(Response.text(PageFile.text(Demo.class, resource)));
    }

    private static Response missing() {
        return Response.text("There is no such source.\n").status(404);
    }
}
