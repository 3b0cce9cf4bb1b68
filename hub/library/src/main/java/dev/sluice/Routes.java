package dev.sluice;

import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Registers handlers for paths. A path is written in full, for example `/api/hello`. `*` matches one segment, a
/// final `**` matches all remaining segments: `/users/*/name`, `/files/**`. If several routes match, the most
/// specific one is used: segment by segment, literal text before `*` before `**`. Routes of the program take
/// precedence over those of the hub. [Request#stars] returns what the stars matched.
///
/// Routes are registered before the start, on one thread. Every method throws [IllegalArgumentException] for an
/// invalid path or a route that is already registered.
public interface Routes {
    /// Answers `GET`, and `HEAD` with the same headers.
    Routes get(String path, Responder responder);

    Routes post(String path, Responder responder);

    Routes put(String path, Responder responder);

    Routes delete(String path, Responder responder);

    /// Answers `GET` with a stream of Server-Sent Events. The handler runs on its own virtual thread for each
    /// connection, may block for any time, and is interrupted when its client disconnects. The stream ends when the
    /// handler returns, unless it has set a timer ([SseStream#every]).
    Routes sse(String path, Handler<SseStream> handler);

    /// Accepts WebSocket connections. The handler runs on its own virtual thread for each connection. The connection
    /// stays open after the handler has returned, for the callbacks that the handler has set.
    Routes ws(String path, Handler<WebSocket> handler);

    /// Accepts WebSocket connections as [#ws(String, Handler)] does, from clients that offer this subprotocol
    /// (RFC 6455 §1.9), and answers with it. Others get 400.
    Routes ws(String path, String subprotocol, Handler<WebSocket> handler);

    /// Serves the files of a folder to `GET` and `HEAD`, and its `index.html` for the
    /// folder itself. Files outside the folder, hidden files and files larger than 16
    /// MiB are not served. Other routes of the program take precedence over files.
    ///
    /// {@snippet class="dev.sluice.library.Examples" region="files"}
    Routes files(String path, Path folder);

    /// Serves a folder on the class path as [#files] does.
    ///
    /// @param anchor a class in the package that contains the folder
    Routes resources(String path, Class<?> anchor, String folder);

    /// Serves a page in the frame of the hub's own pages to `GET` and `HEAD`; other routes of the program serve
    /// its files. [Sluice#link] adds an entry to the side bar, which is marked on the pages at and below its path.
    /// A `*` in the path is any one segment, which the page's script finds in its address.
    /// The start fails if the hub's paths are not served ([Sluice#withoutHubPaths]), or the page names a word that
    /// it lacks.
    Routes page(String path, Page page);

    /// Serves a page as [#page(String, Page)] does, but creates it after the server has started, so that it
    /// does not delay the start. If that fails, the failure is logged, and requests are answered with 500.
    ///
    /// @param page called on virtual threads; more than once if it fails, or if the page is requested at the
    ///     same time
    Routes page(String path, Supplier<Page> page);

    /// Serves a page as [#page(String, Page)] does if the resource that its address names exists; otherwise
    /// serves another page with status 404.
    ///
    /// @param exists called on a virtual thread for each request; may block
    Routes page(String path, Page page, Predicate<? super Request> exists, Page missing);

    /// Answers all requests at and below this prefix for which there is no
    /// other route. Without it they are answered with status 404 or 405.
    Routes notFound(Responder responder);

    /// Registers routes below a prefix. Their paths are relative to it, so that the same part of a program can be
    /// served at `/` of its own server or at `/demos/clock` of another.
    ///
    /// {@snippet class="dev.sluice.library.Examples" region="mount"}
    Routes mount(String prefix, Consumer<? super Routes> routes);

    /// Registers routes that only administrators of the hub may use, as its keys and grants decide; others get 401 or
    /// 403. Without keys and grants, every client that may use the hub counts as an administrator; with an
    /// [Authorizer], no client does.
    ///
    /// @param routes may register anything but files, `notFound` and further scopes
    Routes forAdmins(Consumer<? super Routes> routes);

    /// Registers routes that decide for each request what its caller may do ([Request#require]), as the hub's
    /// keys and grants say. A caller with an invalid token gets 401.
    ///
    /// @param routes registers the routes, like [#forAdmins]
    Routes forCallers(Consumer<? super Routes> routes);

    /// Registers routes only for callers that may subscribe to these channels of the hub; others get 401 or
    /// 403.
    ///
    /// @param pattern a channel's name, or a pattern (`sense/**`)
    /// @param routes  registers the routes, like [#forAdmins]
    Routes forReaders(String pattern, Consumer<? super Routes> routes);
}
