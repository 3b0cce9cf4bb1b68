package dev.sluice.mercure;

import org.jspecify.annotations.Nullable;

/// What a Mercure hub accepts. Immutable: each method returns a changed copy of [#of].
///
/// @param path          the hub's address, without a slash at its end
/// @param channels      the channels below which topics are, without a slash at its end; empty for all channels
///                      of the hub, of which each is then a public topic
/// @param publisherKey  verifies the tokens of publishers
/// @param subscriberKey verifies the tokens of subscribers
/// @param issuer        the `iss` of tokens of Mercure 1.0; null if only those of 0.x are accepted
/// @param audience      what tokens of Mercure 1.0 have in `aud`; null with `issuer`
/// @param isAnonymous   whether subscribers without a token receive public updates
/// @param hasSubscriptions whether subscription events are published and the subscription API is served
public record MercureSettings(
        String path,
        String channels,
        TokenKey publisherKey,
        TokenKey subscriberKey,
        @Nullable String issuer,
        @Nullable String audience,
        boolean isAnonymous,
        boolean hasSubscriptions) {
    /// The address that clients expect (RFC 8615).
    public static final String PATH = "/.well-known/mercure";

    /// @throws IllegalArgumentException if the path or the channels are invalid
    public MercureSettings {
        if (!path.startsWith("/") || path.endsWith("/"))
            throw new IllegalArgumentException("a path begins with '/' and does not end with it, was '" + path + "'");
        if (channels.startsWith("/") || channels.endsWith("/") || channels.contains("*") || channels.contains("$"))
            throw new IllegalArgumentException("channels are a name such as 'mercure', was '" + channels + "'");
    }

    /// Returns settings for [#PATH], with topics below the channel `mercure`.
    public static MercureSettings of(TokenKey publisherKey, TokenKey subscriberKey) {
        return new MercureSettings(PATH, "mercure", publisherKey, subscriberKey, null, null, false, false);
    }

    public MercureSettings path(String other) {
        return new MercureSettings(
                other, channels, publisherKey, subscriberKey, issuer, audience, isAnonymous, hasSubscriptions);
    }

    public MercureSettings channels(String other) {
        return new MercureSettings(
                path, other, publisherKey, subscriberKey, issuer, audience, isAnonymous, hasSubscriptions);
    }

    /// Accepts tokens of Mercure 1.0 (`typ` `at+jwt`) of this issuer for this audience.
    public MercureSettings issuer(String name, String expectedAudience) {
        return new MercureSettings(
                path, channels, publisherKey, subscriberKey, name, expectedAudience, isAnonymous, hasSubscriptions);
    }

    /// Sends public updates to subscribers without a token.
    public MercureSettings anonymous() {
        return new MercureSettings(
                path, channels, publisherKey, subscriberKey, issuer, audience, true, hasSubscriptions);
    }

    /// Publishes subscription events, and serves the subscription API.
    public MercureSettings subscriptions() {
        return new MercureSettings(path, channels, publisherKey, subscriberKey, issuer, audience, isAnonymous, true);
    }
}
