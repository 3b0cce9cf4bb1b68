package dev.sluice.server.http;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.delivery.stream.StreamListener;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.net.outlet.Outlet;
import dev.sluice.server.net.outlet.UpgradeHandler;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One request and its answer: exactly one of `answer`, [#refuse], [#stream] and [#upgrade] must be called, once.
/// All methods must be called on the connection's event loop; code on another thread returns to it with [#run].
public interface Exchange {
    RequestHead request();

    /// The event loop of the connection. May be called from any thread.
    ScheduledExecutorService loop();

    /// The address of the client as reported by trusted proxies, or else that of the last trusted proxy. The port
    /// is 0 if a proxy does not report it.
    InetSocketAddress remoteAddress();

    /// Whether the client's connection is encrypted, as far as the server knows or a trusted proxy reports.
    boolean isSecure();

    /// The certificates that the client presented in the connection's TLS handshake, which verified them; its
    /// own certificate is first. Empty if the client presented none, or if a proxy terminates TLS.
    List<X509Certificate> clientCertificates();

    /// The client's permissions, as the [AccessFilter] of the routes has decided.
    Grant grant();

    /// Returns true if a filter has set the grant of this request.
    boolean hasGrant();

    /// The grant of everything to the client as an anonymous caller. All requests of a connection from the same
    /// address share one grant, so that a hub without access rules allocates none per request.
    Grant openGrant();

    /// Requires the grant to operate the hub. Routes for operators call it first, so that other callers learn
    /// nothing from later refusals.
    ///
    /// @throws dev.sluice.core.access.AccessDeniedException if the grant does not permit it
    default void requireAdmin() {
        grant().require(Verb.ADMIN, Pattern.of("**"));
    }

    /// Called by the [AccessFilter], before a route receives the exchange.
    void setGrant(Grant grant);

    /// Removes a parameter that holds a secret from the [request][#request], so that neither routes nor
    /// problems see it. Called by the [AccessFilter].
    void conceal(String parameter);

    /// Sends a complete answer. Adds `Content-Length`, `Connection` and the headers common to all
    /// answers, and respects `HEAD` and HTTP/1.0. Does nothing if the client has disconnected. The request's body
    /// may still be arriving: its reader then receives nothing more.
    void answer(ServerResponse answer);

    /// Sends an answer whose body is produced as the client reads it; for `HEAD` without the body, which is
    /// closed in any case.
    void answer(ServerResponse head, ResponseSource body);

    /// Sends a refusal as `application/problem+json`.
    default void refuse(Problem problem) {
        answer(ServerResponse.problem(problem));
    }

    /// The framing of a [streamed][#stream] body. Formats are chosen by it before there is an outlet.
    BodyFraming framing();

    /// Sends this head at once, and opens the outlet of an unbounded body.
    ///
    /// @param listener notified when the outlet accepts bytes again, and when the connection is closed
    Outlet stream(ServerResponse head, StreamListener listener);

    /// Sends this head, a `101`, at once, and opens the outlet of the protocol that follows it.
    ///
    /// @param handler creates the handler of the client's bytes, which also receives the bytes that have already
    ///                arrived
    <H extends UpgradeHandler> H upgrade(ServerResponse head, Function<? super Outlet, H> handler);

    /// Closes the connection without completing the answer, so that the client notices the truncation.
    void abort();

    /// Restricts the answer to pages of the server's own origin and of allowed origins: refuses requests of a
    /// page of another site without an `Origin` header, and makes browsers withhold the answer from such pages
    /// (`Cross-Origin-Resource-Policy`, Fetch §3.7). `docs/protocol.md` §5.
    ///
    /// @throws dev.sluice.server.http.head.ProblemException if a page of another site made this request
    void isolate();

    /// Returns the value that a route [derives][Route#prepare] from the head of this request, or the value
    /// derived for an earlier request with the same head if it is still cached. Called by the route itself.
    ///
    /// @throws dev.sluice.server.http.head.ProblemException if `prepare` throws it
    Object prepared(Route route);

    /// Lets the next request of the connection begin before this one is answered, if [its route allows
    /// it][Route#isPipelined] as well. Called once the place of this request before the next one is fixed, so
    /// that only its answer is missing.
    void allowPipelining();

    /// Takes the request's body if all of it arrived with the head, so that it need not be [read][#body]. The
    /// caller owns the array. Call it while the request is handled, not later.
    ///
    /// @return null if the body must be read
    byte @Nullable [] takeBody();

    /// Starts reading the request's body. Must be called at most once. Answers `Expect: 100-continue`. Parts are
    /// delivered on the event loop, never from within this call.
    BodySubscription body(BodyReader reader, Pace pace);

    /// Reads a body that must arrive steadily.
    default BodySubscription body(BodyReader reader) {
        return body(reader, Pace.PROMPT);
    }

    /// Calls `listener` if the client disconnects before the answer; at once if it already has. Also calls it
    /// after an answer that is not the route's: if a step [fails][#run], or there is no room for the body.
    void closed(Runnable listener);

    /// Calls `listener` as [#closed] does, and also if the client closes only its half of the connection. For
    /// answers that may take indefinitely: a client that has disconnected cannot be distinguished from one that
    /// has closed its half.
    void abandoned(Runnable listener);

    /// Ends the effect of [#abandoned]: from now on, a client that closes its half of the connection still gets
    /// its answer.
    void pursue();

    /// Returns true if the request has been answered or its client has disconnected.
    boolean isOver();

    /// Runs a step on the event loop, at once if the caller is on it. A
    /// [dev.sluice.server.http.head.ProblemException] becomes the answer, and any other exception a `500`; the
    /// step is skipped if the exchange [is over][#isOver].
    void run(Runnable step);

    /// How long a body may take.
    enum Pace {
        /// Must arrive steadily, or the answer is `408`: [HttpSettings#bodyGrace].
        PROMPT,
        /// May pause for any time, such as the output of a program that is idle, except
        /// [in the middle of an event][BodyReader#isMidway].
        OPEN_ENDED
    }
}
