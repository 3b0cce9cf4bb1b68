package dev.sluice;

import dev.sluice.server.json.MessageCatalog;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A page in the frame of the hub's own pages: with their side bar, their top bar with breadcrumb and live state,
/// the command palette, the choice of language and colours, their style, and a Content Security Policy that permits
/// files and connections of this server only. The breadcrumb has the program's pages above it: `/shop/` is above
/// `/shop/prices`. Immutable: each method returns a new page.
///
/// {@snippet class="dev.sluice.library.Examples" region="page"}
///
/// In the markup, `{{root}}` is the relative path to the hub, also behind a proxy, as in `<a
/// href="{{root}}channels/news">`. An empty element with `data-t="prices.hint"` gets that text in the
/// reader's language; `data-t-aria-label` and `data-t-placeholder` do the same for the attributes
/// `aria-label` and `placeholder`. Inline scripts and styles do not run.
///
/// @param markup  the main part in HTML, which is sent unchanged
/// @param title   the title by language (`en`, `zh`); English is required, and used for languages without a
///     text
/// @param styles  the addresses of its style sheets, relative to the page
/// @param scripts the addresses of its modules, relative to the page. They import the common code of the
///                hub's pages from `page/program.js` of the hub (`docs/library.md`)
/// @param words   other texts of the page by name and language. A name has lower-case letters, `.` and `-`
public record Page(
        String markup,
        Map<String, String> title,
        List<String> styles,
        List<String> scripts,
        Map<String, Map<String, String>> words) {
    public Page {
        title = Map.copyOf(title);
        if (!title.containsKey("en")) {
            throw new IllegalArgumentException("a title has a text in English ('en'), has only " + title.keySet());
        }
        styles = List.copyOf(styles);
        scripts = List.copyOf(scripts);
        words = Map.copyOf(words);
    }

    /// Returns a page with this markup, without style or script.
    public static Page of(String markup, Map<String, String> title) {
        return new Page(markup, title, List.of(), List.of(), Map.of());
    }

    /// Returns a page with the markup of a resource of this class.
    ///
    /// @throws IllegalArgumentException if there is no such resource
    public static Page of(Class<?> anchor, String file, Map<String, String> title) {
        return of(new String(resource(anchor, file), StandardCharsets.UTF_8), title);
    }

    /// Returns a copy with a further style sheet. Its rules belong in the layer `pages`, which is the last
    /// one.
    public Page style(String address) {
        return new Page(markup, title, plus(styles, address), scripts, words);
    }

    /// Returns a copy with a further script.
    public Page script(String address) {
        return new Page(markup, title, styles, plus(scripts, address), words);
    }

    /// Returns a copy with these additional words.
    public Page words(Map<String, Map<String, String>> other) {
        Map<String, Map<String, String>> all = new HashMap<>(words);
        all.putAll(other);
        return new Page(markup, title, styles, scripts, all);
    }

    /// Returns a copy with additional words from a resource of this class, in JSON: `{"prices.hint": {"en":
    /// "…", "zh": "…"}}`.
    ///
    /// @throws IllegalArgumentException if there is no such resource, or it has another form
    public Page words(Class<?> anchor, String file) {
        return words(MessageCatalog.parse(resource(anchor, file)));
    }

    private static List<String> plus(List<String> some, String another) {
        List<String> all = new ArrayList<>(some);
        all.add(another);
        return all;
    }

    private static byte[] resource(Class<?> anchor, String file) {
        try (InputStream in = anchor.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalArgumentException(
                        "there is no file '" + file + "' in the package of " + anchor.getName());
            }
            return in.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
