package dev.sluice.sense.check;

import dev.sluice.sense.json.SenseJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A short text about an outcome in each language: a code of `phrases.json` and the values inserted into it.
/// Pages and alerts take their texts from that file; programs read the English ones.
///
/// @param code   `text` for text from outside, which is then the only value
/// @param values the first is `{a}`, the second `{b}`; each is cut to one line
public record Phrase(String code, List<String> values) {
    /// The resource with all phrases, in the format of the pages' texts.
    public static final String WORDS = "phrases.json";

    private static final String TEXT = "text";
    private static final String PREFIX = "sense.phrase.";
    private static final Map<String, Map<String, String>> ALL = words();

    public Phrase {
        values = values.stream().map(Failure::cut).toList();
        if (!code.equals(TEXT) && !ALL.containsKey(PREFIX + code))
            throw new IllegalArgumentException("there is no phrase '" + code + "'");
    }

    /// @param values the first is `{a}`, the second `{b}`
    public static Phrase of(String code, String... values) {
        return new Phrase(code, List.of(values));
    }

    /// Returns a text that is the same in all languages.
    public static Phrase text(String text) {
        return new Phrase(TEXT, List.of(text));
    }

    /// Returns all phrases, in the format of the pages' texts.
    public static Map<String, Map<String, String>> words() {
        try (var resource = Objects.requireNonNull(Phrase.class.getResourceAsStream(WORDS))) {
            Map<String, Map<String, String>> all = new LinkedHashMap<>();
            SenseJson.object(new String(resource.readAllBytes(), StandardCharsets.UTF_8))
                    .forEach((name, languages) -> {
                        Map<String, String> texts = new LinkedHashMap<>();
                        ((Map<?, ?>) languages)
                                .forEach((language, text) -> texts.put(language.toString(), text.toString()));
                        all.put(name, texts);
                    });
            return all;
        } catch (IOException broken) {
            throw new UncheckedIOException(WORDS + " can't be read from the class path", broken);
        }
    }

    /// Returns the code and the values as one text, for the database.
    public String stored() {
        List<String> all = new ArrayList<>(List.of(code));
        all.addAll(values);
        return SenseJson.write(all);
    }

    /// Parses the result of [#stored]; any other text, for example from another version of Sense, is taken as
    /// it is.
    public static Phrase ofStored(String stored) {
        try {
            return SenseJson.object("{\"all\":" + stored + "}").get("all") instanceof List<?> all && !all.isEmpty()
                    ? new Phrase(
                            all.getFirst().toString(),
                            all.stream().skip(1).map(String::valueOf).toList())
                    : text(stored);
        } catch (IllegalArgumentException other) {
            return text(stored);
        }
    }

    public boolean isText() {
        return code.equals(TEXT);
    }

    /// @param language `en` or `zh`
    public String in(String language) {
        if (isText()) return values.getFirst();
        String text = Objects.requireNonNull(ALL.get(PREFIX + code)).getOrDefault(language, "");
        for (int i = 0; i < values.size(); i++) text = text.replace("{" + (char) ('a' + i) + "}", values.get(i));
        return Failure.cut(text);
    }

    /// Returns the text in English.
    @Override
    public String toString() {
        return in("en");
    }
}
