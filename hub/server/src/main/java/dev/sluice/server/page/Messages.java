package dev.sluice.server.page;

import dev.sluice.server.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The messages of the pages, from `messages.js`: one file for scripts and server, with one text per language.
record Messages(Map<String, List<String>> byName) {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final Pattern NAME = Pattern.compile("[a-z.-]+");

    /// @param script the contents of `messages.js`; the part from the first to the last brace is JSON
    static Messages parse(String script) {
        String json = script.substring(script.indexOf('{'), script.lastIndexOf('}') + 1);
        var byName = new HashMap<String, List<String>>();
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                var columns = new ArrayList<String>();
                while (parser.nextToken() == JsonToken.VALUE_STRING) columns.add(parser.getString());
                if (byName.put(name, List.copyOf(columns)) != null || columns.size() != Language.values().length) {
                    throw new IllegalStateException("messages.js must have '" + name + "' once in each language");
                }
            }
        }
        return new Messages(Map.copyOf(byName));
    }

    /// Returns these messages and further ones.
    Messages and(Messages more) {
        var both = new HashMap<>(byName);
        more.byName.forEach((name, columns) -> {
            if (both.put(name, columns) != null)
                throw new IllegalArgumentException("two messages have the name '" + name + "'");
        });
        return new Messages(Map.copyOf(both));
    }

    /// The words of a program's page. English is the fallback for languages without a text.
    ///
    /// @throws IllegalArgumentException if a name has characters that templates do not allow, or a text is
    ///     missing
    static Messages of(Map<String, Map<String, String>> words) {
        var byName = new HashMap<String, List<String>>();
        words.forEach((name, texts) -> {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "the name of a word has lower-case letters, '.' and '-' only, was '" + name + "'");
            }
            Translation translation = new Translation(texts);
            byName.put(name, Language.inColumns().stream().map(translation::in).toList());
        });
        return new Messages(Map.copyOf(byName));
    }

    /// Returns these messages in the form of `messages.js`, for an element of a page: without any `<`.
    String json() {
        byte[] json = Json.object(members -> new TreeMap<>(byName).forEach((name, columns) -> {
            members.writeArrayPropertyStart(name);
            columns.forEach(members::writeString);
            members.writeEndArray();
        }));
        return new String(json, StandardCharsets.UTF_8).replace("<", "\\u003c");
    }

    String text(String name, Language language) {
        List<String> columns = byName.get(name);
        if (columns == null) throw new IllegalArgumentException("there is no message '" + name + "'");
        return columns.get(language.column());
    }
}
