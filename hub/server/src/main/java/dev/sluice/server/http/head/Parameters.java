package dev.sluice.server.http.head;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/// A request's query, decoded as form data (WHATWG URL §5.1). A route first calls [#allow] with the parameters
/// that it knows, then reads their values; both throw [ProblemException] with a message for the author of the
/// URL.
public final class Parameters {
    /// The parameter that holds a credential.
    public static final String TOKEN = "token";

    /// However short, a parameter takes more than a hundred bytes of heap while its request waits. The largest
    /// request has 64 channels, as many types, and some others.
    private static final int PARAMETERS_MAX = 256;

    private static final Parameters NONE = new Parameters(Map.of());
    private static final Map<String, Boolean> FLAG = Map.of("true", true, "false", false);

    private final Map<String, List<String>> values;

    private Parameters(Map<String, List<String>> values) {
        this.values = values;
    }

    /// Creates parameters from decoded values, as if they came from a query.
    public static Parameters of(Map<String, List<String>> values) {
        return new Parameters(new LinkedHashMap<>(values));
    }

    /// The fields of a form that was sent as a body (`application/x-www-form-urlencoded`). Its refusals do not
    /// repeat any value, which may be a password.
    ///
    /// @throws ProblemException if it is invalid
    public static Parameters form(String body) {
        try {
            return parse(body);
        } catch (ProblemException refused) {
            throw Problems.BAD_DATA.refused(
                    "The form is not percent-encoded UTF-8, or has more than " + PARAMETERS_MAX + " fields.");
        }
    }

    /// @throws ProblemException if there are too many parameters, or if the percent-encoding is invalid or does
    ///     not decode to UTF-8
    static Parameters parse(String query) {
        if (query.isEmpty()) return NONE;
        String[] pairs = query.split("&", PARAMETERS_MAX + 1);
        if (pairs.length > PARAMETERS_MAX) {
            throw Problems.BAD_PARAMETER.refused(
                    "The query has more than " + PARAMETERS_MAX + " parameters: send fewer.");
        }
        var values = new LinkedHashMap<String, List<String>>();
        for (String pair : pairs) {
            if (pair.isEmpty()) continue;
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals), pair);
            // A refusal never repeats a token, regardless of its encoding.
            String shown = name.equals(TOKEN) ? TOKEN + "=…" : pair;
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1), shown);
            values.computeIfAbsent(name, first -> new ArrayList<>(1)).add(value);
        }
        return new Parameters(values);
    }

    private static String decode(String encoded, String pair) {
        String decoded = Percent.decode(encoded, true);
        if (decoded != null) return decoded;
        throw Problems.BAD_PARAMETER.refused("In the query, " + Problems.quoted(pair)
                + " is not percent-encoded UTF-8: write each '%' as %25 and encode other bytes as %XX.");
    }

    /// Refuses all parameters but these, each at most once. Names that begin with `_` are ignored: clients use
    /// them to bypass caches.
    ///
    /// @throws ProblemException naming the nearest known parameter
    public void allow(Set<String> single) {
        allow(single, Set.of());
    }

    /// @param repeated parameters that may be given several times
    public void allow(Set<String> single, Set<String> repeated) {
        values.forEach((name, given) -> {
            if (single.contains(name)) {
                if (given.size() > 1) {
                    throw Problems.BAD_PARAMETER.refused(
                            name, "The parameter '" + name + "' is given " + given.size() + " times: give it once.");
                }
            } else if (!repeated.contains(name) && !name.startsWith("_")) {
                var known = new ArrayList<>(single);
                known.addAll(repeated);
                throw Problems.UNKNOWN_PARAMETER.refused(
                        Problems.bare(name),
                        "There is no parameter " + Problems.quoted(name) + " here. " + Suggestion.advice(name, known));
            }
        });
    }

    /// The parameters except one.
    Parameters without(String name) {
        if (!values.containsKey(name)) return this;
        var others = new LinkedHashMap<>(values);
        others.remove(name);
        return new Parameters(others);
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    /// The number of values of all parameters together.
    public int size() {
        int size = 0;
        for (List<String> each : values.values()) size += each.size();
        return size;
    }

    /// The names of all parameters, in the order in which they were first given.
    public Set<String> names() {
        return Collections.unmodifiableSet(values.keySet());
    }

    /// All values of a parameter that may be repeated.
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    public Optional<String> text(String name) {
        List<String> given = all(name);
        return given.isEmpty() ? Optional.empty() : Optional.of(given.getFirst());
    }

    /// The value of a parameter that must be a whole number.
    public OptionalInt integer(String name, int min, int max) {
        if (!has(name)) return OptionalInt.empty();
        String text = all(name).getFirst();
        if (text.matches("[0-9]{1,10}")) {
            long number = Long.parseLong(text);
            if (number >= min && number <= max) return OptionalInt.of((int) number);
        }
        throw wrong(name, "a whole number from " + min + " to " + max);
    }

    /// The value of a parameter that must be `true` or `false`; false if it is absent.
    public boolean flag(String name) {
        return choice(name, FLAG).orElse(false);
    }

    /// The meaning of a value that must be one of these words.
    public <T> Optional<T> choice(String name, Map<String, T> meanings) {
        if (!has(name)) return Optional.empty();
        T meaning = meanings.get(all(name).getFirst());
        if (meaning != null) return Optional.of(meaning);
        String words = meanings.keySet().stream()
                .sorted()
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" or "));
        throw wrong(name, words);
    }

    /// The elements of a comma-separated value.
    public List<String> list(String name) {
        return text(name).map(text -> Arrays.asList(text.split(",", -1))).orElse(List.of());
    }

    /// Creates the refusal of this parameter's value.
    ///
    /// @param expected the expected value, as a phrase that follows "is"
    public ProblemException wrong(String name, String expected) {
        String given = text(name).map(Problems::quoted).orElse("nothing");
        return Problems.BAD_PARAMETER.refused(
                name, "The parameter '" + name + "' is " + expected + ", not " + given + ".");
    }
}
