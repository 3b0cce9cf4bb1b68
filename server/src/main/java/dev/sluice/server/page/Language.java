package dev.sluice.server.page;

import dev.sluice.server.http.MediaType;
import dev.sluice.server.http.Request;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.Locale;

/// A language that the pages speak.
enum Language {
    EN("en", 0),
    ZH("zh", 1);

    private final String tag;
    private final int column;

    Language(String tag, int column) {
        this.tag = tag;
        this.column = column;
    }

    /// As HTML and HTTP write it (RFC 5646).
    String tag() {
        return tag;
    }

    /// Where it stands in the messages.
    int column() {
        return column;
    }

    /// The one that the browser likes best (RFC 9110 §12.5.4); English if it likes neither. A reader who chose
    /// another by the switch gets it from the script.
    static Language of(Request request) {
        Language best = EN;
        double bestQuality = 0;
        for (String range :
                MediaType.split(String.join(",", request.headers().getAll(HttpHeaderNames.ACCEPT_LANGUAGE)), ',')) {
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
