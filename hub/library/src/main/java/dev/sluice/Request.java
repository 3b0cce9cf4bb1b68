package dev.sluice;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// An HTTP request. Immutable.
public interface Request {
    /// Returns the method, for example `GET`.
    String method();

    /// Returns the whole path, percent-decoded. It begins with `/`.
    String path();

    /// Returns the address that the client asked for, without its query: `https://hub.example/streams/a`. Of a
    /// client that names no host, it is the path alone.
    String url();

    /// Returns the part of the path that each star of the route matched, in
    /// order. For a final `**` this is the whole rest, with its slashes.
    List<String> stars();

    /// Returns the first query parameter of this name.
    Optional<String> query(String name);

    /// Returns all query parameters of this name, in order.
    List<String> queries(String name);

    /// Returns the names of all query parameters, for example to check a signature over them.
    Set<String> queryNames();

    /// Returns the first header of this name, which is case-insensitive.
    Optional<String> header(String name);

    /// Returns the body; empty if there is none. A body larger than 1 MiB (the default limit) is answered with 413
    /// before the responder runs.
    byte[] body();

    /// Returns the body as text, decoded as UTF-8.
    String text();

    /// Returns the body, which must be JSON, as a value of this class, for example a record. If it is not such a
    /// value, this method throws, and the request is answered with 400 unless the responder catches the exception.
    <T> T json(Class<T> as);

    /// Ends the request with 401 or 403 unless its caller may do this to a channel, as the hub's keys and
    /// grants decide. Without keys and grants, every caller may do everything; with an [Authorizer], what it
    /// has permitted.
    ///
    /// @throws IllegalArgumentException if the channel's name is invalid
    /// @throws IllegalStateException    outside [Routes#forCallers], [Routes#forReaders] and [Routes#forAdmins]
    void require(Access.Action action, String channel);

    /// Counts what the request publishes in the caller's rate limits, `limits.publishes_per_second` and
    /// `limits.publish_bytes_per_second`, and ends it with 429 if the caller has published too much before. The
    /// paths of the hub count by themselves. Static keys are not limited.
    ///
    /// @throws IllegalStateException outside [Routes#forCallers], [Routes#forReaders] and [Routes#forAdmins]
    void takePublishes(int events, long bytes);

    /// Counts what the request publishes, as the other method does, for a caller whose credentials the program
    /// itself checks, on any route. A program that refuses the caller answers in the words of its protocol. On a
    /// WebSocket it counts each message, by the request that opened the connection.
    ///
    /// @param caller the caller's name, which is counted apart from the hub's own callers; empty to count the
    ///               client's address
    /// @return zero if it was counted, otherwise the time after which the caller may publish again, rounded up
    ///         to a second
    Duration takePublishes(String caller, int events, long bytes);

    /// Returns the caller's proven name; empty for anonymous callers, and outside [Routes#forCallers] and its
    /// like.
    Optional<String> caller();

    /// Returns true if the caller has shown no credential, and all such callers may do the same: as far as the
    /// hub knows, caches may give the answer to others. False with an [Authorizer], which may decide by any
    /// header, and outside [Routes#forCallers] and its like.
    boolean isPublic();

    /// Returns the client's address as reported by the proxies of `trusted_proxies`, or else the address of
    /// the proxy in front of the server. The port is 0 if the proxy does not report it.
    InetSocketAddress remote();
}
