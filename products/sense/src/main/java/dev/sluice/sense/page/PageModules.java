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

/// The script of a page and the modules that it imports. Pages name all modules in advance: discovering a
/// module only in the previous one would cost the first view a round trip each.
///
/// @param names the names of the files, the script first
record PageModules(Set<String> names) {
    private static final Pattern IMPORT = Pattern.compile("(?m)^import .* from '([^']+)';$");

    /// A module of the hub; its pages name the modules of `program.js` in advance.
    private static final String CLIENT = "../../client.js";

    /// Matches the key of a text, or the beginning of keys that a script completes with a value.
    private static final Pattern WORD = Pattern.compile("(sense\\.[a-z.-]*)(\\$\\{)?");

    /// @param script the name of the script without its extension
    static PageModules of(String script) {
        Set<String> names = new LinkedHashSet<>();
        collect(script + ".js", names);
        return new PageModules(names);
    }

    /// Returns links for the imported modules.
    ///
    /// @param up the relative path from the page to `/sense/`
    String links(String up) {
        return names.stream()
                .skip(1)
                .map(each -> each.equals(CLIENT) ? "{{root}}client.js" : up + "page/" + each)
                .map(each -> "<link rel=\"modulepreload\" href=\"" + each + "\">\n")
                .collect(Collectors.joining());
    }

    /// Returns the texts that the page may show. All texts together would be a sixth of its first view.
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
