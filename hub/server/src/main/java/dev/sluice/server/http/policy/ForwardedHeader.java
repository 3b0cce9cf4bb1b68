package dev.sluice.server.http.policy;

/// The header in which trusted proxies say where a client is. Exactly one is believed: a proxy that writes the one
/// passes on the other as the client sent it.
public enum ForwardedHeader {
    /// `X-Forwarded-For`, with `X-Forwarded-Proto`: what most proxies write.
    X_FORWARDED_FOR,
    /// `Forwarded` (RFC 7239).
    FORWARDED
}
