package dev.sluice.server.auth.hook;

import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.RequestHead;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A cookie of a request (RFC 6265 §5.4).
public record Cookie(String name, String value) {
    private static final Pattern SEMICOLON = Pattern.compile(";");

    /// All cookies of a request, in their order. Pairs without `=` are ignored.
    public static List<Cookie> of(RequestHead request) {
        return request.headers(HeaderNames.COOKIE).stream()
                .flatMap(SEMICOLON::splitAsStream)
                .flatMap(pair -> parse(pair).stream())
                .toList();
    }

    private static Optional<Cookie> parse(String pair) {
        int equals = pair.indexOf('=');
        if (equals < 0) return Optional.empty();
        return Optional.of(new Cookie(
                pair.substring(0, equals).strip(), pair.substring(equals + 1).strip()));
    }

    /// The value without quotation marks (RFC 6265 §4.2.1).
    public String unquoted() {
        boolean isQuoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return isQuoted ? value.substring(1, value.length() - 1) : value;
    }
}
