package dev.sluice.embed.route;

import dev.sluice.Handler;
import dev.sluice.Page;
import dev.sluice.Request;
import dev.sluice.Responder;
import dev.sluice.Routes;
import dev.sluice.SseStream;
import dev.sluice.WebSocket;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.Pattern;
import dev.sluice.embed.file.ClasspathFolder;
import dev.sluice.embed.file.FileResponse;
import dev.sluice.embed.file.Folder;
import dev.sluice.embed.file.TrailingSlash;
import dev.sluice.embed.handler.GuardedRoute;
import dev.sluice.embed.handler.RequestHandler;
import dev.sluice.embed.handler.RouteHandler;
import dev.sluice.embed.handler.StreamRoute;
import dev.sluice.embed.handler.WebSocketRoute;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Path;
import dev.sluice.server.http.head.RequestHead;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The routes and files of a program below one prefix.
final class RouteScope implements Routes {
    /// Suffix for the name of a page's 404 page. No path contains it.
    private static final String MISSING = "#missing";

    private record FileRoute(String prefix, Supplier<Folder> folder) {}

    private final Paths paths;
    private final String prefix;
    private final GuardedRoute.@Nullable Guard guard;
    private final List<FileRoute> files = new ArrayList<>();
    private @Nullable RouteHandler notFound;

    /// @param prefix without a slash at its end; empty for the root
    RouteScope(Paths paths, String prefix) {
        this(paths, prefix, null);
    }

    private RouteScope(Paths paths, String prefix, GuardedRoute.@Nullable Guard guard) {
        this.paths = paths;
        this.prefix = prefix;
        this.guard = guard;
    }

    String prefix() {
        return prefix;
    }

    @Override
    public Routes get(String path, Responder responder) {
        return addResponder(Method.GET, path, responder);
    }

    @Override
    public Routes post(String path, Responder responder) {
        return addResponder(Method.POST, path, responder);
    }

    @Override
    public Routes put(String path, Responder responder) {
        return addResponder(Method.PUT, path, responder);
    }

    @Override
    public Routes delete(String path, Responder responder) {
        return addResponder(Method.DELETE, path, responder);
    }

    private Routes addResponder(Method method, String path, Responder responder) {
        return add(path, method, new RequestHandler(paths.context(), responder));
    }

    @Override
    public Routes sse(String path, Handler<SseStream> handler) {
        return add(path, Method.GET, new StreamRoute(paths.context(), handler));
    }

    @Override
    public Routes ws(String path, Handler<WebSocket> handler) {
        return add(path, RouteTable.WEBSOCKET, new WebSocketRoute(paths.context(), null, handler));
    }

    @Override
    public Routes ws(String path, String subprotocol, Handler<WebSocket> handler) {
        return add(path, RouteTable.WEBSOCKET, new WebSocketRoute(paths.context(), subprotocol, handler));
    }

    private Routes add(String path, Method method, RouteHandler handler) {
        PathPattern.of(path); // Checked here, so that an error message quotes the path without the prefix.
        RouteHandler route = guard == null ? handler : new GuardedRoute(paths.context(), guard, handler);
        paths.table().add(prefix + path, method, route);
        return this;
    }

    @Override
    public Routes files(String path, java.nio.file.Path folder) {
        requireNoStars(path);
        Folder checked = new Folder(folder, paths.context().files());
        return addFiles(path, () -> checked);
    }

    @Override
    public Routes resources(String path, Class<?> anchor, String folder) {
        requireNoStars(path);
        return addFiles(
                path, new ClasspathFolder(anchor, folder, paths.context().files()));
    }

    private Routes addFiles(String path, Supplier<Folder> folder) {
        requireUnguarded("files");
        files.add(new FileRoute(prefix + (path.endsWith("/") ? path : path + "/"), folder));
        return this;
    }

    @Override
    public Routes page(String path, Page page) {
        paths.addPage(addPage(path), page);
        return this;
    }

    @Override
    public Routes page(String path, Supplier<Page> page) {
        paths.addPage(addPage(path), page);
        return this;
    }

    @Override
    public Routes page(String path, Page page, Predicate<? super Request> exists, Page missing) {
        requireDepth(path);
        String found = prefix + path;
        String notFound = found + MISSING;
        add(path, Method.GET, new PageRoute(paths, exists, found, notFound));
        paths.addPage(found, page);
        paths.addPage(notFound, missing);
        return this;
    }

    /// @return its whole path
    private String addPage(String path) {
        requireDepth(path);
        String full = prefix + path;
        add(path, Method.GET, (exchange, _) -> paths.pages().answer(exchange, full));
        return full;
    }

    private static void requireDepth(String path) {
        // The addresses of its files are relative: the depth of its path must be one.
        if (PathPattern.of(path).text().contains("**")) {
            throw new IllegalArgumentException("'**' is not allowed in the path of a page, was '" + path + "'");
        }
    }

    @Override
    public Routes notFound(Responder responder) {
        requireUnguarded("notFound");
        notFound = new RequestHandler(paths.context(), responder);
        return this;
    }

    @Override
    public Routes mount(String prefix, Consumer<? super Routes> routes) {
        requireUnguarded("mount");
        requireNoStars(prefix);
        if (prefix.endsWith("/"))
            throw new IllegalArgumentException("a prefix must not end with '/', was '" + prefix + "'");
        // Without the redirect, relative links on the pages below the prefix would not resolve.
        add(prefix, Method.GET, (exchange, _) -> exchange.answer(TrailingSlash.redirect(exchange.request())));
        routes.accept(paths.addScope(this.prefix + prefix));
        return this;
    }

    @Override
    public Routes forAdmins(Consumer<? super Routes> routes) {
        return guarded(Verb.ADMIN, "**", routes);
    }

    @Override
    public Routes forReaders(String pattern, Consumer<? super Routes> routes) {
        return guarded(Verb.SUBSCRIBE, pattern, routes);
    }

    @Override
    public Routes forCallers(Consumer<? super Routes> routes) {
        return guarded(new GuardedRoute.Guard.Asks(), routes);
    }

    /// Rejects calls inside a guarded scope for files and inner scopes, which the guard would not protect.
    private void requireUnguarded(String method) {
        if (guard != null) throw new IllegalArgumentException(method + " is not for guarded routes: call it outside");
    }

    private Routes guarded(Verb verb, String pattern, Consumer<? super Routes> routes) {
        return guarded(new GuardedRoute.Guard.Needs(verb, Pattern.of(pattern)), routes);
    }

    private Routes guarded(GuardedRoute.Guard needed, Consumer<? super Routes> routes) {
        requireUnguarded("a second guard");
        routes.accept(new RouteScope(paths, prefix, needed));
        return this;
    }

    private static void requireNoStars(String path) {
        if (PathPattern.of(path).text().contains("*")) {
            throw new IllegalArgumentException("'*' is not allowed in this path, was '" + path + "'");
        }
    }

    boolean hasFiles(Path path) {
        return files.stream().anyMatch(each -> path.decoded().startsWith(each.prefix));
    }

    /// Reads the file for this request. Blocks.
    ///
    /// @return null if there is no such file below this prefix
    @Nullable
    FileResponse file(RequestHead request) throws IOException {
        String path = request.path().decoded();
        for (FileRoute each : files) {
            if (!path.startsWith(each.prefix)) continue;
            String below = path.substring(each.prefix.length());
            FileResponse found = each.folder.get().find(request, List.of(below.split("/", -1)));
            if (found != null) return found;
        }
        return null;
    }

    /// @return the `notFound` handler for this path; null if there is none or the path is not below the prefix
    @Nullable
    RouteHandler notFound(Path path) {
        return path.decoded().startsWith(prefix + "/") ? notFound : null;
    }
}
