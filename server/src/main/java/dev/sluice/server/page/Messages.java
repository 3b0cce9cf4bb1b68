package dev.sluice.server.page;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The messages of the pages, from `messages.js`: one file for scripts and server, with one text per language.
record Messages(Map<String, List<String>> byName) {
    private static final JsonFactory FACTORY = new JsonFactory();

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
                    throw new IllegalStateException("messages.js has to say '" + name + "' once in each language");
                }
            }
        }
        return new Messages(Map.copyOf(byName));
    }

    /// These and further ones, which have other names.
    Messages and(Messages more) {
        var both = new HashMap<>(byName);
        more.byName.forEach((name, columns) -> {
            if (both.put(name, columns) != null)
                throw new IllegalStateException("two messages are called '" + name + "'");
        });
        return new Messages(Map.copyOf(both));
    }

    String text(String name, Language language) {
        List<String> columns = byName.get(name);
        if (columns == null) throw new IllegalStateException("messages.js does not know '" + name + "'");
        return columns.get(language.column());
    }
}
