package dev.sluice.server.subscribe;

import dev.sluice.server.http.head.Parameters;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/// The values of a parameter: a parser of their text, and a JSON Schema.
///
/// @param reader reads the text
/// @param schema JSON, for `/openapi.json`
public record ParameterType<T>(ValueParser<T> reader, String schema) {
    /// Parses the text of a parameter that is present.
    @FunctionalInterface
    public interface ValueParser<T> {
        /// @throws dev.sluice.server.http.head.ProblemException if the text is not a valid value
        T read(Parameters query, String name, TransportSpec transport);
    }

    /// Any text.
    public static ParameterType<String> text() {
        return text("{\"type\":\"string\"}");
    }

    /// A text that is parsed elsewhere.
    static ParameterType<String> text(String schema) {
        return new ParameterType<>((query, name, _) -> query.text(name).orElseThrow(), schema);
    }

    /// `true` or `false`.
    public static ParameterType<Boolean> flag() {
        return new ParameterType<>((query, name, _) -> query.flag(name), "{\"type\":\"boolean\",\"default\":false}");
    }

    /// A whole number.
    public static ParameterType<Integer> integer(int min, int max) {
        return new ParameterType<>(
                (query, name, _) -> query.integer(name, min, max).orElseThrow(),
                "{\"type\":\"integer\",\"minimum\":" + min + ",\"maximum\":" + max + "}");
    }

    /// A whole number.
    ///
    /// @param usual the value if the parameter is absent
    public static ParameterType<Integer> integer(int min, int max, int usual) {
        ParameterType<Integer> type = integer(min, max);
        return new ParameterType<>(type.reader, type.schema.replace("}", ",\"default\":" + usual + "}"));
    }

    /// One of several words.
    public static <T> ParameterType<T> choice(Map<String, T> meanings) {
        return new ParameterType<>(
                (query, name, _) -> query.choice(name, meanings).orElseThrow(),
                words(meanings.keySet().stream().sorted().toList()));
    }

    /// The schema of one of several words.
    static String words(Collection<String> words) {
        return words.stream()
                .map(word -> '"' + word + '"')
                .collect(Collectors.joining(",", "{\"type\":\"string\",\"enum\":[", "]}"));
    }
}
