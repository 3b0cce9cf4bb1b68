package dev.sluice.server.http.policy;

/// The header in which trusted proxies report the address of a client. Exactly one is trusted, because a proxy
/// that writes one of them forwards the other as the client sent it.
public enum ForwardedHeader {
    /// `X-Forwarded-For`, with `X-Forwarded-Proto`: what most proxies write.
    X_FORWARDED_FOR,
    /// `Forwarded` (RFC 7239).
    FORWARDED
}
