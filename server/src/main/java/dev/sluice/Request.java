package dev.sluice;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/// What a client asked for. Immutable.
public interface Request {
    /// As `GET`.
    String method();

    /// The whole path, decoded, beginning with `/`.
    String path();

    /// What each star of the route's path stood for, in their order; for a final `**` all of the rest, with
    /// its slashes.
    List<String> stars();

    /// A parameter of the query, the first of that name.
    Optional<String> query(String name);

    /// A header, the first of that name; the name's case does not matter.
    Optional<String> header(String name);

    /// The body; empty if there is none. At most 1 MiB, unless set otherwise: a larger one is answered 413.
    byte[] body();

    /// The body as text in UTF-8.
    String text();

    /// The body as a value of this class, a record say. A body that is none is answered 400 when this
    /// throws and the responder does not catch it.
    <T> T json(Class<T> as);

    /// Where the connection comes from: the client, or the proxy before us.
    InetSocketAddress remote();
}
