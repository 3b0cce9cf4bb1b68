package dev.sluice.pusher;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// A channel as clients name it, and the hub's channel with its events.
///
/// @param name    begins with what the channel is: `private-`, `presence-`, …
/// @param hubName below the app's channels; no two names have the same
record PusherChannel(String name, String hubName) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_=@,.;-]{1,200}");
    private static final Pattern CACHE = Pattern.compile("(private-encrypted-|private-|presence-)?cache-.*");
    private static final String USER = "#server-to-user-";

    /// No name of another channel has a slash.
    private static final String USERS = "users/";

    /// A channel whose members are recorded has a shorter name than others.
    private static final int HUB_BYTES_MAX = 245;

    /// @throws IllegalArgumentException if it is no name of a channel, with a message for the client
    static PusherChannel of(PusherApp app, String name) {
        if (name.startsWith(USER) && name.length() > USER.length()) return ofUser(app, name.substring(USER.length()));
        if (!isName(name))
            throw new IllegalArgumentException(
                    "A channel's name has 1 to 200 letters, digits and characters of _-=@,.;");
        return new PusherChannel(name, app.channels() + "/" + name);
    }

    /// Returns true for a name of a channel that is not a user's.
    static boolean isName(String name) {
        return NAME.matcher(name).matches() && !name.equals(".") && !name.equals("..");
    }

    /// The channel of the events for one user.
    ///
    /// @throws IllegalArgumentException if the user's id is too long
    static PusherChannel ofUser(PusherApp app, String user) {
        // A segment of its own, in which no character separates segments, is a wildcard or hides the segment.
        String segment = URLEncoder.encode(user, StandardCharsets.UTF_8)
                .replace("*", "%2A")
                .replace(".", "%2E");
        String hubName = app.channels() + "/" + USERS + segment;
        if (hubName.length() > HUB_BYTES_MAX) throw new IllegalArgumentException("The user's id is too long.");
        return new PusherChannel(USER + user, hubName);
    }

    /// Returns the name that clients have for one of the hub's channels of an app.
    static String name(PusherApp app, String hubName) {
        String name = hubName.substring(app.channels().length() + 1);
        return name.startsWith(USERS)
                ? USER + URLDecoder.decode(name.substring(USERS.length()), StandardCharsets.UTF_8)
                : name;
    }

    boolean isOf(String user) {
        return name.equals(USER + user);
    }

    boolean isForUser() {
        return name.startsWith(USER);
    }

    /// True if a client needs an authorization of the app's server.
    boolean isGuarded() {
        return name.startsWith("private-") || isPresence();
    }

    boolean isPresence() {
        return name.startsWith("presence-");
    }

    boolean isEncrypted() {
        return name.startsWith("private-encrypted-");
    }

    boolean isCache() {
        return CACHE.matcher(name).matches();
    }
}
