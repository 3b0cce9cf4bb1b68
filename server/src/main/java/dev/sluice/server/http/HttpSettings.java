package dev.sluice.server.http;

import java.time.Duration;

/// The limits of a connection. Each has a reason; all may be set.
///
/// @param requestLineBytesMax  of method, target and version; more is `414`
/// @param headerBytesMax       of all headers of a request; more is `431`
/// @param partBytesMax         of a body's part as it is handed on, so also of an event of `split=chunk`
/// @param headTime             for a request's head from its first byte on; longer is `408`
/// @param idleTime             between requests; then the connection is closed without a word
/// @param bodyGrace            how far a [Exchange.Pace#PROMPT] body may fall behind its rate, and so how long it may
///                             be silent; further is `408`
/// @param bodyBytesPerSecond   that rate: each so many bytes make up for a second, and earn nothing in advance
/// @param answerTime           in which at least some of an answer must get through to the client
/// @param lingerTime           how long a connection that we end stays for the client to read our last answer
/// @param discardBytesMax      of a body nobody wants: up to here it is read and forgotten, so that the connection can
/// go on
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
        int discardBytesMax) {
    public static final HttpSettings DEFAULTS = new HttpSettings(
            16 << 10,
            16 << 10,
            64 << 10,
            Duration.ofSeconds(10),
            Duration.ofSeconds(
                    75), // Longer than common load balancers keep a line (60 s): they must be the first to let go.
            Duration.ofSeconds(20),
            512,
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            64 << 10);

    /// The same for a client that is only to be told to come back later, and must not take a place for long.
    HttpSettings hasty() {
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
                discardBytesMax);
    }
}
