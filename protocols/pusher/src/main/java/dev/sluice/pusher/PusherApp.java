package dev.sluice.pusher;

import java.net.URI;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An app: what its clients and its server share.
///
/// @param id             names the app in the HTTP API
/// @param key            names it to its clients; not a secret
/// @param secret         signs requests, authorizations and webhooks
/// @param channels       the hub's channels of the app are below this name: `pusher/ID` by default
/// @param clientEvents   true if clients may send events of their own
/// @param connectionsMax the most connections to one node
/// @param webhook        where webhooks are sent; null for none
public record PusherApp(
        String id,
        String key,
        String secret,
        String channels,
        boolean clientEvents,
        int connectionsMax,
        @Nullable URI webhook) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /// Leaves room for the longest channel with `$program/pusher/` before it in a name of 255 bytes.
    private static final int CHANNELS_BYTES_MAX = 38;

    private static final Pattern CHANNELS = Pattern.compile("[A-Za-z0-9_-]{1,38}(/[A-Za-z0-9_-]{1,38})*");

    private static final Set<String> SCHEMES = Set.of("http", "https");

    public PusherApp {
        if (!NAME.matcher(id).matches() || !NAME.matcher(key).matches())
            throw new IllegalArgumentException("an app's id and key have 1 to 64 letters, digits, '_' and '-'");
        if (secret.isEmpty()) throw new IllegalArgumentException("the app '" + id + "' has no secret");
        if (channels.length() > CHANNELS_BYTES_MAX
                || !CHANNELS.matcher(channels).matches())
            throw new IllegalArgumentException("the channels of the app '" + id + "' are a name of at most "
                    + CHANNELS_BYTES_MAX + " letters, digits, '_', '-' and '/', was '" + channels + "'");
        if (connectionsMax < 1)
            throw new IllegalArgumentException("the app '" + id + "' must allow 1 connection or more");
        if (webhook != null && (webhook.getHost() == null || !SCHEMES.contains(webhook.getScheme())))
            throw new IllegalArgumentException("the webhook of the app '" + id + "' is an http:// or https:// address");
    }

    /// Returns an app without client events and webhooks.
    public static PusherApp of(String id, String key, String secret) {
        return new PusherApp(id, key, secret, "pusher/" + id, false, Integer.MAX_VALUE, null);
    }

    public PusherApp withClientEvents() {
        return new PusherApp(id, key, secret, channels, true, connectionsMax, webhook);
    }

    public PusherApp withChannels(String other) {
        return new PusherApp(id, key, secret, other, clientEvents, connectionsMax, webhook);
    }

    public PusherApp withConnectionsMax(int max) {
        return new PusherApp(id, key, secret, channels, clientEvents, max, webhook);
    }

    public PusherApp withWebhook(URI other) {
        return new PusherApp(id, key, secret, channels, clientEvents, connectionsMax, other);
    }

    /// Returns true if a channel of the hub could belong to both apps.
    boolean overlaps(PusherApp other) {
        String mine = channels + "/";
        String theirs = other.channels + "/";
        return mine.startsWith(theirs) || theirs.startsWith(mine);
    }

    /// Returns a text without the secret.
    @Override
    public String toString() {
        return "app " + id;
    }
}
