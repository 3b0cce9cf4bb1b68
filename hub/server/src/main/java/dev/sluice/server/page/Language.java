package dev.sluice.server.page;

import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.MediaType;
import dev.sluice.server.http.head.RequestHead;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// A language of the pages.
enum Language {
    EN("en", 0),
    ZH("zh", 1);

    /// Set by `frame.js`.
    private static final Pattern CHOICE = Pattern.compile("(?:^|;\\s*)sluice-language=([a-z]+)(?=;|$)");

    private final String tag;
    private final int column;

    Language(String tag, int column) {
        this.tag = tag;
        this.column = column;
    }

    /// The language tag for HTML and HTTP (RFC 5646).
    String tag() {
        return tag;
    }

    /// The index of its text in each message of `messages.js`.
    int column() {
        return column;
    }

    /// Returns all languages, in the order of the columns.
    static List<Language> inColumns() {
        return Arrays.stream(values())
                .sorted(Comparator.comparingInt(Language::column))
                .toList();
    }

    /// The language that the user chose on a page, or else the one that the browser prefers (RFC 9110 §12.5.4);
    /// English if it accepts neither.
    static Language of(RequestHead request) {
        return chosen(request).orElseGet(() -> preferred(request));
    }

    private static Optional<Language> chosen(RequestHead request) {
        return request.headers(HeaderNames.COOKIE).stream()
                .flatMap(each -> CHOICE.matcher(each).results())
                .flatMap(found -> Arrays.stream(values()).filter(each -> each.tag.equals(found.group(1))))
                .findFirst();
    }

    private static Language preferred(RequestHead request) {
        Language best = EN;
        double bestQuality = 0;
        for (String range : MediaType.split(String.join(",", request.headers(HeaderNames.ACCEPT_LANGUAGE)), ',')) {
            String[] parts = range.toLowerCase(Locale.ROOT).split("\\s*;\\s*q=", 2);
            double quality = parts.length < 2 ? 1 : quality(parts[1]);
            for (Language language : values()) {
                if (quality > bestQuality && parts[0].split("-", 2)[0].equals(language.tag)) {
                    best = language;
                    bestQuality = quality;
                }
            }
        }
        return best;
    }

    private static double quality(String text) {
        return text.matches("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?") ? Double.parseDouble(text) : 0;
    }
}
