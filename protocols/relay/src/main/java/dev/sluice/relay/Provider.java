package dev.sluice.relay;

import java.net.URI;
import java.net.http.HttpRequest;

/// A provider of models, and the key with which the hub calls it.
///
/// @param name  the segment of the relay's paths: `openai`, `anthropic`
/// @param style the API that it serves
/// @param url   where the provider's paths, which begin with `/v1/`, are: `https://api.openai.com`
/// @param key   the provider's key, a secret
public record Provider(String name, Style style, URI url, String key) {
    /// An API of models.
    public enum Style {
        /// Chat Completions and Responses, as OpenAI and compatible providers serve them.
        OPENAI,
        /// Messages, as Anthropic serves them.
        ANTHROPIC
    }

    /// @throws IllegalArgumentException if the address is not one of HTTP, or the key is not one word
    public Provider {
        if (!("https".equals(url.getScheme()) || "http".equals(url.getScheme())) || url.getHost() == null)
            throw new IllegalArgumentException("the address begins with https:// or http:// and has a host");
        if (url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null)
            throw new IllegalArgumentException("the address has no user, query or fragment");
        if (!key.matches("[!-~]{1,4096}"))
            throw new IllegalArgumentException("the key is one word of visible ASCII characters");
    }

    /// Returns a request for a path of the provider, with its key.
    HttpRequest.Builder request(String path) {
        String base = url.toString();
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path));
        return switch (style) {
            case OPENAI -> request.header("Authorization", "Bearer " + key);
            case ANTHROPIC -> request.header("x-api-key", key);
        };
    }

    /// Has no key.
    @Override
    public String toString() {
        return "Provider[" + name + "]";
    }
}
