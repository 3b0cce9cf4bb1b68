package dev.sluice.mercure;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a subscriber or a token names topics by. Immutable.
///
/// @param text    as written
/// @param type    `exact` or `urlpattern` of Mercure 1.0; `topic` for the selectors of 0.x: a string or a URI
///                template
/// @param pattern null if only equal topics match
/// @param base    the hub's address, for relative topics
record Selector(String text, String type, @Nullable LinearPattern pattern, URI base) {
    static final String ALL = "*";
    static final String EXACT = "exact";
    static final String URL_PATTERN = "urlpattern";
    static final String TOPIC = "topic";

    /// @throws IllegalArgumentException if the text is invalid for the type, or the type is unknown
    static Selector of(String type, String text, URI base) {
        if (!Topics.isName(text)) throw new IllegalArgumentException(Topics.RULE);
        return switch (type) {
            case EXACT -> new Selector(text, type, null, base);
            case URL_PATTERN ->
                new Selector(text, type, text.equals(ALL) ? null : UrlPattern.pattern(text, base), base);
            case TOPIC -> new Selector(text, type, UriTemplate.pattern(text).orElse(null), base);
            default -> throw new IllegalArgumentException("the matcher type '" + type + "' is not supported");
        };
    }

    boolean isModern() {
        return !type.equals(TOPIC);
    }

    /// Returns true if it selects one topic only, of its own text.
    boolean isOne() {
        return pattern == null && !text.equals(ALL);
    }

    /// See [LinearPattern#choices].
    int choices() {
        return pattern == null ? 0 : pattern.choices();
    }

    /// Matches a topic, or, for tokens, the text of another selector.
    boolean matches(String topic) {
        if (text.equals(ALL)) return true;
        // A URI template also matches its own text (0.x, "Topic Selectors"), and so do payloads in 1.0.
        if (text.equals(topic)) return true;
        if (pattern == null) return false;
        if (type.equals(TOPIC)) return pattern.matches(topic);
        Optional<String> canonical = UrlPattern.canonical(topic, base);
        return canonical.isPresent() && pattern.matches(canonical.get());
    }
}
