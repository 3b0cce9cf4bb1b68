package dev.sluice.server.http;

import java.time.Duration;

/// The limits of an HTTP connection. All of them are settings.
///
/// @param requestLineBytesMax  of method, target and version; more is `414`
/// @param headerBytesMax       of all headers of a request; more is `431`
/// @param partBytesMax         of a part of a body as it is delivered, and so of an event of `split=chunk`
/// @param headTime             for a request's head, from its first byte; longer is `408`
/// @param idleTime             between requests; then the connection is closed without an answer
/// @param bodyGrace            how far a [Exchange.Pace#PROMPT] body may fall behind its rate, and so how long it may
///                             pause; further is `408`
/// @param bodyBytesPerSecond   the minimum rate of a body; bytes sent faster earn no time in advance
/// @param answerTime           within which the client must have read at least a part of an answer
/// @param lingerTime           how long a connection that the server ends stays open for the client to read the answer
/// @param discardBytesMax      of an unused body: up to this size it is read and discarded, so that the connection can
///                             be reused; a longer one ends the connection
/// @param streamsMax           requests at a time on one connection of HTTP/2
public record HttpSettings(
        int requestLineBytesMax,
        int headerBytesMax,
        int partBytesMax,
        Duration headTime,
        Duration idleTime,
        Duration bodyGrace,
        int bodyBytesPerSecond,
        Duration answerTime,
        Duration lingerTime,
        int discardBytesMax,
        int streamsMax) {
    public static final HttpSettings DEFAULTS = new HttpSettings(
            16 << 10,
            16 << 10,
            64 << 10,
            Duration.ofSeconds(10),
            // Longer than common load balancers keep an idle connection (60 s): they must be the first to close it.
            Duration.ofSeconds(75),
            Duration.ofSeconds(20),
            512,
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            64 << 10,
            // As most servers and proxies have it: fewer make browsers wait (RFC 9113 §6.5.2 recommends 100 or more).
            100);

    /// These settings with short times, for a client that only gets a 503 and must not hold its connection for long.
    HttpSettings shortLived() {
        return new HttpSettings(
                requestLineBytesMax,
                headerBytesMax,
                partBytesMax,
                headTime,
                lingerTime,
                bodyGrace,
                bodyBytesPerSecond,
                lingerTime,
                lingerTime,
                discardBytesMax,
                streamsMax);
    }
}
