package dev.sluice.server.subscribe;

import dev.sluice.server.http.head.Parameters;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/// The values of a parameter: how their text is read, and the same as a JSON Schema.
///
/// @param reader reads the text
/// @param schema JSON, for `/openapi.json`
public record ParameterType<T>(ValueParser<T> reader, String schema) {
    /// Reads the text of a parameter that is given.
    @FunctionalInterface
    public interface ValueParser<T> {
        /// @throws dev.sluice.server.http.head.ProblemException if the text is not such a value
        T read(Parameters query, String name, TransportSpec transport);
    }

    /// Any text.
    public static ParameterType<String> text() {
        return text("{\"type\":\"string\"}");
    }

    /// A text that is read elsewhere.
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
    /// @param usual the value where it is not given
    public static ParameterType<Integer> integer(int min, int max, int usual) {
        ParameterType<Integer> type = integer(min, max);
        return new ParameterType<>(type.reader, type.schema.replace("}", ",\"default\":" + usual + "}"));
    }

    /// One of some words.
    public static <T> ParameterType<T> choice(Map<String, T> meanings) {
        return new ParameterType<>(
                (query, name, _) -> query.choice(name, meanings).orElseThrow(),
                words(meanings.keySet().stream().sorted().toList()));
    }

    /// The schema of one of some words.
    static String words(Collection<String> words) {
        return words.stream()
                .map(word -> '"' + word + '"')
                .collect(Collectors.joining(",", "{\"type\":\"string\",\"enum\":[", "]}"));
    }
}
