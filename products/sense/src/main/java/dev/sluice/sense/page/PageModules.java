package dev.sluice.sense.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The script of a page with the modules that it imports. Browsers are told about those in advance: each that is known
/// only from the one before would cost the first view a round trip.
///
/// @param names of the files, the script first
record PageModules(Set<String> names) {
    private static final Pattern IMPORT = Pattern.compile("(?m)^import .* from '([^']+)';$");

    /// Of the hub; its pages have those of `program.js` in advance.
    private static final String CLIENT = "../../client.js";

    /// The name of a word, or the beginning of names that a script ends with a value.
    private static final Pattern WORD = Pattern.compile("(sense\\.[a-z.-]*)(\\$\\{)?");

    /// @param script without its ending
    static PageModules of(String script) {
        Set<String> names = new LinkedHashSet<>();
        collect(script + ".js", names);
        return new PageModules(names);
    }

    /// Returns links for the imported modules.
    ///
    /// @param up the way from the page to `/sense/`
    String links(String up) {
        return names.stream()
                .skip(1)
                .map(each -> each.equals(CLIENT) ? "{{root}}client.js" : up + "page/" + each)
                .map(each -> "<link rel=\"modulepreload\" href=\"" + each + "\">\n")
                .collect(Collectors.joining());
    }

    /// Returns those of the words that the page may show. All of them together are a sixth of its first view.
    Map<String, Map<String, String>> shown(Map<String, Map<String, String>> words, String markup) {
        Set<String> whole = new HashSet<>();
        Set<String> beginnings = new HashSet<>();
        Stream.concat(
                        Stream.of(markup),
                        names.stream().filter(each -> !each.equals(CLIENT)).map(PageModules::text))
                .flatMap(text -> WORD.matcher(text).results())
                .forEach(found -> (found.group(2) == null ? whole : beginnings).add(found.group(1)));
        Map<String, Map<String, String>> shown = new HashMap<>(words);
        shown.keySet()
                .removeIf(name -> !whole.contains(name) && beginnings.stream().noneMatch(name::startsWith));
        return shown;
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
