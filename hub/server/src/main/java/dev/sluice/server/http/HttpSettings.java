package dev.sluice.server.http;

import java.time.Duration;

/// The limits of an HTTP connection. All of them are settings.
///
/// @param requestLineBytesMax  the maximum length of method, target and version; a longer line is answered with
///                             `414`
/// @param headerBytesMax       the maximum size of all headers of a request; larger ones are answered with `431`
/// @param partBytesMax         the maximum size of a part of a body as it is delivered, and thus of an event of
///                             `split=chunk`
/// @param headTime             the maximum time for a request's head, from its first byte; a slower head is
///                             answered with `408`
/// @param idleTime             the maximum time between requests, after which the connection is closed without
///                             an answer
/// @param bodyGrace            how far a [Exchange.Pace#PROMPT] body may fall behind its rate, and thus how long
///                             it may pause; a slower body is answered with `408`
/// @param bodyBytesPerSecond   the minimum rate of a body; bytes sent faster earn no time in advance
/// @param answerTime           the time within which the client must read at least a part of an answer
/// @param lingerTime           how long a connection that the server ends stays open for the client to read the
///                             answer
/// @param discardBytesMax      the size up to which an unused body is read and discarded, so that the connection
///                             can be reused; a larger one ends the connection
/// @param streamsMax           the maximum number of concurrent requests on one HTTP/2 connection
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
            // The value of most servers and proxies: fewer make browsers wait (RFC 9113 §6.5.2 recommends 100 or
            // more).
            100);

    /// These settings with short times, for a client that only gets a 503 and must not hold its connection for
    /// long.
    public HttpSettings shortLived() {
        return toBuilder().idleTime(lingerTime).answerTime(lingerTime).build();
    }

    /// Returns a builder of changed copies.
    public Builder toBuilder() {
        return new Builder(this);
    }

    /// Builds a changed copy of settings. Not thread-safe.
    public static final class Builder {
        private int requestLineBytesMax;
        private int headerBytesMax;
        private int partBytesMax;
        private Duration headTime;
        private Duration idleTime;
        private Duration bodyGrace;
        private int bodyBytesPerSecond;
        private Duration answerTime;
        private Duration lingerTime;
        private int discardBytesMax;
        private int streamsMax;

        private Builder(HttpSettings from) {
            requestLineBytesMax = from.requestLineBytesMax;
            headerBytesMax = from.headerBytesMax;
            partBytesMax = from.partBytesMax;
            headTime = from.headTime;
            idleTime = from.idleTime;
            bodyGrace = from.bodyGrace;
            bodyBytesPerSecond = from.bodyBytesPerSecond;
            answerTime = from.answerTime;
            lingerTime = from.lingerTime;
            discardBytesMax = from.discardBytesMax;
            streamsMax = from.streamsMax;
        }

        public Builder requestLineBytesMax(int requestLineBytesMax) {
            this.requestLineBytesMax = requestLineBytesMax;
            return this;
        }

        public Builder headerBytesMax(int headerBytesMax) {
            this.headerBytesMax = headerBytesMax;
            return this;
        }

        public Builder partBytesMax(int partBytesMax) {
            this.partBytesMax = partBytesMax;
            return this;
        }

        public Builder headTime(Duration headTime) {
            this.headTime = headTime;
            return this;
        }

        public Builder idleTime(Duration idleTime) {
            this.idleTime = idleTime;
            return this;
        }

        public Builder bodyGrace(Duration bodyGrace) {
            this.bodyGrace = bodyGrace;
            return this;
        }

        public Builder bodyBytesPerSecond(int bodyBytesPerSecond) {
            this.bodyBytesPerSecond = bodyBytesPerSecond;
            return this;
        }

        public Builder answerTime(Duration answerTime) {
            this.answerTime = answerTime;
            return this;
        }

        public Builder lingerTime(Duration lingerTime) {
            this.lingerTime = lingerTime;
            return this;
        }

        public Builder discardBytesMax(int discardBytesMax) {
            this.discardBytesMax = discardBytesMax;
            return this;
        }

        public Builder streamsMax(int streamsMax) {
            this.streamsMax = streamsMax;
            return this;
        }

        public HttpSettings build() {
            return new HttpSettings(
                    requestLineBytesMax,
                    headerBytesMax,
                    partBytesMax,
                    headTime,
                    idleTime,
                    bodyGrace,
                    bodyBytesPerSecond,
                    answerTime,
                    lingerTime,
                    discardBytesMax,
                    streamsMax);
        }
    }
}
