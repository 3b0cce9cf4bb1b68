package dev.sluice.sense.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The modules that the script of a page imports, which browsers are told about in advance: each that is known only
/// from the one before would cost the first view a round trip.
final class PageModules {
    private static final Pattern IMPORT = Pattern.compile("(?m)^import .* from '([^']+)';$");

    /// Of the hub; its pages have those of `program.js` in advance.
    private static final String CLIENT = "../../client.js";

    private PageModules() {}

    /// Returns links for the imports of a module.
    ///
    /// @param up the way from the page to `/sense/`
    static String links(String module, String up) {
        Set<String> all = new LinkedHashSet<>();
        collect(module + ".js", all);
        all.remove(module + ".js");
        return all.stream()
                .map(each -> each.equals(CLIENT) ? "{{root}}client.js" : up + "page/" + each)
                .map(each -> "<link rel=\"modulepreload\" href=\"" + each + "\">\n")
                .collect(Collectors.joining());
    }

    private static void collect(String module, Set<String> all) {
        if (!all.add(module) || module.equals(CLIENT)) return;
        IMPORT.matcher(text(module)).results().map(found -> found.group(1)).forEach(imported -> {
            if (imported.startsWith("./")) collect(imported.substring(2), all);
            else if (imported.equals(CLIENT)) all.add(CLIENT);
        });
    }

    private static String text(String module) {
        try (InputStream in = PageModules.class.getResourceAsStream("files/" + module)) {
            if (in == null) throw new IllegalArgumentException("there is no module '" + module + "'");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
