package dev.sluice.server.page;

import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.HeaderNames;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.RequestHead;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Loads the files of the pages once at the start, and adds the headers common to all pages. As a route it serves
/// `/page/NAME`: style, scripts, icon.
public final class Pages implements Route {
    /// Allows only this hub's own files and connections, and no inline script or style: if a hostile name or event
    /// ever got into a page as markup, it would not be executed. Trusted Types stop the pages' own scripts from
    /// turning text into markup.
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            + "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types 'none'";

    /// The names of the files that browsers load.
    static final List<String> ASSETS = List.of(
            "channel.js",
            "early.js",
            "frame.js",
            "hub.js",
            "icon.svg",
            "index.js",
            "messages.js",
            "publish.js",
            "rows.js",
            "sluice.css",
            "subscription.js",
            "transports.js",
            "view.js",
            "words.js");

    private final Map<String, Asset> assets = new HashMap<>();
    private final Messages messages = Messages.parse(text("messages.js"));

    public Pages() {
        for (String name : ASSETS) assets.put(name, Asset.of(contentType(name), bytes(name)));
    }

    @Override
    public void handle(Exchange exchange) {
        RequestHead request = exchange.request();
        request.parameters().allow(Set.of());
        Asset asset = assets.get(request.path().after(1));
        if (asset == null) {
            throw Problems.NOT_FOUND.refused(null, "The pages have no file of this name.");
        }
        exchange.answer(protect(asset.answer(request)));
    }

    /// Loads the template of a page.
    Templates template(String name) {
        return Templates.of(text(name), messages);
    }

    String message(String name, Language language) {
        return messages.text(name, language);
    }

    /// The way from a page to the hub's root. A page has relative links only: a proxy may serve the hub below
    /// a path that the hub does not know (`docs/decisions/0038-links-are-relative.md`).
    static String root(RequestHead request) {
        int depth = (int) request.path().raw().chars().filter(c -> c == '/').count() - 1;
        return depth == 0 ? "./" : "../".repeat(depth);
    }

    static Answer page(String html) {
        byte[] bytes = html.getBytes(StandardCharsets.UTF_8);
        return protect(Answer.of(Status.OK, "text/html; charset=utf-8", bytes));
    }

    private static Answer protect(Answer answer) {
        return answer.with(HeaderNames.CONTENT_SECURITY_POLICY, POLICY)
                .with("Referrer-Policy", "no-referrer")
                .with("Cross-Origin-Opener-Policy", "same-origin");
    }

    private static String contentType(String name) {
        return switch (name.substring(name.lastIndexOf('.'))) {
            case ".css" -> "text/css; charset=utf-8";
            case ".js" -> "text/javascript; charset=utf-8";
            case ".svg" -> "image/svg+xml";
            default -> throw new IllegalArgumentException("no media type for " + name);
        };
    }

    /// Reads a resource as text. Its name is relative to this package, or absolute with a leading slash.
    static String text(String name) {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    /// Reads a resource; see {@link #text}.
    static byte[] bytes(String name) {
        try (InputStream file = Pages.class.getResourceAsStream(name)) {
            if (file == null) throw new IllegalStateException("the server was built without its page " + name);
            return file.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
