package dev.sluice.server.http.head;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// A media type or range of media types (RFC 9110 §8.3.1, §12.5.1).
///
/// @param type       in lower case, `*` for all
/// @param subtype    likewise
/// @param parameters names in lower case, values as they are
public record MediaType(String type, String subtype, Map<String, String> parameters) {
    /// JSON lines, which have no registered name. This one is the most common, and is used in answers.
    public static final String JSON_LINES = "application/x-ndjson";

    /// Other names of JSON lines.
    private static final Set<String> JSON_LINES_ALIASES =
            Set.of("application/ndjson", "application/jsonl", "application/x-jsonl", "application/jsonlines");

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,127}");

    /// Returns empty for an invalid media type.
    public static Optional<MediaType> parse(String text) {
        List<String> parts = split(text, ';');
        // HttpURLConnection sends a lone '*' for all types.
        String[] names = parts.getFirst().equals("*")
                ? new String[] {"*", "*"}
                : parts.getFirst().toLowerCase(Locale.ROOT).split("/", -1);
        if (names.length != 2 || !isToken(names[0]) || !isToken(names[1])) return Optional.empty();
        var parameters = new LinkedHashMap<String, String>();
        for (String part : parts.subList(1, parts.size())) {
            if (part.isEmpty()) continue; // As in "text/plain;"
            int equals = part.indexOf('=');
            if (equals < 0 || !isToken(part.substring(0, equals))) return Optional.empty();
            String name = part.substring(0, equals).toLowerCase(Locale.ROOT);
            if (parameters.put(name, unquoted(part.substring(equals + 1))) != null) return Optional.empty();
        }
        return Optional.of(new MediaType(names[0], names[1], parameters));
    }

    private static boolean isToken(String text) {
        return TOKEN.matcher(text).matches();
    }

    /// Splits a list, and strips blanks from its elements. A separator within quotation marks does not count.
    public static List<String> split(String text, char separator) {
        var parts = new ArrayList<String>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') quoted = !quoted;
            else if (c == '\\' && quoted) i++;
            else if (c == separator && !quoted) {
                parts.add(text.substring(start, i).strip());
                start = i + 1;
            }
        }
        parts.add(text.substring(start).strip());
        return parts;
    }

    private static String unquoted(String value) {
        if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) return value;
        return value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1");
    }

    /// The type and subtype without parameters.
    public String essence() {
        return type + "/" + subtype;
    }

    /// The [#essence], or the common name of a type that has several names.
    public String commonName() {
        return isJsonLines() ? JSON_LINES : essence();
    }

    public boolean isJsonLines() {
        String essence = essence();
        return essence.equals(JSON_LINES) || JSON_LINES_ALIASES.contains(essence);
    }
}
