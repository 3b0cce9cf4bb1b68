package dev.sluice.sense.server;

import java.util.regex.Pattern;

/// The names of servers, with `*` for any letters: `web-*`.
///
/// @param regex of the same names
public record ServerPattern(String text, Pattern regex) {
    private static final Pattern SYNTAX = Pattern.compile("[a-z0-9*][a-z0-9._*-]{0,62}");

    /// Each star multiplies the time that a name may take.
    private static final int STARS_MAX = 3;

    /// Returns whether a text is meant as a pattern, and not as the name of one server.
    public static boolean isPattern(String text) {
        return text.contains("*");
    }

    /// @throws IllegalArgumentException if it is no pattern
    public static ServerPattern parse(String text) {
        long stars = text.chars().filter(each -> each == '*').count();
        if (!SYNTAX.matcher(text).matches() || stars > STARS_MAX)
            throw new IllegalArgumentException(
                    "'" + text + "' is no name of servers with up to " + STARS_MAX + " '*', such as 'web-*'");
        return new ServerPattern(text, Pattern.compile(text.replace(".", "\\.").replace("*", ".*")));
    }

    boolean matches(String server) {
        return regex.matcher(server).matches();
    }
}
