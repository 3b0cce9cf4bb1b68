package dev.sluice.server.page;

import dev.sluice.server.Browser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Checks the accessibility of a page with axe-core (WCAG 2.2 A and AA, and its best practices).
public final class Axe {
    private static final String SCRIPT = script();

    private Axe() {}

    private static String script() {
        try {
            Path project = Path.of("").toAbsolutePath();
            while (!Files.isDirectory(project.resolve(".mvn"))) project = project.getParent();
            return Files.readString(project.resolve("hub/server/src/test/js/node_modules/axe-core/axe.min.js"));
        } catch (IOException missing) {
            throw new UncheckedIOException("run npm ci in server/src/test/js", missing);
        }
    }

    /// Each violation with the elements that it is about.
    public static List<?> violations(Browser browser) {
        browser.run(SCRIPT); // Not by the page: its policy allows only its own scripts.
        return (List<?>) browser.runAsync("""
                const done = arguments[0];
                axe.run(document, { resultTypes: ['violations'], selectors: false }).then(
                    ({ violations }) => done(violations.map(each => each.id + ': ' + each.help + ' '
                        + each.nodes.map(node => node.html.slice(0, 200)).join(' | '))),
                    error => done([String(error)]));
                """);
    }
}
