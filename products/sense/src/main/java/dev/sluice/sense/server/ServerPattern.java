package dev.sluice.sense.server;

import java.util.regex.Pattern;

/// A pattern of server names, in which `*` stands for any characters: `web-*`.
///
/// @param regex matches the same names
public record ServerPattern(String text, Pattern regex) {
    private static final Pattern SYNTAX = Pattern.compile("[a-z0-9*][a-z0-9._*-]{0,62}");

    /// Limited, because each star multiplies the time that matching a name may take.
    private static final int STARS_MAX = 3;

    /// Returns true if a text is a pattern and not the name of one server.
    public static boolean isPattern(String text) {
        return text.contains("*");
    }

    /// @throws IllegalArgumentException if the text is not a valid pattern
    public static ServerPattern parse(String text) {
        long stars = text.chars().filter(each -> each == '*').count();
        if (!SYNTAX.matcher(text).matches() || stars > STARS_MAX)
            throw new IllegalArgumentException("'" + text + "' is not a pattern of server names with up to " + STARS_MAX
                    + " '*', such as 'web-*'");
        return new ServerPattern(text, Pattern.compile(text.replace(".", "\\.").replace("*", ".*")));
    }

    public boolean matches(String server) {
        return regex.matcher(server).matches();
    }
}
